package dev.changeover.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.model.IndexOptions;
import dev.changeover.ClusterTime;
import dev.changeover.Station;
import dev.changeover.postgres.Look;
import dev.changeover.state.Owner;
import dev.changeover.state.Spool;
import dev.changeover.state.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.bson.types.Decimal128;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What may go wrong while following, and what may be asked of it at its edges. */
class FollowFaultsServerTest {
    private static final FollowSettings USUAL = FollowSettings.fitting(256L << 20);

    private final Following following = new Following();

    @AfterEach
    void close() throws InterruptedException {
        following.close();
    }

    private void fill(int from, int to) {
        List<Document> some = new ArrayList<>();
        for (int i = from; i < to; i++) {
            some.add(new Document("_id", i).append("email", "e" + i));
        }
        following.users().insertMany(some);
    }

    private void sql(String text) throws InterruptedException {
        following.pg.change("prepare a test", tx -> tx.execute(text));
    }

    /** Equal for MongoDB, different bytes, so different rows; both may be dirty at once. */
    @Test
    void aKeyThatChangesItsTypeTakesItsRowAlong() throws InterruptedException {
        fill(0, 50);
        following.copied().start(USUAL, Station.Listener.NONE);
        for (int i = 0; i < 50; i++) {
            following
                    .users()
                    .replaceOne(new Document("_id", i), new Document("_id", (double) i).append("email", "d" + i));
        }
        following.catchUp();
        following.requireEqual("double");
        for (int i = 0; i < 50; i += 2) {
            following.users().deleteOne(new Document("_id", i));
            following.users().insertOne(new Document("_id", new Decimal128(i)).append("email", "m" + i));
            following
                    .users()
                    .replaceOne(new Document("_id", i), new Document("_id", (long) i).append("email", "l" + i));
        }
        following.catchUp();
        following.requireEqual("decimal and long");
    }

    /** Nothing is lost by a field that comes up later: it is kept, and counted. */
    @Test
    void aFieldThatThePlanDoesNotKnowIsKeptAndCounted() throws InterruptedException {
        fill(0, 10);
        following.copied().start(USUAL, Station.Listener.NONE);
        following
                .users()
                .updateMany(
                        new Document("_id", new Document("$lt", 4)),
                        new Document("$set", new Document("nickname", "n").append("born", 1970)));
        following.catchUp();
        following.users().updateOne(new Document("_id", 0), new Document("$set", new Document("nickname", "m")));
        following.catchUp();
        following.requireEqual("new fields");
        assertThat(State.open(following.pg).drift().fields())
                .extracting(field -> field.field() + " " + field.type() + " " + field.values())
                .containsExactly("born int 5", "nickname string 5");
        assertThat(Look.number(
                        following.pg, "SELECT count(*) FROM public.users WHERE mongo_extra -> 'nickname' IS NOT NULL"))
                .isEqualTo(4);
    }

    /** I16: no order of single rows would do. */
    @Test
    void uniqueValuesMayGoRoundWithinACut() throws InterruptedException {
        fill(0, 30);
        following.users().createIndex(new Document("email", 1), new IndexOptions().unique(true));
        following.copied().start(USUAL, Station.Listener.NONE);
        for (int round = 1; round <= 3; round++) {
            for (int i = 0; i < 30; i++) {
                email(i, "aside" + i);
            }
            for (int i = 0; i < 30; i++) {
                email(i, "e" + (i + round) % 30);
            }
            following.catchUp();
            following.requireEqual("round " + round);
        }
        assertThat(Look.number(
                        following.pg,
                        "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
                                + " WHERE c.relname = 'users' AND i.indisunique"))
                .isEqualTo(3);
    }

    /** A damage that must not end the following when the document is written to before the row is put right. */
    @Test
    void aRowThatBearsTheKeyOfAnotherGoes() throws InterruptedException {
        fill(0, 30);
        following.copied().start(USUAL, Station.Listener.NONE);
        following.catchUp();
        sql("UPDATE public.users SET id = gen_random_uuid() WHERE email IN ('e3', 'e4')");
        email(3, "new");
        following.catchUp();
        email(4, "new");
        following.catchUp();
        following.requireEqual("ousted");
    }

    private void email(int id, String email) {
        following.users().updateOne(new Document("_id", id), new Document("$set", new Document("email", email)));
    }

    /** More has changed than fits the memory: it goes through the spool, part by part, and ends in a cut. */
    @Test
    void moreThanFitsTheMemoryIsSpooledAndWorkedOff() throws InterruptedException {
        fill(0, 3_000);
        following.copied().start(new FollowSettings(200, 70), Station.Listener.NONE);
        following.users().updateMany(new Document(), new Document("$set", new Document("email", "all")));
        following.users().deleteMany(new Document("_id", new Document("$lt", 500)));
        following.catchUp();
        following.requireEqual("after the spool");
        assertThat(Look.number(following.pg, "SELECT count(*) FROM changeover.dirty"))
                .isZero();
    }

    /** It hangs between its last statement and its COMMIT while another takes over; then it wakes up. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aFollowerThatWasPausedCommitsNothingAfterAnotherTookOver() throws InterruptedException {
        fill(0, 10);
        following.copied();
        CountDownLatch written = new CountDownLatch(1);
        CountDownLatch wake = new CountDownLatch(1);
        AtomicInteger committed = new AtomicInteger();
        Follow paused = following.start(USUAL, station -> {
            if (station == Station.CUT_WRITTEN && wake.getCount() > 0) {
                written.countDown();
                await(wake);
            } else if (station == Station.CUT_COMMITTED) {
                committed.incrementAndGet();
            }
        });
        following.users().updateMany(new Document(), new Document("$set", new Document("email", "first")));
        ClusterTime goal = following.mongo.note("test");
        FutureTask<Spool.Cut> cutting = new FutureTask<>(() -> paused.until(goal));
        Thread.ofPlatform().start(cutting);
        await(written);
        following.users().updateMany(new Document(), new Document("$set", new Document("email", "second")));
        sql("SELECT pg_terminate_backend(l.pid) FROM pg_locks l WHERE l.locktype = 'advisory'"
                + " AND l.objid = 1734700918 AND l.granted"
                + " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"); // its
        // session dies
        State state = State.open(following.pg);
        try (Owner second = state.own("second")) {
            wake.countDown();
            assertThatThrownBy(() -> cutting.get(30, TimeUnit.SECONDS))
                    .hasRootCauseInstanceOf(Exception.class)
                    .hasMessageContaining("second has taken over");
            assertThat(committed).hasValue(0);
            assertThat(Look.texts(following.pg, "SELECT DISTINCT left(email, 1) FROM public.users"))
                    .containsExactly("e");
            assertThat(second).isNotNull();
        }
        following.start(USUAL, Station.Listener.NONE);
        following.catchUp();
        following.requireEqual("by the next one");
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody came");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** PostgreSQL is restarted, MongoDB's connections end: the follower goes on by itself. */
    @Test
    void lostConnectionsOfBothSidesAreMadeAnew() throws InterruptedException {
        fill(0, 100);
        following.copied().start(USUAL, Station.Listener.NONE);
        for (int i = 0; i < 5; i++) {
            following.users().updateMany(new Document(), new Document("$set", new Document("email", "round " + i)));
            sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'changeover %'"
                    + " AND datname = current_database() AND pid <> pg_backend_pid()");
            following.source.runCommand(new Document("killAllSessions", List.of()));
            following.catchUp();
            following.requireEqual("round " + i);
        }
        Optional<Spool.Cut> cut = State.open(following.pg).spool().cut();
        assertThat(cut).isPresent();
    }
}
