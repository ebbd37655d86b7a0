package dev.changeover.router;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/** The functions of the schema changeover that an instance of the application calls. */
final class PhaseTable {
    private PhaseTable() {}

    /** What the table says. */
    record Answer(Phase phase, long epoch) {}

    /** Says that the instance is there for so long, and which epoch all its calls go by. */
    static Answer renew(Connection connection, String name, long acknowledged, Duration lease) throws SQLException {
        String sql = "SELECT phase, epoch FROM changeover.renew_lease(?, ?, make_interval(secs => ?))";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            statement.setLong(2, acknowledged);
            statement.setDouble(3, lease.toMillis() / 1000.0);
            return answer(statement);
        }
    }

    static Answer look(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT phase, epoch FROM changeover.current_phase()")) {
            return answer(statement);
        }
    }

    private static Answer answer(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            row.next();
            String words = row.getString(1);
            Phase phase = Phase.of(words)
                    .orElseThrow(
                            () -> new SQLException(
                                    "the phase is " + words
                                            + ", which this version of the router does not know. Take the version of your changeover."));
            return new Answer(phase, row.getLong(2));
        }
    }

    static void endLease(Connection connection, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT changeover.end_lease(?)")) {
            statement.setString(1, name);
            statement.executeQuery().close();
        }
    }

    /** The cluster time of the last cut, as in {@link Token}; 0: there was none. */
    static long appliedThrough(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT changeover.applied_through()");
                ResultSet row = statement.executeQuery()) {
            row.next();
            BigDecimal at = row.getBigDecimal(1);
            return at == null ? 0 : at.toBigInteger().longValue();
        }
    }

    /** Fails with SQLSTATE CH001 unless PostgreSQL is in charge at that epoch. */
    static void beginWrite(Connection connection, long epoch) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT changeover.begin_write(?)")) {
            statement.setLong(1, epoch);
            statement.executeQuery().close();
        }
    }

    /** The connection's transaction can never commit from here on. */
    static void beginRehearsal(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT changeover.begin_rehearsal()")) {
            statement.executeQuery().close();
        }
    }
}
