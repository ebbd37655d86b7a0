package dev.changeover.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a connection on which a step takes too long, from a thread of its own: a write to a peer that takes nothing is
 * ended by no time-out of the driver. Thread-safe.
 */
final class Stalls implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Stalls.class);

    private final Duration limit;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().name("stalls").daemon().unstarted(task));

    /** A limit of zero is none. */
    Stalls(Duration limit) {
        this.limit = limit;
        thread.setRemoveOnCancelPolicy(true);
    }

    /** What is asked of the server and answered soon, or not at all. */
    interface Step<T> {
        T go() throws SQLException;
    }

    <T> T within(Connection connection, Step<T> step) throws SQLException {
        if (limit.isZero()) {
            return step.go();
        }
        AtomicBoolean stalled = new AtomicBoolean();
        Future<?> end = thread.schedule(
                () -> {
                    stalled.set(true);
                    abort(connection);
                },
                limit.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return step.go();
        } catch (SQLException e) {
            if (stalled.get()) {
                throw silent("PostgreSQL did not answer for " + limit.toSeconds() + " s", e);
            }
            throw e;
        } finally {
            end.cancel(false);
        }
    }

    /** What a connection that was given up fails with. */
    static SQLException silent(String reason, SQLException cause) {
        SQLException silent = new SQLException(reason, "08006");
        silent.addSuppressed(cause); // not as the cause, whose SQLSTATE would count
        return silent;
    }

    static void abort(Connection connection) {
        try {
            connection.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.atDebug().setCause(e).log("connection was over already");
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
