package dev.changeover.router;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Waits until PostgreSQL has what MongoDB had at a cluster time. One thread asks for all who wait, over one connection that
 * it has only while somebody does: waiting takes no connection of the application's. Thread-safe.
 */
final class Cuts implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(5);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(50);

    /** So long the connection is kept though nobody waits. */
    private static final Duration IDLE = Duration.ofSeconds(2);

    private final Connections connections;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition wanted = lock.newCondition();
    private final Condition advanced = lock.newCondition();
    private final Thread thread = new Thread(this::run, "changeover-cuts");
    private int waiting;
    private volatile long applied;
    private volatile boolean closed;

    Cuts(Connections connections) {
        this.connections = connections;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** Whether a statement that begins now sees all that was written on MongoDB up to that time; waits for it so long. */
    boolean await(long time, Duration most) {
        return isApplied(time) || awaitSlowly(time, Deadline.in(most));
    }

    private boolean isApplied(long time) {
        return time == 0 || Long.compareUnsigned(applied, time) >= 0;
    }

    private boolean awaitSlowly(long time, Deadline deadline) {
        lock.lock();
        try {
            waiting++;
            wanted.signal();
            while (!isApplied(time) && !deadline.isOver() && !closed) {
                boolean unused = advanced.await(deadline.left(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            waiting--;
            lock.unlock();
        }
        return isApplied(time);
    }

    private void run() {
        while (!closed) {
            try {
                if (awaitWanted(Duration.ofDays(1))) {
                    ask();
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** While somebody waits, and a little longer; what fails is tried again as long. */
    private void ask() throws InterruptedException {
        try (Connection connection = connections.open()) {
            while (!closed && awaitWanted(IDLE)) {
                hear(PhaseTable.appliedThrough(connection));
                rest(POLL);
            }
        } catch (SQLException e) {
            forget();
            rest(PAUSE_AFTER_FAILURE);
        }
    }

    /** The server that answers next may be another, which has not come as far. */
    void forget() {
        applied = 0;
    }

    private void hear(long now) {
        lock.lock();
        try {
            if (Long.compareUnsigned(now, applied) > 0) {
                applied = now;
                advanced.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitWanted(Duration most) throws InterruptedException {
        long left = most.toNanos();
        lock.lock();
        try {
            while (waiting == 0 && left > 0 && !closed) {
                left = wanted.awaitNanos(left);
            }
            return waiting > 0;
        } finally {
            lock.unlock();
        }
    }

    private void rest(Duration time) throws InterruptedException {
        lock.lock();
        try {
            long left = time.toNanos();
            while (left > 0 && !closed) {
                left = wanted.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whoever waits is told that it is not there. */
    @Override
    public void close() {
        closed = true;
        lock.lock();
        try {
            advanced.signalAll();
            wanted.signalAll();
        } finally {
            lock.unlock();
        }
        thread.interrupt();
    }
}
