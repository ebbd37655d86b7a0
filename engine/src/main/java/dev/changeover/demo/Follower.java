package dev.changeover.demo;

import dev.changeover.run.Run;
import dev.changeover.run.Summary;
import dev.changeover.run.Until;
import org.jspecify.annotations.Nullable;

/** {@code changeover run} on a thread of its own, which follows until closed, as by SIGTERM. */
final class Follower implements AutoCloseable {
    private final Thread thread;
    private volatile @Nullable RuntimeException failure;

    Follower(Run run, String file) {
        thread = Thread.ofPlatform().name("demo-run").daemon().unstarted(() -> {
            try {
                Summary never = run.until(Until.STOPPED, Shop.NAME, file);
                throw new IllegalStateException("ended by itself: " + never);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                failure = e;
            }
        });
    }

    Follower start() {
        thread.start();
        return this;
    }

    /** Throws what the run has failed with. */
    void check() {
        RuntimeException failed = failure;
        if (failed != null) {
            throw failed;
        }
    }

    @Override
    public void close() throws InterruptedException {
        thread.interrupt();
        thread.join();
    }
}
