package dev.changeover.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C and SIGTERM into an interruption of the thread that made this, and keeps the process alive until that
 * thread has rolled back and closed this. The process then ends as the signal wants, with 130 or 143.
 */
final class Interruptible implements AutoCloseable {
    private static final int WAIT_SECONDS = 60;

    private final Thread main = Thread.currentThread();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook;

    Interruptible(Output output) {
        hook = new Thread(() -> stop(output), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void stop(Output output) {
        main.interrupt();
        try {
            if (!closed.await(WAIT_SECONDS, TimeUnit.SECONDS)) {
                output.err().println("changeover: did not stop within " + WAIT_SECONDS + " s; ends now");
            }
        } catch (InterruptedException cannotBe) {
            Thread.currentThread().interrupt();
        }
        output.err().println("changeover: stopped; nothing is lost, the same command goes on from here");
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The signal has come: the hook is what waits for us.
            Thread.yield();
        }
    }
}
