package dev.changeover.postgres;

import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The statements that may take long and are at work now, so that they can be ended from outside. Thread-safe. */
final class Running {
    private static final Logger LOG = LoggerFactory.getLogger(Running.class);

    private final Set<Statement> statements = ConcurrentHashMap.newKeySet();

    void execute(Statement statement, String sql) throws SQLException {
        statement.setEscapeProcessing(false);
        statements.add(statement);
        try {
            statement.execute(sql);
        } finally {
            statements.remove(statement);
        }
    }

    void cancel() {
        for (Statement statement : statements) {
            try {
                statement.cancel();
            } catch (SQLException e) {
                LOG.atDebug().setCause(e).log("statement had ended already");
            }
        }
    }
}
