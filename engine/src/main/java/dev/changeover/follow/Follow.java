package dev.changeover.follow;

import dev.changeover.ClusterTime;
import dev.changeover.Station;
import dev.changeover.plan.Plan;
import dev.changeover.state.Ends;
import dev.changeover.state.Spool;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps PostgreSQL at MongoDB's state, cut after cut. The package's door. A thread of its own reads the change stream
 * into the spool from {@link #start} on; cuts are taken by the thread that calls {@link #until}.
 */
public final class Follow implements AutoCloseable {
    private static final Duration STOP = Duration.ofSeconds(30);

    private final Ends ends;
    private final Cutter cutter;
    private final Spooler spooler;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().name("spool").unstarted(task));
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition moved = lock.newCondition();
    private Optional<ClusterTime> position = Optional.empty();
    private Optional<Future<?>> spooling = Optional.empty();

    public Follow(Ends ends, Plan plan, FollowSettings settings, Station.Listener stations) {
        this.ends = ends;
        cutter = new Cutter(ends, plan, settings.keysMost(), stations);
        spooler = new Spooler(ends, plan, settings.eventsMost(), this::moved);
    }

    /** Begins to spool. Safe beside the copy, and needed beside a long one: the oplog does not wait. */
    public void start() {
        spooling = Optional.of(thread.submit(() -> {
            spooler.run();
            return true;
        }));
    }

    private void moved(ClusterTime to) {
        lock.lock();
        try {
            position = Optional.of(to);
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Takes cuts until there is one at or after {@code goal}, and returns it. */
    public Spool.Cut until(ClusterTime goal) throws InterruptedException {
        while (true) {
            Optional<Spool.Cut> last = ends.state().spool().cut();
            if (last.isPresent() && last.get().at().compareTo(goal) >= 0) {
                return last.get();
            }
            ClusterTime at = await(last).before();
            boolean cut = cutter.pass(at);
            if (cut && at.compareTo(goal) < 0) {
                ends.source().note("changeover waits for a cut"); // so that a quiet stream's time moves
            }
        }
    }

    /** The stream's position, once it is behind the last cut. */
    private ClusterTime await(Optional<Spool.Cut> last) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (position.isEmpty()
                    || last.isPresent()
                            && position.get().before().compareTo(last.get().at()) <= 0) {
                requireSpooling();
                boolean unused = moved.await(200, TimeUnit.MILLISECONDS);
            }
            return position.get();
        } finally {
            lock.unlock();
        }
    }

    private void requireSpooling() throws InterruptedException {
        if (spooling.isPresent() && spooling.get().isDone()) {
            try {
                spooling.get().get();
            } catch (ExecutionException e) {
                throw e.getCause() instanceof RuntimeException failed ? failed : new IllegalStateException(e);
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        thread.shutdownNow();
        if (!thread.awaitTermination(STOP.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the spooling thread did not stop within " + STOP);
        }
    }
}
