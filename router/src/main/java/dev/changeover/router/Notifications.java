package dev.changeover.router;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

/** What PostgreSQL tells unasked. Only a hint: it can get lost, and behind a pooler it never comes. Not thread-safe. */
final class Notifications {
    private final PGConnection connection;

    private Notifications(PGConnection connection) {
        this.connection = connection;
    }

    /** None where the connection, or the driver, has no such thing. */
    static @Nullable Notifications of(Connection connection) throws SQLException {
        try {
            if (!connection.isWrapperFor(PGConnection.class)) {
                return null;
            }
            Notifications notifications = new Notifications(connection.unwrap(PGConnection.class));
            try (Statement statement = connection.createStatement()) {
                statement.execute("LISTEN changeover_phase");
            }
            return notifications;
        } catch (NoClassDefFoundError anotherDriver) {
            return null;
        }
    }

    /** Waits until something is told, or for so long. */
    void await(Duration most) throws SQLException {
        connection.getNotifications((int) Math.max(1, most.toMillis()));
    }
}
