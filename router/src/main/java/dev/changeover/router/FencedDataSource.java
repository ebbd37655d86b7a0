package dev.changeover.router;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Connections whose writing transactions begin with the epoch's check. Thread-safe if the source is. */
final class FencedDataSource implements DataSource {
    private final Router router;
    private final DataSource source;

    FencedDataSource(Router router, DataSource source) {
        this.router = router;
        this.source = source;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Scope scope = Scope.current();
        return scope != null && scope.kind() == Scope.Kind.REHEARSAL && scope.isOf(router)
                ? scope.connection(source)
                : FencedConnection.around(router, source.getConnection());
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        return FencedConnection.around(router, source.getConnection(username, password));
    }

    @Override
    public @Nullable PrintWriter getLogWriter() throws SQLException {
        return source.getLogWriter();
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
        source.setLogWriter(out);
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        source.setLoginTimeout(seconds);
    }

    @Override
    public int getLoginTimeout() throws SQLException {
        return source.getLoginTimeout();
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        return source.getParentLogger();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return type.isInstance(this) ? type.cast(this) : source.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return type.isInstance(this) || source.isWrapperFor(type);
    }
}
