package dev.changeover.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.servers.TestServers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the process says of its following, and what an application can ask in SQL. */
class FollowerServerTest {
    private static final ClusterTime CUT = new ClusterTime(1_790_000_000L, 3);
    private static final ClusterTime HEAD = new ClusterTime(1_790_000_004L, 1);

    private String uri;
    private Pg pg;
    private State state;
    private Owner owner;

    @BeforeEach
    void begin() throws InterruptedException {
        uri = TestServers.freshPostgres();
        pg = Pg.connect(uri, new PgSettings(4, Duration.ofSeconds(3)));
        state = State.open(pg);
        owner = state.own("tester");
        state.runs().begin(owner, "source", "plan");
    }

    @AfterEach
    void end() {
        owner.close();
        pg.close();
    }

    private void cut(ClusterTime at) throws InterruptedException {
        pg.change("cut", tx -> {
            Spool.Cut unused = state.spool().reached(tx, at, true);
        });
    }

    private static Following following(Optional<Spool.Cut> cut) {
        return new Following(
                cut,
                HEAD,
                Duration.ofSeconds(4),
                new Following.Behind(12, true),
                new Following.Pace(1.5, 2.5, 3.5),
                new Following.Counts(100, 40, 45),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void whatWasSaidIsReadWithTheCutAndWhatOnlyTheTargetKnows() throws InterruptedException {
        assertThat(state.follower().read()).isEmpty();
        cut(CUT);
        Spool.Cut taken = new Spool.Cut(CUT, 1, true);
        Optional<Follower.Stored> stored = state.follower()
                .say(
                        owner,
                        following(Optional.of(taken)),
                        Optional.of(new ClusterTime(CUT.seconds() - 90, 5)),
                        Optional.of("a server is gone"));
        assertThat(stored.orElseThrow().oplogWindow()).contains(Duration.ofSeconds(90));
        Following read = state.follower().read().orElseThrow();
        assertThat(read.cut()).contains(taken);
        assertThat(read.head()).isEqualTo(HEAD);
        assertThat(read.silence()).isEqualTo(Duration.ofSeconds(4));
        assertThat(read.lag()).contains(Duration.ofSeconds(4));
        assertThat(read.behind()).isEqualTo(new Following.Behind(12, true));
        assertThat(read.pace()).isEqualTo(new Following.Pace(1.5, 2.5, 3.5));
        assertThat(read.counts()).isEqualTo(new Following.Counts(100, 40, 45));
        assertThat(read.collapsed()).isEqualTo(48);
        assertThat(read.oplogWindow()).contains(Duration.ofSeconds(90));
        assertThat(read.lastError().orElseThrow().text()).isEqualTo("a server is gone");
        assertThat(Look.texts(pg, "SELECT lag_seconds FROM changeover.follower"))
                .containsExactly("4");
    }

    @Test
    void theLastErrorStaysWithItsTimeUntilAnother() throws InterruptedException {
        Following now = following(Optional.empty());
        String look = "SELECT last_error || last_error_at FROM changeover.follower";
        Optional<Follower.Stored> one = state.follower().say(owner, now, Optional.empty(), Optional.of("one"));
        String first = Look.texts(pg, look).getFirst();
        Optional<Follower.Stored> none = state.follower().say(owner, now, Optional.empty(), Optional.empty());
        assertThat(none.orElseThrow()).isEqualTo(one.orElseThrow());
        assertThat(Look.texts(pg, look)).containsExactly(first);
        state.follower()
                .ended(owner, new FailedException(new Failure.Refused("follow", "the token is lost", "verify")));
        assertThat(state.follower()
                        .read()
                        .orElseThrow()
                        .lastError()
                        .orElseThrow()
                        .text())
                .isEqualTo("follow: the token is lost");
        state.tables().startOver(owner);
        assertThat(state.follower().read()).isEmpty();
    }

    @Test
    void whatCannotBeSaidFailsNothing() throws InterruptedException {
        pg.change("break it", tx -> tx.execute("ALTER TABLE changeover.follower RENAME TO gone"));
        assertThat(state.follower().say(owner, following(Optional.empty()), Optional.empty(), Optional.empty()))
                .isEmpty();
        state.follower().ended(owner, new FailedException(new Failure.Refused("follow", "lost", "look")));
    }

    @Test
    void everyFunctionExplainsItself() throws InterruptedException {
        assertThat(Look.texts(
                        pg,
                        "SELECT proname FROM pg_proc WHERE pronamespace = 'changeover'::regnamespace"
                                + " AND obj_description(oid, 'pg_proc') IS NULL"))
                .isEmpty();
    }

    private static String wait(ClusterTime time, String timeout) {
        return "SELECT changeover.wait_until_applied(" + time.seconds() + ", " + time.ordinal() + ", " + timeout + ")";
    }

    @Test
    void theLastCutIsANumber() throws InterruptedException {
        assertThat(Look.texts(pg, "SELECT changeover.applied_through()")).containsExactly("null");
        cut(CUT);
        assertThat(Look.texts(pg, "SELECT changeover.applied_through()"))
                .containsExactly(Long.toUnsignedString(CUT.bits()));
    }

    @Test
    void aWaitEndsWithTheCutThatHasItAndElseInTime() throws InterruptedException {
        assertThat(Look.texts(pg, wait(CUT, "'10 ms'"))).containsExactly("f");
        FutureTask<String> waiting =
                new FutureTask<>(() -> Look.texts(pg, wait(CUT, "'30 s'")).getFirst());
        Thread thread = Thread.ofPlatform().daemon().start(waiting);
        Awaitility.await()
                .until(() -> Look.number(
                                pg,
                                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'SELECT changeover.wait%'"
                                        + " AND state = 'active' AND pid <> pg_backend_pid()")
                        == 1);
        cut(CUT.before());
        assertThat(thread.isAlive()).isTrue();
        cut(CUT);
        Awaitility.await().until(waiting::isDone);
        assertThat(waiting.resultNow()).isEqualTo("t");
        assertThat(Look.texts(pg, wait(CUT.after(), "'10 ms'"))).containsExactly("f");
        assertThat(Look.texts(pg, "SELECT changeover.wait_until_applied(" + CUT.seconds() + ", " + CUT.ordinal() + ")"))
                .containsExactly("t");
    }

    @Test
    void aTransactionThatNeverSeesANewerCutIsToldSo() throws InterruptedException {
        cut(CUT);
        for (String level : new String[] {"REPEATABLE READ", "SERIALIZABLE"}) {
            FailedException e = catchThrowableOfType(
                    FailedException.class,
                    () -> pg.change("wait in vain", tx -> {
                        tx.execute("SET TRANSACTION ISOLATION LEVEL " + level);
                        tx.rows(wait(CUT, "'1 s'"), row -> true);
                    }));
            assertThat(e).hasMessageContaining(level).hasMessageContaining("25000");
        }
        FailedException e = catchThrowableOfType(FailedException.class, () -> Look.texts(pg, wait(CUT, "NULL")));
        assertThat(e).hasMessageContaining("null");
    }

    @Test
    void anApplicationsRoleNeedsOnlyTheUseOfTheSchema() throws InterruptedException {
        cut(CUT);
        pg.change(
                "make a role",
                tx -> tx.execute("DO $$ BEGIN CREATE ROLE reader_only LOGIN; EXCEPTION WHEN duplicate_object THEN NULL;"
                        + " END $$; GRANT USAGE ON SCHEMA changeover TO reader_only"));
        try (Pg application = Pg.connect(uri.replaceFirst("//[^@]+@", "//reader_only@"), PgSettings.FEW)) {
            assertThat(Look.texts(application, wait(CUT, "'1 s'"))).containsExactly("t");
            assertThat(Look.texts(application, "SELECT changeover.applied_through()"))
                    .containsExactly(Long.toUnsignedString(CUT.bits()));
            assertThat(catchThrowableOfType(
                            FailedException.class, () -> Look.texts(application, "SELECT at FROM changeover.cut")))
                    .hasMessageContaining("permission denied");
        }
    }
}
