package dev.changeover.copy;

import dev.changeover.state.Watch;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Holds all workers together to so many documents and bytes a second. Thread-safe; limits may change at any time. */
final class Throttle {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Bucket documents = new Bucket();
    private final Bucket bytes = new Bucket();
    private volatile Watch.Limits limits = Watch.Limits.NONE;

    /** What may pass, filled by time. Guarded by {@link #lock}. May run into debt, which is then waited off. */
    private static final class Bucket {
        private double perSecond = Double.POSITIVE_INFINITY;
        private double level;
        private long filledAt = System.nanoTime();

        void rate(OptionalDouble limit, double unit) {
            perSecond = limit.orElse(Double.POSITIVE_INFINITY) * unit;
            level = 0;
            filledAt = System.nanoTime();
        }

        /** Nanoseconds to wait until the level is above the ground. */
        long take(double amount) {
            if (perSecond == Double.POSITIVE_INFINITY) {
                return 0;
            }
            long now = System.nanoTime();
            // A quarter of a second may be saved up, so that a worker that comes late finds its share.
            level = Math.min(perSecond / 4, level + (now - filledAt) / 1e9 * perSecond) - amount;
            filledAt = now;
            return level >= 0 ? 0 : (long) (-level / perSecond * 1e9);
        }
    }

    void limits(Watch.Limits wanted) {
        lock.lock();
        try {
            if (!wanted.equals(limits)) {
                limits = wanted;
                documents.rate(wanted.documentsPerSecond(), 1);
                bytes.rate(wanted.megabytesPerSecond(), 1e6);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a document of {@code length} bytes may pass. */
    void pass(int length) throws InterruptedException {
        if (limits.equals(Watch.Limits.NONE)) {
            return;
        }
        lock.lockInterruptibly();
        try {
            long wait = Math.max(documents.take(1), bytes.take(length));
            if (wait > 0) {
                boolean limitsChanged = changed.await(wait, TimeUnit.NANOSECONDS);
                if (limitsChanged) {
                    changed.signalAll();
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
