package dev.changeover.mongo;

import com.mongodb.MongoException;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Does a step again while its failure is transient, with growing pauses. The package's one such loop. Thread-safe. */
final class Retry implements AutoCloseable {
    private static final int ATTEMPTS = 9;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final CountDownLatch closed = new CountDownLatch(1);

    /**
     * What is being asked of the server.
     *
     * @param during what is being done, on what: {@code "list the collections of shop"}
     * @param right what the user must be allowed, in words a person can act on: {@code "role read on database shop"}
     */
    record Ask(String during, String right) {}

    <T> T call(Ask ask, Supplier<T> step) {
        for (int tries = 1; ; tries++) {
            try {
                return step.get();
            } catch (MongoException e) {
                Failure failure = Failures.sort(ask, e);
                if (!(failure instanceof Failure.Transient) || tries == ATTEMPTS || !rest(tries)) {
                    throw new FailedException(failure, e);
                }
            }
        }
    }

    /** Does a step once, for callers that have a loop of their own. */
    static <T> T once(Ask ask, Supplier<T> step) {
        try {
            return step.get();
        } catch (MongoException e) {
            throw new FailedException(Failures.sort(ask, e), e);
        }
    }

    /** Waits before try {@code tries + 1}; false when the source was closed or the thread interrupted meanwhile. */
    private boolean rest(int tries) {
        long pause = Math.min(LONGEST_PAUSE.toMillis(), 100L << tries);
        try {
            return !closed.await(pause, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
