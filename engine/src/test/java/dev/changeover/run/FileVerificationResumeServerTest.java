package dev.changeover.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.Station;
import dev.changeover.copy.CopySettings;
import dev.changeover.dump.Dump;
import dev.changeover.dump.Forms;
import dev.changeover.mongo.Mongo;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.servers.TestServers;
import dev.changeover.state.State;
import dev.changeover.state.Verifications;
import dev.changeover.verify.FileVerification;
import dev.changeover.verify.Sides;
import dev.changeover.verify.Verification;
import dev.changeover.verify.VerifyLimits;
import dev.changeover.verify.VerifySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code verify --from} that was stopped. */
class FileVerificationResumeServerTest {
    private static final CopySettings COPY = new CopySettings(
            3, 20_000, Duration.ofSeconds(20), Runtime.getRuntime().maxMemory());
    private static final VerifyLimits SMALL =
            new VerifyLimits(20_000, VerifyLimits.USUAL.pageRows(), VerifyLimits.USUAL.patience());
    private static final int USERS = 1_000;
    private static final int ORDERS = 2_000;

    @TempDir
    Path files;

    private Shop shop;
    private Pg pg;
    private Path dump;

    @BeforeEach
    void copy() throws InterruptedException {
        shop = new Shop();
        shop.db().getCollection("orders").insertOne(new Document("note", "first"));
        shop.fill(1, USERS, ORDERS - 2);
        shop.db().getCollection("orders").insertOne(new Document("note", "last"));
        pg = Pg.connect(TestServers.freshPostgres(), new PgSettings(8, Duration.ofSeconds(10)));
        dump = Forms.FOLDER.write(files.resolve("dump"), shop.db());
        RunSettings settings = new RunSettings(COPY, false, false, Optional.empty(), "test");
        try (Dump source = Dump.open(dump.toString(), Optional.empty())) {
            new FileRun(source, pg, settings, Station.Listener.NONE).run(shop.planFile());
        }
    }

    @AfterEach
    void close() {
        pg.close();
        shop.close();
    }

    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Throws when so many parts more were compared. */
    private record Stops(AtomicInteger left) implements Verification.Progress {
        @Override
        public void begun(long parts) {}

        @Override
        public void compared(long parts) {
            if (left.addAndGet(Math.toIntExact(-parts)) <= 0) {
                throw new Stopped();
            }
        }

        @Override
        public void waits(String reason) {}
    }

    private VerifySettings settings(boolean fresh) {
        return new VerifySettings(one -> true, OptionalInt.empty(), 1, fresh, "test", SMALL);
    }

    private boolean runs(Path from, boolean fresh, int parts) throws InterruptedException {
        try (Dump source = Dump.open(from.toString(), Optional.empty())) {
            Verifications.Verification unused = new FileVerification(
                            source, pg, State.open(pg), shop.plan(), settings(fresh))
                    .run(new Stops(new AtomicInteger(parts)));
            return true;
        } catch (IllegalStateException e) {
            assertThat(e).hasRootCauseInstanceOf(Stopped.class);
            return false;
        }
    }

    private Verifications verifications() throws InterruptedException {
        return State.open(pg).verifications();
    }

    private Verifications.Counts counts(String collection) throws InterruptedException {
        return verifications().collections(verifications().last(1).getFirst().id()).stream()
                .filter(one -> one.namespace().collection().equals(collection))
                .findFirst()
                .orElseThrow()
                .counts();
    }

    private void damage(String note) throws InterruptedException {
        pg.change("damage", tx -> tx.execute("UPDATE shop.orders SET note = 'damaged' WHERE note = '" + note + "'"));
    }

    @Test
    void whatWasComparedIsNotComparedAgain() throws InterruptedException {
        int stops = 0;
        while (!runs(dump, false, 4)) {
            stops++;
            assertThat(stops).as("it gets no further").isLessThan(60);
            if (stops == 1) {
                damage("first"); // in the first part, which is done
                damage("last"); // in the last part of the collection, which is not
            }
        }
        assertThat(stops).isGreaterThan(5);
        assertThat(verifications().last(10)).hasSize(1);
        assertThat(counts("orders").documents()).isEqualTo(ORDERS);
        assertThat(counts("users").documents()).isEqualTo(USERS);
        assertThat(counts("orders").rows()).isEqualTo(ORDERS);
        assertThat(counts("orders").differing()).isEqualTo(1);
        assertThat(runs(dump, true, Integer.MAX_VALUE)).isTrue();
        assertThat(counts("orders").differing()).isEqualTo(2);
    }

    @Test
    void otherFilesAreComparedFromTheirBeginning() throws InterruptedException {
        assertThat(runs(dump, false, 4)).isFalse();
        Path archive = Forms.ARCHIVE.write(files, shop.db());
        assertThat(runs(archive, false, Integer.MAX_VALUE)).isTrue();
        assertThat(verifications().last(10)).hasSize(2);
        assertThat(counts("orders").documents()).isEqualTo(ORDERS);
        assertThat(counts("orders").isClean()).isTrue();
    }

    /** The places of a file are no keys of MongoDB's. */
    @Test
    void aComparisonWithMongoDoesNotGoOnWithOneWithFiles() throws InterruptedException {
        assertThat(runs(dump, false, 4)).isFalse();
        try (Mongo mongo = Mongo.connect(shop.mongoUri)) {
            RunSettings settings = new RunSettings(COPY, false, false, Optional.empty(), "test");
            new Run(mongo, pg, settings, Station.Listener.NONE).until(Until.CAUGHT_UP, "live", shop.planFile());
            Verifications.Verification unused = new Verification(
                            new Sides(mongo, pg, State.open(pg)), shop.plan(), settings(false), Station.Listener.NONE)
                    .run(Verification.Progress.NONE);
        }
        assertThat(List.of(counts("orders").documents(), counts("users").documents()))
                .containsExactly((long) ORDERS, (long) USERS);
        assertThat(counts("orders").isClean() && counts("users").isClean()).isTrue();
    }
}
