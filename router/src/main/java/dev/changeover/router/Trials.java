package dev.changeover.router;

import dev.changeover.router.Counters.Kind;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What is tried on PostgreSQL beside the calls, on a few threads of its own: they are never in an era, so nothing waits for
 * them, and what finds no place in the queue is dropped. Thread-safe.
 */
final class Trials implements AutoCloseable {
    private final TrialSettings settings;
    private final Router router;
    private final ThreadPoolExecutor threads;

    Trials(TrialSettings settings, Router router) {
        this.settings = settings;
        this.router = router;
        threads = new ThreadPoolExecutor(
                settings.threads(),
                settings.threads(),
                10,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(settings.queue()),
                run -> {
                    Thread thread = new Thread(run, "changeover-trial");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    TrialSettings settings() {
        return settings;
    }

    boolean wantsShadow(Era era) {
        return era.phase() == Phase.BOTH && hits(settings.shadows());
    }

    boolean wantsRehearsal(Era era) {
        return era.phase() == Phase.BOTH && hits(settings.rehearsals());
    }

    private static boolean hits(double share) {
        return share > 0 && ThreadLocalRandom.current().nextDouble() < share;
    }

    /** Runs it soon; null: there is no room. */
    <T> @Nullable FutureTask<T> start(Callable<T> trial) {
        FutureTask<T> task = new FutureTask<>(trial);
        try {
            threads.execute(task);
            return task;
        } catch (RejectedExecutionException full) {
            router.counters().add(Kind.DROPPED);
            return null;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
