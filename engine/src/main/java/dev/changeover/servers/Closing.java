package dev.changeover.servers;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Servers and folders that are closed together, the newest first, once: when told to, or when the JVM ends. While they are
 * being started the end of the JVM waits, so that nothing is started behind its back. Thread-safe.
 */
final class Closing implements AutoCloseable {
    /** Something whose closing throws nothing that is checked. */
    interface Open extends AutoCloseable {
        @Override
        void close();
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Open> open = new ArrayDeque<>();
    private final Thread hook = new Thread(this::closeAll, "servers-stop");

    private Closing() {}

    static Closing atExit() {
        Closing closing = new Closing();
        Runtime.getRuntime().addShutdownHook(closing.hook);
        return closing;
    }

    /** Runs {@code start}, which hands over what it opens; if it fails, all of that is closed. */
    <T> T whileStarting(Supplier<T> start) {
        lock.lock();
        try {
            return start.get();
        } catch (RuntimeException e) {
            close();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    <T extends Open> T with(T opened) {
        open.push(opened);
        return opened;
    }

    /** Leaves everything open, now and at the end of the JVM. */
    void keep() {
        lock.lock();
        try {
            open.clear();
        } finally {
            lock.unlock();
        }
    }

    private void closeAll() {
        lock.lock();
        try {
            while (!open.isEmpty()) {
                open.pop().close();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        closeAll();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            Thread.yield(); // the JVM is ending: the hook finds nothing left to close
        }
    }
}
