package dev.changeover.run;

import dev.changeover.ClusterTime;
import dev.changeover.mongo.Mongo;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks every few seconds where the source's oplog begins, on a thread of its own: a source that does not answer must not
 * stop the heart.
 */
final class OplogWatch implements AutoCloseable {
    private static final int EVERY_SECONDS = 5;

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("oplog").daemon().unstarted(task));
    private final Mongo source;
    private volatile Optional<ClusterTime> begins = Optional.empty();

    OplogWatch(Mongo source) {
        this.source = source;
    }

    void start() {
        Future<?> unused =
                thread.scheduleWithFixedDelay(() -> begins = source.oplogBegins(), 0, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    /** The time of its first entry; empty where the user may not look. */
    Optional<ClusterTime> begins() {
        return begins;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
