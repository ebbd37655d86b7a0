package dev.changeover.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoNamespace;
import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.follow.Follow;
import dev.changeover.follow.FollowSettings;
import dev.changeover.follow.Following;
import dev.changeover.postgres.Look;
import dev.changeover.state.Spool;
import dev.changeover.state.State;
import dev.changeover.state.Verifications;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** I12 at the moments at which rows and documents are not of one instant, each brought about on purpose. */
class VerificationMomentsServerTest {
    private static final int THINGS = 1_000;
    private static final FollowSettings TINY = new FollowSettings(200, 70);
    private static final VerifyLimits LIMITS = new VerifyLimits(32L << 20, 10_000, Duration.ofSeconds(60));
    private static final VerifyLimits IMPATIENT = new VerifyLimits(32L << 20, 10_000, Duration.ofSeconds(1));

    private final Following following = new Following();

    @BeforeEach
    void copied() throws InterruptedException {
        List<Document> all = new ArrayList<>();
        for (int i = 0; i < THINGS; i++) {
            all.add(new Document("_id", i).append("n", 0));
        }
        following.source.getCollection("things").insertMany(all);
        following.copied();
    }

    @AfterEach
    void close() throws InterruptedException {
        following.close();
    }

    private Verifications.Verification verify(VerifyLimits limits, Station.Listener stations)
            throws InterruptedException {
        VerifySettings settings = new VerifySettings(namespace -> true, OptionalInt.empty(), 2, true, "tester", limits);
        Sides sides = new Sides(following.mongo, following.pg, State.open(following.pg));
        return new Verification(sides, following.plan(), settings, stations).run(Verification.Progress.NONE);
    }

    private void requireClean(Verifications.Verification of) throws InterruptedException {
        Verifications verifications = State.open(following.pg).verifications();
        assertThat(verifications.differences(of.id(), 10)).isEmpty();
        assertThat(verifications.collections(of.id())).allSatisfy(one -> {
            assertThat(one.counts().isClean()).as("%s", one).isTrue();
            assertThat(one.counts().documents()).isEqualTo(THINGS);
        });
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody came");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> FutureTask<T> begun(Callable<T> what) {
        FutureTask<T> task = new FutureTask<>(what);
        Thread.ofPlatform().daemon().start(task);
        return task;
    }

