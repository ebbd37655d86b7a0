package dev.changeover.cutover;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * How long writes may wait. When it is spent, the thread that began it is interrupted, wherever it waits, and {@link
 * #requireLeft} tells it why.
 */
final class Budget implements AutoCloseable {
    /** How long the way to the point at which writes wait may take; they go on meanwhile. */
    static final Duration PREPARATION = Duration.ofSeconds(60);

    private final Thread thread = Thread.currentThread();
    private final long begun = System.nanoTime();
    private final Duration all;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("budget").daemon().unstarted(task));
    private boolean spent;
    private boolean over;

    private Budget(Duration all) {
        this.all = all;
    }

    static Budget begin(Duration all) {
        Budget budget = new Budget(all);
        Future<?> unused = budget.timer.schedule(budget::spend, all.toMillis(), TimeUnit.MILLISECONDS);
        return budget;
    }

    private synchronized void spend() {
        if (!over) {
            spent = true;
            thread.interrupt();
        }
    }

    /** Never below a millisecond: what is then begun fails of itself. */
    Duration left() {
        Duration left = all.minus(spent());
        return left.isPositive() ? left : Duration.ofMillis(1);
    }

    /** For what says better than an interruption why it failed. */
    Duration mostOfIt() {
        return left().multipliedBy(9).dividedBy(10);
    }

    Duration spent() {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    /** Fails when it is spent. */
    synchronized void requireLeft() {
        if (spent) {
            throw new FailedException(new Failure.Refused(
                    "change the database in charge",
                    "writes had waited for " + all.toMillis() + " ms, as long as they may",
                    "Give the same command again, when there is less to do or with a larger --budget."));
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            over = true;
            if (spent) {
                boolean unused = Thread.interrupted(); // else it would end the undoing as well
            }
        }
        timer.shutdownNow();
    }
}
