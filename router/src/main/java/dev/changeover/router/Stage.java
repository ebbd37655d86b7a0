package dev.changeover.router;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One transaction in which a rehearsal plays all of its own: what it commits is kept until the end, what it rolls back is
 * gone, and nothing of it is ever committed. Confined to one thread.
 */
final class Stage implements AutoCloseable {
    private final Duration patience;
    private @Nullable Connection connection;
    private @Nullable Savepoint committed;

    Stage(Duration patience) {
        this.patience = patience;
    }

    /** A connection as the source would give it. */
    Connection connection(DataSource source) throws SQLException {
        Connection opened = connection;
        boolean autoCommit = true;
        if (opened == null) {
            opened = source.getConnection();
            connection = opened;
            autoCommit = opened.getAutoCommit();
            opened.setAutoCommit(false);
            limit(opened);
            PhaseTable.beginRehearsal(opened);
            committed = opened.setSavepoint();
        }
        return new Played(opened, autoCommit).shown;
    }

    /** What it locks, Changeover may wait for. */
    private void limit(Connection opened) throws SQLException {
        try (Statement statement = opened.createStatement()) {
            String millis = Long.toString(patience.toMillis());
            statement.execute("SET LOCAL statement_timeout = " + millis);
            statement.execute("SET LOCAL lock_timeout = " + millis);
            statement.execute("SET LOCAL idle_in_transaction_session_timeout = " + millis);
        }
    }

    @Override
    public void close() throws SQLException {
        Connection opened = connection;
        if (opened != null) {
            try (opened) {
                opened.rollback();
                opened.setAutoCommit(true);
            }
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(Stage.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    /** A connection on the stage. */
    private final class Played implements InvocationHandler {
        private final Connection real;
        private final Connection shown = proxy(Connection.class, this);
        private boolean autoCommit;
        private boolean closed;

        Played(Connection real, boolean autoCommit) {
            this.real = real;
            this.autoCommit = autoCommit;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            Object first = arguments == null ? null : arguments[0];
            switch (method.getName()) {
                case "commit":
                    commit();
                    return null;
                case "rollback":
                    if (first == null) {
                        rollback();
                        return null;
                    }
                    return call(real, method, arguments);
                case "setAutoCommit":
                    commit();
                    autoCommit = Boolean.TRUE.equals(first);
                    return null;
                case "getAutoCommit":
                    return autoCommit;
                case "close", "abort":
                    end();
                    return null;
                case "isClosed":
                    return closed;
                case "setReadOnly", "setTransactionIsolation": // not within a transaction
                    return null;
                case "equals":
                    return proxy == first;
                case "hashCode":
                    return System.identityHashCode(proxy);
                default:
                    return shown(call(real, method, arguments));
            }
        }

        private void end() throws SQLException {
            if (!closed && !autoCommit) {
                rollback();
            }
            closed = true;
        }

        private void commit() throws SQLException {
            if (committed != null) {
                real.releaseSavepoint(committed);
            }
            committed = real.setSavepoint();
        }

        private void rollback() throws SQLException {
            if (committed != null) {
                real.rollback(committed);
            }
        }

        private @Nullable Object shown(@Nullable Object result) {
            if (result instanceof CallableStatement) {
                return proxy(CallableStatement.class, statement(result));
            } else if (result instanceof PreparedStatement) {
                return proxy(PreparedStatement.class, statement(result));
            } else if (result instanceof Statement) {
                return proxy(Statement.class, statement(result));
            }
            return result;
        }

        private InvocationHandler statement(Object statement) {
            return (proxy, method, arguments) -> {
                if (method.getName().equals("getConnection")) {
                    return shown;
                } else if (method.getName().startsWith("execute") && autoCommit) {
                    return alone(statement, method, arguments);
                }
                return call(statement, method, arguments);
            };
        }

        /** In autocommit mode a statement that fails takes back itself, and no more. */
        private @Nullable Object alone(Object statement, Method method, Object @Nullable [] arguments)
                throws Throwable {
            try {
                Object result = call(statement, method, arguments);
                commit();
                return result;
            } catch (SQLException e) {
                rollback();
                throw e;
            }
        }
    }

    static @Nullable Object call(Object target, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }
}