    /** The follower rests between two passes of one backlog: rows are newer than the last cut. */
    @Test
    void noSnapshotIsTakenBetweenTwoCuts() throws ExecutionException, InterruptedException {
        following.start(TINY, Station.Listener.NONE);
        following.catchUp();
        following.stop();
        following.source.getCollection("things").updateMany(new Document(), Document.parse("{$inc: {n: 1}}"));
        CountDownLatch passed = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Follow follow = following.start(TINY, station -> {
            if (station == Station.CUT_COMMITTED && spooled() > 0) {
                passed.countDown();
                await(goOn);
            }
        });
        ClusterTime goal = following.mongo.note("test");
        following.awaitRead(THINGS);
        FutureTask<Spool.Cut> cutting = begun(() -> follow.until(goal));
        await(passed);
        assertThatThrownBy(() -> verify(IMPATIENT, Station.Listener.NONE))
                .isInstanceOfSatisfying(
                        FailedException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.Refused.class))
                .hasMessageContaining("works off a backlog");
        FutureTask<Verifications.Verification> waiting = begun(() -> verify(LIMITS, Station.Listener.NONE));
        assertThatThrownBy(() -> waiting.get(2, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        goOn.countDown();
        Spool.Cut unused = cutting.get();
        requireClean(waiting.get());
    }

    /** Whatever happens to the collection when both its documents and its rows are about to be compared at a cut before. */
    private Verifications.Verification verifyAcross(Runnable what) throws ExecutionException, InterruptedException {
        Follow follow = following.start(new FollowSettings(10_000, 1_000), Station.Listener.NONE);
        AtomicBoolean stop = new AtomicBoolean();
        FutureTask<Boolean> cutting = begun(() -> {
            while (!stop.get()) {
                follow.until(following.mongo.note("test"));
            }
            return true;
        });
        AtomicInteger come = new AtomicInteger();
        CyclicBarrier both = new CyclicBarrier(2, what);
        Verifications.Verification ended = verify(LIMITS, station -> {
            if (come.incrementAndGet() <= 2) {
                meet(both);
            }
        });
        assertThat(come.get()).as("snapshots").isGreaterThan(2);
        stop.set(true);
        assertThat(cutting.get()).isTrue();
        assertThat(State.open(following.pg).verifications().differences(ended.id(), 10))
                .isEmpty();
        return ended;
    }

    private static void meet(CyclicBarrier others) {
        try {
            int unused = others.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    private long compared(Verifications.Verification of) throws InterruptedException {
        return State.open(following.pg)
                .verifications()
                .collections(of.id())
                .getFirst()
                .counts()
                .documents();
    }

    @Test
    void aCollectionRenamedAfterTheCutIsComparedAgain() throws ExecutionException, InterruptedException {
        Verifications.Verification ended = verifyAcross(() -> following
                .source
                .getCollection("things")
                .renameCollection(new MongoNamespace(following.source.getName(), "others")));
        assertThat(compared(ended)).isZero();
    }

    @Test
    void aCollectionDroppedAndMadeAnewAfterTheCutIsComparedAgain() throws ExecutionException, InterruptedException {
        Verifications.Verification ended = verifyAcross(() -> {
            following.source.getCollection("things").drop();
            following.source.getCollection("things").insertOne(new Document("_id", 5).append("n", 5));
        });
        assertThat(compared(ended)).isOne();
    }

    @Test
    void aCollectionDroppedWhileNobodyFollowsIsNotCompared() throws InterruptedException {
        following.start(TINY, Station.Listener.NONE);
        following.catchUp();
        following.stop();
        following.pg.change(
                "be silent", tx -> tx.execute("UPDATE changeover.owner SET beat = now() - interval '1 hour'"));
        following.source.getCollection("things").drop();
        assertThatThrownBy(() -> verify(LIMITS, Station.Listener.NONE)).hasMessageContaining("was dropped, renamed");
    }

    /** Rows that no new column was filled of yet are right by the plan before. */
    @Test
    void rowsAreNotComparedWhileNewColumnsAreFilled() throws ExecutionException, InterruptedException {
        CountDownLatch filling = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        following.pg.change(
                "fill",
                tx -> tx.update(
                        "INSERT INTO changeover.backfill (namespace, fields) VALUES (?, '{n}')",
                        following.source.getName() + ".things"));
        Follow follow = following.start(TINY, station -> {
            if (station == Station.BACKFILL_SPOOLED) {
                filling.countDown();
                await(goOn);
            }
        });
        await(filling);
        assertThatThrownBy(() -> verify(IMPATIENT, Station.Listener.NONE))
                .hasMessageContaining("new columns are being filled");
        goOn.countDown();
        Spool.Cut unused = follow.until(following.mongo.note("test"));
        requireClean(verify(LIMITS, Station.Listener.NONE));
    }

    @Test
    void rowsOfAnotherPlanAreNotCompared() throws InterruptedException {
        following.start(TINY, Station.Listener.NONE);
        following.catchUp();
        following.stop();
        assertThatThrownBy(() -> verify(new VerifyLimits(32L << 20, 300, Duration.ofSeconds(1)), station -> {
                    if (station == Station.VERIFY_READ) {
                        anotherPlan();
                    }
                }))
                .hasMessageContaining("has taken over another plan");
    }

    private void anotherPlan() {
        try {
            following.pg.change(
                    "take over", tx -> tx.execute("UPDATE changeover.run SET plan_sha256 = 'of another one'"));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private long spooled() {
        try {
            return Look.number(following.pg, "SELECT count(*) FROM changeover.dirty");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
