package dev.changeover.http;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.postgres.CommitInDoubtException;
import dev.changeover.state.Leases;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that looks at the phase and at the last cut for all who wait, while somebody does: they hold no connection.
 * It keeps nothing that PostgreSQL has not said within the last seconds. Thread-safe.
 */
final class PhaseWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PhaseWatch.class);
    private static final Duration CALM = Duration.ofMillis(200);
    private static final Duration HASTY = Duration.ofMillis(15);

    /** Older than that, what was seen may be wrong by now. */
    private static final Duration OLD = Duration.ofSeconds(5);

    private final Leases leases;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition seen = lock.newCondition();
    private final Condition wanted = lock.newCondition();
    private final Thread thread =
            Thread.ofPlatform().name("http-watch").daemon().unstarted(this::run);
    private int calm;
    private int hasty;
    private boolean joined;
    private @Nullable Look last;

    /** What was seen, and when it was asked for. */
    private record Look(Leases.Now now, long at) {}

    PhaseWatch(Leases leases) {
        this.leases = leases;
        thread.start();
    }

    /** The phase once its epoch is after {@code epoch}; empty when it is not {@code within} that time. */
    Optional<Leases.Told> after(long epoch, Duration within) throws InterruptedException {
        return await(now -> now.told().epoch() > epoch, within, false).map(Leases.Now::told);
    }

    /** Whether PostgreSQL has all that MongoDB had at that time. */
    boolean applied(ClusterTime at, Duration within) throws InterruptedException {
        return await(now -> now.applied().filter(cut -> !at.isAfter(cut)).isPresent(), within, true)
                .isPresent();
    }

    private Optional<Leases.Now> await(Predicate<Leases.Now> goal, Duration within, boolean inHaste)
            throws InterruptedException {
        long begun = System.nanoTime();
        long end = begun + within.toNanos();
        lock.lockInterruptibly();
        try {
            join(inHaste, 1);
            while (true) {
                Look look = last;
                if (look != null && look.at - begun >= 0 && goal.test(look.now)) {
                    return Optional.of(look.now);
                }
                long left = end - System.nanoTime();
                if (left <= 0) {
                    refuseOld(begun);
                    return Optional.empty();
                }
                long unused = seen.awaitNanos(left);
            }
        } finally {
            join(inHaste, -1);
            lock.unlock();
        }
    }

    private void join(boolean inHaste, int change) {
        if (inHaste) {
            hasty += change;
        } else {
            calm += change;
        }
        joined |= change > 0;
        wanted.signal();
    }

    private void refuseOld(long begun) {
        Look look = last;
        long since = look == null ? begun : Math.max(look.at, begun);
        if (System.nanoTime() - since > OLD.toNanos()) {
            throw new FailedException(
                    new Failure.Transient("look at the phase", "PostgreSQL has not answered for a while", CALM));
        }
    }

    private void run() {
        try {
            while (true) {
                pause();
                look();
            }
        } catch (InterruptedException closed) {
            LOG.atDebug().log("the watch of the phase ends");
        }
    }

    private void pause() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (calm + hasty == 0) {
                wanted.await();
            }
            long left = (hasty > 0 ? HASTY : CALM).toNanos();
            while (left > 0 && !joined) {
                left = wanted.awaitNanos(left);
            }
            joined = false;
        } finally {
            lock.unlock();
        }
    }

    private void look() throws InterruptedException {
        long at = System.nanoTime();
        try {
            Leases.Now now = leases.now();
            lock.lockInterruptibly();
            try {
                last = new Look(now, at);
                seen.signalAll();
            } finally {
                lock.unlock();
            }
        } catch (FailedException | CommitInDoubtException e) {
            LOG.atDebug().setCause(e).log("the phase cannot be seen");
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
