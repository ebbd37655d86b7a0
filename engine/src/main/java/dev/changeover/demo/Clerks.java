package dev.changeover.demo;

import com.mongodb.client.MongoClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The application: a few clients that write to the shop in MongoDB, each on a thread of its own, until closed. */
final class Clerks implements AutoCloseable {
    private static final int CLERKS = 3;

    /** From the beginning of one thing that a client does to the next. */
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final CountDownLatch over = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final Done done = new Done();
    private volatile @Nullable RuntimeException failure;

    Clerks(MongoClient client, Shop.Opened shop, long seed) {
        for (int number = 1; number <= CLERKS; number++) {
            Clerk clerk = new Clerk(client, shop, seed, number, done);
            threads.add(
                    Thread.ofPlatform().name("demo-clerk-" + number).daemon().unstarted(() -> work(clerk)));
        }
    }

    Clerks start() {
        threads.forEach(Thread::start);
        return this;
    }

    private void work(Clerk clerk) {
        try {
            long due = System.nanoTime();
            do {
                clerk.next();
                due = Math.max(due + PACE_NANOS, System.nanoTime());
            } while (!over.await(due - System.nanoTime(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            failure = e;
        }
    }

    Done done() {
        return done;
    }

    /** Throws what a client has failed with. */
    void check() {
        RuntimeException failed = failure;
        if (failed != null) {
            throw new IllegalStateException("the demo's application cannot write", failed);
        }
    }

    /** Nothing is written after this has returned. */
    @Override
    public void close() throws InterruptedException {
        over.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
