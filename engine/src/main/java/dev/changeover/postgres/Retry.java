package dev.changeover.postgres;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one loop that tries again what failed for a passing reason. Thread-safe. */
final class Retry {
    private static final Logger LOG = LoggerFactory.getLogger(Retry.class);
    private static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    private static final Duration QUIET = Duration.ofSeconds(3);

    /** Fewer tries than that may be needed any day; as many are worth a person's attention. */
    private static final int TRIES_QUIET = 3;

    private final Duration patience;
    private final CountDownLatch closed;
    private final Outage outage = new Outage();

    /** Gives up {@code patience} after the first failure, or as soon as {@code closed} is counted down. */
    Retry(Duration patience, CountDownLatch closed) {
        this.patience = patience;
        this.closed = closed;
    }

    <T extends @Nullable Object> T until(Pg.Attempt<T> attempt) throws InterruptedException {
        long firstFailure = 0;
        for (int tries = 1; ; tries++) {
            RuntimeException failed;
            Duration pause;
            try {
                T result = attempt.run();
                if (tries > 1) {
                    outage.over();
                }
                return result;
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
            long lasted = System.nanoTime() - firstFailure;
            if (lasted > patience.toNanos() || rest(pause, tries)) {
                throw failed;
            }
            LOG.atDebug()
                    .addKeyValue("tries", tries)
                    .addKeyValue("reason", failed.getMessage())
                    .log("tried again");
            if (tries >= TRIES_QUIET || lasted > QUIET.toNanos()) {
                outage.begun(failed, patience);
            }
        }
    }

    /** What a person is told of the loops of all threads: that they wait, once, and that they go on. */
    private static final class Outage {
        private final AtomicLong since = new AtomicLong();

        void begun(RuntimeException failed, Duration patience) {
            if (since.compareAndSet(0, Math.max(1, System.nanoTime()))) {
                LOG.atWarn()
                        .addKeyValue("reason", failed.getMessage())
                        .addKeyValue("givesUpAfterSeconds", patience.toSeconds())
                        .log("waits for a database, trying again");
            }
        }

        void over() {
            long begun = since.get() == 0 ? 0 : since.getAndSet(0);
            if (begun != 0) {
                LOG.atWarn()
                        .addKeyValue(
                                "seconds",
                                Duration.ofNanos(System.nanoTime() - begun).toSeconds())
                        .log("goes on");
            }
        }
    }

    /** Doubles the pause with each try, with chance in it so that workers do not come back in step. True when closed. */
    private boolean rest(Duration pause, int tries) throws InterruptedException {
        long most = Math.min(PAUSE_MAX.toMillis(), pause.toMillis() << Math.min(tries - 1, 10));
        return closed.await(ThreadLocalRandom.current().nextLong(most / 2, most + 1), TimeUnit.MILLISECONDS);
    }
}
