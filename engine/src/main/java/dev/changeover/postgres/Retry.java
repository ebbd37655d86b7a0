package dev.changeover.postgres;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The one loop that tries again what failed for a passing reason. Thread-safe. */
public final class Retry {
    private static final Logger LOG = LoggerFactory.getLogger(Retry.class);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    /** So many tries may be needed any day; more are worth a person's attention. */
    private static final int TRIES_QUIET = 3;

    private final Duration patience;
    private final CountDownLatch closed;

    /** Gives up {@code patience} after the first failure, or as soon as {@code closed} is counted down. */
    Retry(Duration patience, CountDownLatch closed) {
        this.patience = patience;
        this.closed = closed;
    }

    /** What is tried; it may be called again, also after a COMMIT that went through though its answer was lost. */
    public interface Attempt<T extends @Nullable Object> {
        T run() throws InterruptedException;
    }

    public <T extends @Nullable Object> T until(Attempt<T> attempt) throws InterruptedException {
        long firstFailure = 0;
        for (int tries = 1; ; tries++) {
            RuntimeException failed;
            Duration pause;
            try {
                return attempt.run();
            } catch (FailedException e) {
                if (!(e.failure() instanceof Failure.Transient again)) {
                    throw e;
                }
                failed = e;
                pause = again.pause();
            } catch (CommitInDoubtException e) {
                failed = e;
                pause = Duration.ofMillis(100);
            }
            firstFailure = firstFailure == 0 ? System.nanoTime() : firstFailure;
            if (System.nanoTime() - firstFailure > patience.toNanos() || rest(pause, tries)) {
                throw failed;
            }
            LOG.atLevel(tries < TRIES_QUIET ? Level.INFO : Level.WARN)
                    .addKeyValue("tries", tries)
                    .addKeyValue("reason", failed.getMessage())
                    .log("tried again");
        }
    }

    /** Doubles the pause with each try, with chance in it so that workers do not come back in step. True when closed. */
    private boolean rest(Duration pause, int tries) throws InterruptedException {
        long most = Math.min(PAUSE_MAX.toMillis(), pause.toMillis() << Math.min(tries - 1, 10));
        return closed.await(ThreadLocalRandom.current().nextLong(most / 2, most + 1), TimeUnit.MILLISECONDS);
    }
}
