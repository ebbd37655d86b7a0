package dev.changeover.copy;

import java.util.concurrent.Semaphore;

/** The memory that large documents may take while they become rows, shared by all workers (I19). Thread-safe. */
final class Room {
    /** Smaller documents fit into the buffers that every worker has anyway. */
    static final int LARGE = 1 << 20;

    /** Its bytes, its rows, the text inside its jsonb, and room to grow. */
    private static final int SPREAD = 8;

    private final int all;
    private final Semaphore kilobytes;

    /** A quarter of {@code heapBytes} is lent; a document that needs more gets it all. */
    Room(long heapBytes) {
        all = (int) Math.min(Integer.MAX_VALUE, heapBytes / 4 / 1024);
        kilobytes = new Semaphore(all, true);
    }

    /** Waits for room and returns what to give back. */
    int take(int length) throws InterruptedException {
        int wanted = (int) Math.min(all, (long) length * SPREAD / 1024);
        kilobytes.acquire(wanted);
        return wanted;
    }

    void giveBack(int taken) {
        kilobytes.release(taken);
    }
}
