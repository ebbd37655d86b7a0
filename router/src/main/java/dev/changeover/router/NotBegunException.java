package dev.changeover.router;

import java.sql.SQLException;

/** PostgreSQL let a write not begin; nothing of its transaction was done. */
final class NotBegunException extends SQLException {
    private static final long serialVersionUID = 1;

    NotBegunException(SQLException cause) {
        super("changeover.begin_write: " + cause.getMessage(), cause.getSQLState(), cause);
    }
}
