package dev.changeover.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the server's processes behind our connections, over a connection of its own. It ends those whose
 * connection was given up: the server may not notice for hours, and they hold their locks. And it finds those that are
 * done with a long statement although its answer never came. Thread-safe.
 */
final class Backends implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Backends.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** Gives the session a name that no other one has; the server tells it to the driver by itself. */
    static final String NAME_SESSION = "SELECT set_config('application_name', 'changeover ' || pg_backend_pid() || ' '"
            + " || to_hex((random() * 2147483647)::int), false)";

    private final Opener opener;
    private final Duration silence;
    private final Set<String> lost = ConcurrentHashMap.newKeySet();
    private final Set<LongStep> atWork = ConcurrentHashMap.newKeySet();
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().name("backends").daemon().unstarted(task));

    /** Opens a connection outside the pool. */
    interface Opener {
        Connection open() throws SQLException;
    }

    /** An answer may take {@code silence} on its way; zero is for ever. */
    Backends(Opener opener, Duration silence) {
        this.opener = opener;
        this.silence = silence;
        thread.setRemoveOnCancelPolicy(true);
        thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy()); // what comes after the close
    }

    /** The name of the process that serves {@code connection}; empty where a pooler does not tell it. */
    static String name(Connection connection) throws SQLException {
        String name = connection.unwrap(PGConnection.class).getParameterStatus("application_name");
        return name == null ? "" : name;
    }

    /** Ends the process of that name, now or as soon as the server can be reached. */
    void end(String name) {
        if (!name.isEmpty() && lost.add(name)) {
            thread.execute(this::endLost);
        }
    }

    private void endLost() {
        if (lost.isEmpty()) {
            return;
        }
        Set<String> now = Set.copyOf(lost);
        try (Connection connection = opener.open();
                PreparedStatement statement = connection.prepareStatement("SELECT pg_terminate_backend(pid)"
                        + " FROM pg_stat_activity WHERE application_name = ANY (?) AND usename = current_user")) {
            statement.setObject(1, now.toArray(String[]::new));
            statement.execute();
            lost.removeAll(now);
        } catch (SQLException e) {
            LOG.atDebug().setCause(e).log("processes of lost connections could not be ended yet");
            Future<?> unused = thread.schedule(this::endLost, AGAIN.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Does what may take the server long, until its process is no longer at it. */
    <T> T patiently(Connection connection, Statement statement, Stalls.Step<T> step) throws SQLException {
        LongStep work = new LongStep(connection, name(connection), statement);
        atWork.add(work);
        Optional<Future<?>> looks = work.name.isEmpty() || silence.isZero()
                ? Optional.empty()
                : Optional.of(thread.scheduleWithFixedDelay(
                        work::look, silence.toMillis(), silence.toMillis(), TimeUnit.MILLISECONDS));
        try {
            return step.go();
        } catch (SQLException e) {
            throw work.given
                    ? Stalls.silent("PostgreSQL had ended a long statement, but its answer did not come", e)
                    : e;
        } finally {
            looks.ifPresent(stop -> stop.cancel(false));
            atWork.remove(work);
        }
    }

    /** Ends every long statement that is at work now; there it fails. */
    void cancel() {
        for (LongStep work : atWork) {
            try {
                work.statement.cancel();
            } catch (SQLException e) {
                LOG.atDebug().setCause(e).log("statement had ended already");
            }
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** A statement that may take long. Looked at by the one thread only. */
    private final class LongStep {
        private final Connection connection;
        private final String name;
        private final Statement statement;
        private boolean seenIdle;
        private volatile boolean given;

        LongStep(Connection connection, String name, Statement statement) {
            this.connection = connection;
            this.name = name;
            this.statement = statement;
        }

        /** Gives the connection up when the process was idle twice, a longest way of an answer apart. */
        void look() {
            try (Connection own = opener.open();
                    PreparedStatement looking = own.prepareStatement(
                            "SELECT count(*) FROM pg_stat_activity WHERE application_name = ? AND state NOT LIKE 'idle%'")) {
                looking.setString(1, name);
                boolean idle;
                try (ResultSet found = looking.executeQuery()) {
                    idle = found.next() && found.getLong(1) == 0;
                }
                if (idle && seenIdle) {
                    given = true;
                    Stalls.abort(connection);
                }
                seenIdle = idle;
            } catch (SQLException e) {
                LOG.atDebug().setCause(e).log("could not look after {}", name);
            }
        }
    }
}
