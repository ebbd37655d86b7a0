package dev.changeover.router;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/**
 * A connection of the application's: the first statement of each of its transactions is preceded by the epoch's check, and
 * the call's scope hears of what was sent and answered. As thread-safe as a connection is.
 */
final class FencedConnection implements InvocationHandler {
    private final Router router;
    private final Connection connection;
    private @Nullable Connection shown;
    private boolean begun;
    private boolean changes;

    private FencedConnection(Router router, Connection connection) {
        this.router = router;
        this.connection = connection;
    }

    static Connection around(Router router, Connection connection) {
        FencedConnection fenced = new FencedConnection(router, connection);
        Connection shown = proxy(Connection.class, fenced);
        fenced.shown = shown;
        return shown;
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(
                Proxy.newProxyInstance(FencedConnection.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        switch (method.getName()) {
            case "commit":
                commit(method, arguments);
                return null;
            case "rollback":
                if (arguments == null) {
                    end();
                }
                return Stage.call(connection, method, arguments);
            case "setAutoCommit":
                end();
                return Stage.call(connection, method, arguments);
            case "equals":
                return arguments != null && proxy == arguments[0];
            case "hashCode":
                return System.identityHashCode(proxy);
            default:
                return shown(Stage.call(connection, method, arguments), arguments);
        }
    }

    private void end() {
        begun = false;
        changes = false;
    }

    private void commit(Method method, Object @Nullable [] arguments) throws Throwable {
        boolean writes = changes;
        end();
        send(connection, method, arguments, writes);
    }

    /** Statements are shown by a proxy too: what they execute may be the first of a transaction. */
    private @Nullable Object shown(@Nullable Object result, Object @Nullable [] arguments) {
        if (!(result instanceof Statement)) {
            return result;
        }
        OfStatement of = new OfStatement((Statement) result, sql(arguments, ""));
        if (result instanceof CallableStatement) {
            return proxy(CallableStatement.class, of);
        } else if (result instanceof PreparedStatement) {
            return proxy(PreparedStatement.class, of);
        }
        return proxy(Statement.class, of);
    }

    private static String sql(Object @Nullable [] arguments, String other) {
        return arguments != null && arguments.length > 0 && arguments[0] instanceof String
                ? (String) arguments[0]
                : other;
    }

    /** Whether what is executed may change something: all that is not a plain question. */
    private static boolean changes(String sql) {
        String begin = sql.stripLeading();
        return !begin.regionMatches(true, 0, "SELECT", 0, 6) && !begin.regionMatches(true, 0, "SHOW", 0, 4);
    }

    private final class OfStatement implements InvocationHandler {
        private final Statement statement;
        private final String prepared;

        OfStatement(Statement statement, String prepared) {
            this.statement = statement;
            this.prepared = prepared;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            String name = method.getName();
            if (name.equals("getConnection")) {
                return shown;
            } else if (name.equals("equals")) {
                return arguments != null && proxy == arguments[0];
            } else if (name.equals("hashCode")) {
                return System.identityHashCode(proxy);
            } else if (name.startsWith("execute")) {
                return execute(statement, method, arguments, changes(sql(arguments, prepared)));
            }
            return Stage.call(statement, method, arguments);
        }
    }

    private @Nullable Object execute(Statement statement, Method method, Object @Nullable [] arguments, boolean change)
            throws Throwable {
        Scope scope = Scope.current();
        if (scope == null || !scope.isOf(router) || scope.kind() == Scope.Kind.READ || connection.isReadOnly()) {
            return Stage.call(statement, method, arguments);
        }
        scope.saw(0);
        if (connection.getAutoCommit()) { // the tables' own triggers keep the epoch here
            return send(statement, method, arguments, change);
        }
        if (!begun) {
            router.beginWrite(connection);
            begun = true;
        }
        changes |= change;
        return Stage.call(statement, method, arguments);
    }

    /** Something that commits: nobody knows whether it has, until it is answered. */
    private static @Nullable Object send(Object target, Method method, Object @Nullable [] arguments, boolean writes)
            throws Throwable {
        Scope scope = Scope.current();
        if (scope == null || !writes) {
            return Stage.call(target, method, arguments);
        }
        scope.sent();
        try {
            Object result = Stage.call(target, method, arguments);
            scope.answered();
            scope.done();
            return result;
        } catch (SQLException e) {
            if (!SqlFailures.isSilence(e)) {
                scope.answered();
            }
            throw e;
        }
    }
}
