package dev.changeover.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A thread for each request that is being answered, up to a number. Who reads or sends too slowly is interrupted, which
 * closes its connection, so that it takes a place for a while only. Thread-safe.
 */
final class Threads implements Executor, AutoCloseable {
    private static final Duration LOOK = Duration.ofMillis(500);

    private final Semaphore free;
    private final Duration most;
    private final Set<Place> taken = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("http-clock").daemon().unstarted(task));

    /** {@code most} is how long one request may take. */
    Threads(int places, Duration most) {
        free = new Semaphore(places);
        this.most = most;
        ScheduledFuture<?> unused =
                clock.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What one request holds, and until when. */
    private static final class Place {
        private final Thread thread;
        private volatile long until;

        private Place(Thread thread, long until) {
            this.thread = thread;
            this.until = until;
        }
    }

    private void look() {
        long now = System.nanoTime();
        taken.stream().filter(place -> place.until - now < 0).forEach(place -> place.thread.interrupt());
    }

    /** Refuses when all places are taken: the server then closes the connection. */
    @Override
    public void execute(Runnable request) {
        if (!free.tryAcquire()) {
            throw new RejectedExecutionException("too many requests at once");
        }
        Thread unused = Thread.ofVirtual().name("http").start(() -> {
            Place place = new Place(Thread.currentThread(), System.nanoTime() + most.toNanos());
            taken.add(place);
            try {
                request.run();
            } finally {
                taken.remove(place);
                free.release();
            }
        });
    }

    /** The calling thread's request begins anew: it lasts as long as it takes, but each part of it only so long. */
    void again() {
        taken.stream()
                .filter(place -> place.thread == Thread.currentThread())
                .forEach(place -> place.until = System.nanoTime() + most.toNanos());
    }

    @Override
    public void close() {
        clock.shutdownNow();
        taken.forEach(place -> place.thread.interrupt());
    }
}
