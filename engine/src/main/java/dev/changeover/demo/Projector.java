package dev.changeover.demo;

import dev.changeover.run.Run;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Shows a run's progress again and again, on a thread of its own, until closed. */
final class Projector implements AutoCloseable {
    private final CountDownLatch over = new CountDownLatch(1);
    private final Thread thread;

    Projector(Run run, Duration redraw, Consumer<Scene> audience) {
        thread = Thread.ofVirtual().name("demo-progress").unstarted(() -> {
            try {
                while (!over.await(redraw.toMillis(), TimeUnit.MILLISECONDS)) {
                    audience.accept(new Scene.Copying(run.progress()));
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
    }

    void start() {
        thread.start();
    }

    /** Nothing is shown after this has returned. */
    @Override
    public void close() throws InterruptedException {
        over.countDown();
        thread.join();
    }
}
