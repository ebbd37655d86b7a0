package dev.changeover.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoNamespace;
import com.mongodb.client.MongoCollection;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.copy.CopySettings;
import dev.changeover.follow.Following;
import dev.changeover.planfile.PlanFile;
import dev.changeover.postgres.Look;
import dev.changeover.state.State;
import dev.changeover.verify.VerifyLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way back after a hole in the stream: what happened while nobody read is never delivered. */
class ResyncServerTest {
    private static final int THINGS = 1_500;
    private static final VerifyLimits SMALL = new VerifyLimits(10_000, 200, Duration.ofSeconds(10));

    private final Following following = new Following();
    private final MongoCollection<Document> things = following.source.getCollection("things");

    @BeforeEach
    void copied() throws InterruptedException {
        for (String name : List.of("things", "dropped", "renamed", "replaced")) {
            List<Document> all = new ArrayList<>();
            for (int i = 0; i < (name.equals("things") ? THINGS : 50); i++) {
                all.add(new Document("_id", i).append("n", i).append("filler", "x".repeat(200)));
            }
            following.source.getCollection(name).insertMany(all);
        }
        following.copied();
        run(Station.Listener.NONE);
    }

    @AfterEach
    void close() throws InterruptedException {
        following.close();
    }

    private void run(Station.Listener stations) throws InterruptedException {
        CopySettings copy = new CopySettings(1, 1 << 20, Duration.ofSeconds(20), 256L << 20);
        RunSettings settings = new RunSettings(copy, false, false, Optional.empty(), "test");
        Summary unused = new Run(following.mongo, following.pg, settings, stations)
                .until(Until.CAUGHT_UP, "test", PlanFile.write(following.plan()));
    }

    private void begin() throws InterruptedException {
        Resync.begin(following.mongo, following.pg, SMALL, "test");
    }

    /** Nobody reads the stream meanwhile, and it is not read from before. */
    private void whatIsLost() {
        things.updateMany(
                new Document("_id", new Document("$mod", List.of(7, 0))), Document.parse("{$inc: {n: 1000}}"));
        things.deleteMany(new Document("_id", new Document("$mod", List.of(11, 0))));
        for (int i = 0; i < 300; i++) {
            things.insertOne(new Document("_id", new ObjectId()).append("n", i));
        }
        following.source.getCollection("dropped").drop();
        following
                .source
                .getCollection("renamed")
                .renameCollection(new MongoNamespace(following.source.getName(), "away"));
        following.source.getCollection("replaced").drop();
        following.source.getCollection("replaced").insertOne(new Document("_id", 3).append("n", -3));
    }

    private void damage() throws InterruptedException {
        following.pg.change("damage", tx -> {
            tx.execute("UPDATE public.things SET id = gen_random_uuid() WHERE n IN (1, 2, 7)");
            tx.execute("INSERT INTO public.things (id, mongo_id, n) VALUES (gen_random_uuid(), 'nobody', 1)");
        });
    }

    private void requireEqual(String when) throws InterruptedException {
        following.requireEqual(when);
    }

    private long partsDone() throws InterruptedException {
        return Look.number(following.pg, "SELECT count(*) FROM changeover.verification_part WHERE done");
    }

    @Test
    void afterAHoleAllRowsAreComparedAndThoseThatDifferWritten() throws InterruptedException {
        whatIsLost();
        damage();
        begin();
        long cut = Look.number(following.pg, "SELECT at FROM changeover.cut");
        AtomicInteger reads = new AtomicInteger();
        run(station -> {
            if (station == Station.VERIFY_READ) {
                int n = reads.incrementAndGet();
                things.updateOne(new Document("_id", n), Document.parse("{$inc: {n: 1}}"));
                things.deleteOne(new Document("_id", 1_000 + n));
                things.insertOne(new Document("_id", "new" + n).append("n", n));
                assertThat(now("SELECT at FROM changeover.cut")).isEqualTo(cut);
                assertThat(now("SELECT count(*) FROM public.things")).isEqualTo(THINGS + 1);
            }
        });
        assertThat(reads.get()).isGreaterThan(40);
        requireEqual("after the resync");
        assertThat(Look.texts(following.pg, "SELECT between FROM changeover.cut"))
                .containsExactly("f");
        assertThat(State.open(following.pg).resyncs().open()).isEmpty();
        things.insertOne(new Document("_id", "later").append("n", 1));
        run(Station.Listener.NONE);
        requireEqual("followed on");
        assertThat(State.open(following.pg).verifications().newest())
                .as("it is no verification")
                .allMatch(one -> one.verified().isEmpty());
    }

    private long now(String sql) {
        try {
            return Look.number(following.pg, sql);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Also by a plain run: the next cut is not taken before all is compared. */
    @Test
    void stoppedItGoesOnWhereItWas() throws InterruptedException {
        whatIsLost();
        damage();
        begin();
        long before = 0;
        for (int stop = 0; stop < 4; stop++) {
            AtomicInteger left = new AtomicInteger(9);
            assertThatThrownBy(() -> run(station -> {
                        if (station == Station.VERIFY_READ && left.decrementAndGet() < 0) {
                            throw new IllegalStateException("stopped");
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(partsDone()).isGreaterThan(before);
            before = partsDone();
            things.updateOne(new Document("_id", 500 + stop), Document.parse("{$inc: {n: 1}}"));
            if (stop == 1) {
                begin(); // goes on as well, as nothing is lost again
                assertThat(partsDone()).isEqualTo(before);
            }
        }
        run(station -> {
            if (station == Station.CUT_WRITTEN) {
                assertThat(now("SELECT count(*) FROM changeover.verification_part WHERE NOT done"))
                        .isZero();
            }
        });
        requireEqual("after stops");
    }

    @Test
    void thereMustBeACompleteCopy() throws InterruptedException {
        following.pg.change("forget", tx -> tx.execute("UPDATE changeover.run SET copied = NULL"));
        assertThatThrownBy(this::begin)
                .isInstanceOfSatisfying(
                        FailedException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.Refused.class))
                .hasMessageContaining("no copy is complete");
    }
}
