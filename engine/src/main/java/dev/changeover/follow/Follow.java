package dev.changeover.follow;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.Station;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.SqlFailure;
import dev.changeover.state.Ends;
import dev.changeover.state.Following;
import dev.changeover.state.Spool;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps PostgreSQL at MongoDB's state, cut after cut. The package's door. From {@link #start} on, a thread of its own
 * reads the change stream, and another has documents read anew whose fields got columns; cuts are taken by the thread that calls {@link #until}.
 */
public final class Follow implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Follow.class);
    private static final Duration STOP = Duration.ofSeconds(150);
    private static final Duration LOOK = Duration.ofMillis(200);

    /** Time between two cuts while few keys wait, so that a busy source is not followed write by write. */
    private static final Duration PAUSE = Duration.ofMillis(30);

    /** A quiet source's cuts, which bring only the time. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private static final int FEW = 2_000;

    private final Ends ends;
    private final Pending pending;
    private final Cutter cutter;
    private final Spooler spooler;
    private final Backfill backfill;
    private final ExecutorService stream = thread("stream");
    private final ExecutorService filling = thread("backfill");
    private volatile Optional<Spool.Cut> last = Optional.empty();
    private final Lock lock = new ReentrantLock();
    private final Condition cutTaken = lock.newCondition();
    private volatile boolean hurried;
    private volatile Optional<String> trouble = Optional.empty();
    private volatile long lastTaken = System.nanoTime();
    private long looked = System.nanoTime();
    private BooleanSupplier over = () -> false;

    public Follow(Ends ends, Plan plan, FollowSettings settings, Station.Listener stations) {
        this.ends = ends;
        pending = new Pending(settings.keysMost());
        cutter = new Cutter(ends, plan, pending, settings.keysMost(), stations);
        spooler = new Spooler(ends, plan, settings.eventsMost(), pending);
        backfill = new Backfill(ends, pending, settings.keysMost(), stations);
    }

    private static ExecutorService thread(String name) {
        return Executors.newSingleThreadExecutor(
                task -> Thread.ofPlatform().name(name).unstarted(task));
    }

    /** Begins to read the stream. Safe beside the copy, and needed beside a long one: the oplog does not wait. */
    public void start() throws InterruptedException {
        last = ends.state().spool().cut();
        ends.state().spool().resets().forEach(pending::add);
        pending.backlog(ends.state().spool().isFilled(), pending.spoolings());
        begin(stream, () -> {
            try (spooler) {
                spooler.run();
            }
        });
        begin(filling, backfill::run);
    }

    /** What a thread does until it is interrupted. */
    private interface Task {
        void run() throws InterruptedException;
    }

    private void begin(ExecutorService thread, Task task) {
        Future<?> unused = thread.submit(() -> {
            try {
                task.run();
            } catch (InterruptedException stop) {
                LOG.atDebug().log("stopped");
            } catch (RuntimeException e) {
                pending.failed(e);
            }
        });
    }

    /** Keys were put into the spool by others, to be read at {@code at} or later: the next cut has them. */
    public void spooledBeside(ClusterTime at) {
        pending.spooledBeside(at);
    }

    /** Throws what the reading of the stream has failed with, if it has; from any thread. */
    public void check() {
        pending.check();
    }

    /** What is known now; from any thread. */
    public FollowProgress progress() {
        Pending.Lag lag = pending.lag();
        return new FollowProgress(
                last,
                lag.head(),
                lag.events(),
                pending.hasBacklog(),
                new Following.Counts(spooler.events(), cutter.keys(), cutter.rows()),
                trouble.or(spooler::trouble));
    }

    /** Takes cuts until there is one at or after {@code goal} and no new column is left to be filled; returns the last. */
    public Spool.Cut until(ClusterTime goal) throws InterruptedException {
        return go(Optional.of(goal));
    }

    /**
     * Takes cuts until interrupted, until {@code over}, or until another plan waits to be taken over, which is looked for
     * once a second.
     */
    public void untilNewPlan(BooleanSupplier isOver) throws InterruptedException {
        over = isOver;
        Spool.Cut unused = go(Optional.empty());
    }

    /** While {@code now}, cuts follow each other as fast as they can, also those that bring nothing; from any thread. */
    public void hurry(boolean now) {
        hurried = now;
        pending.goal(now ? Optional.of(ClusterTime.ofBits(-1)) : Optional.empty());
    }

    /** Waits for a cut at or after {@code goal}; false when there is none in time. From any thread. */
    public boolean awaitCut(ClusterTime goal, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (last.isEmpty() || goal.isAfter(last.get().at())) {
                check();
                if (left <= 0) {
                    return false;
                }
                left = cutTaken.awaitNanos(left);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Documents that the last cuts brought, the latest, {@code most} and a thousand at most; from any thread. */
    public Map<Namespace, List<IdBound>> recent(int most) {
        return cutter.recent().keys(most);
    }

    private boolean goesOn(Optional<ClusterTime> goal) throws InterruptedException {
        if (over.getAsBoolean()) {
            return false;
        }
        if (last.isEmpty()) {
            return true;
        }
        if (goal.isPresent()) {
            return goal.get().isAfter(last.get().at()) || !backfill.isDone();
        }
        if (System.nanoTime() - looked < QUIET.toNanos()) {
            return true;
        }
        looked = System.nanoTime();
        return !ends.state().nextPlan().waits();
    }

    private Spool.Cut go(Optional<ClusterTime> goal) throws InterruptedException {
        // The first cut comes after every read of the copy: before it, rows are of no one instant.
        ClusterTime floor = last.isPresent()
                ? last.get().at()
                : goal.orElseGet(this::noteStart).before();
        pending.goal(goal);
        spooler.cutting(true);
        try {
            while (goesOn(goal)) {
                boolean unused = ends.target().until(() -> step(floor, goal.isPresent()));
            }
            return last.orElseThrow();
        } finally {
            spooler.cutting(false);
            pending.goal(Optional.empty());
            cutter.close();
        }
    }

    private ClusterTime noteStart() {
        return ends.source().note("changeover begins to take cuts");
    }

    private boolean step(ClusterTime floor, boolean goal) throws InterruptedException {
        try {
            return cutOrWait(floor, goal);
        } catch (FailedException e) {
            trouble = Optional.of(String.valueOf(e.getMessage()));
            throw takenBack(e)
                    ? new FailedException(
                            new Failure.Transient(
                                    e.failure().during(), e.failure().reason(), PAUSE),
                            e)
                    : e;
        }
    }

    /** MongoDB keeps no promise of the tables: one that was made by us and does not hold must not end the following. */
    private boolean takenBack(FailedException e) throws InterruptedException {
        Optional<SqlFailure.Broken> broken = SqlFailure.broken(e);
        if (broken.isEmpty()
                || !ends.state()
                        .promises()
                        .takeBack(ends.owner(), broken.get(), e.failure().reason())) {
            return false;
        }
        LOG.atWarn()
                .addKeyValue("table", broken.get().table())
                .addKeyValue("name", broken.get().name())
                .addKeyValue("reason", e.failure().reason())
                .log("taken back, as a document of MongoDB breaks it");
        return true;
    }

    private boolean cutOrWait(ClusterTime floor, boolean goal) throws InterruptedException {
        Optional<ClusterTime> at = pending.next(last.map(Spool.Cut::at).orElse(floor), LOOK);
        if (at.isEmpty() || over.getAsBoolean() || !hurried && waits(at.get(), goal)) {
            return false;
        }
        Optional<Spool.Cut> cut = cutter.pass(at.get());
        if (cut.isPresent()) {
            taken(cut);
            trouble = Optional.empty();
            lastTaken = System.nanoTime();
        }
        return true;
    }

    private void taken(Optional<Spool.Cut> cut) {
        lock.lock();
        try {
            last = cut;
            cutTaken.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a cut is better taken a little later: it would bring little, or nothing. */
    private boolean waits(ClusterTime at, boolean goal) throws InterruptedException {
        Duration since = Duration.ofNanos(System.nanoTime() - lastTaken);
        if (pending.hasBacklog() || pending.size() > FEW) {
            return false;
        }
        if (!pending.hasDue(at)) {
            boolean early = !goal && since.compareTo(QUIET) < 0;
            if (early) {
                pending.awaitMove(QUIET.minus(since));
            }
            return early;
        }
        if (since.compareTo(PAUSE) < 0) {
            pending.awaitMove(PAUSE.minus(since));
            return true; // the stream may be further now
        }
        return false;
    }

    @Override
    public void close() throws InterruptedException {
        List<ExecutorService> threads = List.of(stream, filling);
        threads.forEach(ExecutorService::shutdownNow);
        cutter.close();
        for (ExecutorService thread : threads) {
            if (!thread.awaitTermination(STOP.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("a thread that follows did not stop within " + STOP);
            }
        }
    }
}
