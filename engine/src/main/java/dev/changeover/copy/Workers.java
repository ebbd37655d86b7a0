package dev.changeover.copy;

import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Some threads that do one kind of work together: the first that fails stops the others. Owned by one thread. */
final class Workers implements AutoCloseable {
    /** A read from a server that is silent ends after two minutes; interruption does not reach it. */
    private static final int WAIT_SECONDS = 150;

    private final int number;
    private final ExecutorService threads;
    private final Runnable stop;
    private boolean done;

    /** {@code stop} ends what interruption does not reach. */
    Workers(String name, int number, Runnable stop) {
        this.number = number;
        this.stop = stop;
        AtomicInteger count = new AtomicInteger();
        threads = Executors.newFixedThreadPool(
                number,
                task -> Thread.ofPlatform()
                        .name(name + "-" + count.incrementAndGet())
                        .unstarted(task));
    }

    /** The work of one thread; interruption tells it to stop. */
    interface Work {
        void run() throws InterruptedException;
    }

    /** Runs the work on every thread, and returns when all are done or throws what the first one failed with. */
    void each(Work work) throws InterruptedException {
        CompletionService<Boolean> ended = new ExecutorCompletionService<>(threads);
        for (int i = 0; i < number; i++) {
            Future<Boolean> unused = ended.submit(() -> {
                work.run();
                return true;
            });
        }
        for (int i = 0; i < number; i++) {
            try {
                ended.take().get();
            } catch (ExecutionException e) {
                throw unwrapped(e);
            }
        }
        done = true;
    }

    private static RuntimeException unwrapped(ExecutionException e) throws InterruptedException {
        return switch (e.getCause()) {
            case InterruptedException stop -> throw stop;
            case RuntimeException failed -> failed;
            case Error error -> throw error;
            case null -> new IllegalStateException(e);
            case Throwable other -> new IllegalStateException(other);
        };
    }

    /** Tells all to stop, and waits until their transactions are rolled back and their connections given back. */
    @Override
    public void close() throws InterruptedException {
        threads.shutdownNow();
        if (!done) { // else it would end what others have at work
            stop.run();
        }
        if (!threads.awaitTermination(WAIT_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException("a worker did not stop within " + WAIT_SECONDS + " s");
        }
    }
}
