package dev.changeover.router;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** The router's own connections to PostgreSQL: each statement is a transaction, and no answer is waited for without end. */
final class Connections {
    private final DataSource source;
    private final Duration silence;

    /** {@code silence}: after it a connection is given up. */
    Connections(DataSource source, Duration silence) {
        this.source = source;
        this.silence = silence;
    }

    Connection open() throws SQLException {
        Connection connection = source.getConnection();
        try {
            connection.setAutoCommit(true);
            connection.setNetworkTimeout(Runnable::run, (int) silence.toMillis());
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
