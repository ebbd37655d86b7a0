package dev.changeover.postgres;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.plan.TableName;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Sorts PostgreSQL's errors by what to do next, by SQLSTATE (PostgreSQL manual, appendix A). */
public final class SqlFailure {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final String AGAIN = ", then run the same command again: it goes on where it stopped.";

    private static final String KEPT_BY_MONGO =
            "MongoDB does not keep this constraint. Drop it (ALTER TABLE ... DROP CONSTRAINT"
                    + " ..., or ALTER COLUMN ... DROP NOT NULL) while rows come from there, or mend the document"
                    + AGAIN;

    /** Serialization, deadlock, too many connections, a lock not free, the server going down or coming up. */
    private static final Set<String> TRANSIENT =
            Set.of("40001", "40P01", "53300", "55P03", "57P01", "57P02", "57P03", "57P05", "25P03", "25P04");

    /** Classes: unsupported, data, constraint, syntax or access rule, limit exceeded. */
    private static final Set<String> OF_STATEMENT = Set.of("0A", "22", "23", "42", "54");

    /** NOT NULL, foreign key, CHECK: what a row alone can break, or a row that is missing. */
    private static final Set<String> OF_ROWS = Set.of("23502", "23503", "23514");

    /** How PostgreSQL tells of a row: its columns in order, and the first of ours is a uuid. */
    private static final Pattern FAILING_ROW = Pattern.compile("Failing row contains \\(([0-9a-f-]{36}),");

    /** What a person should do, by SQLSTATE or by its class. */
    private static final Map<String, String> REMEDIES = Map.ofEntries(
            Map.entry("53100", "Free or add disk space on the PostgreSQL server" + AGAIN),
            Map.entry("53400", "Raise the limit named above on the PostgreSQL server" + AGAIN),
            Map.entry("58030", "Look at the PostgreSQL server's disk" + AGAIN),
            Map.entry(
                    "42501",
                    "Grant the role what it lacks (CREATE on the database and on the plan's schemas; it must own the"
                            + " tables)" + AGAIN),
            Map.entry("28P01", "Check user and password in PG_URI."),
            Map.entry("28000", "Check user and password in PG_URI, and that pg_hba.conf lets this machine in."),
            Map.entry("3D000", "Create the database first: CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0;"),
            Map.entry(
                    "25006",
                    "PG_URI leads to a read-only server: give the primary, or add target_session_attrs=primary."),
            Map.entry("42P07", "Something of that name is there already: give another name in the plan."),
            Map.entry("2B", "Something else depends on it: drop that first."),
            Map.entry("23", "The rows break a constraint of the table: look at the one named above."),
            Map.entry("23502", KEPT_BY_MONGO),
            Map.entry("23503", KEPT_BY_MONGO),
            Map.entry("23514", KEPT_BY_MONGO),
            Map.entry("0A", "This PostgreSQL cannot do it: change the plan."),
            Map.entry("42", "PostgreSQL does not take the statement: change the plan, or what is in its way."),
            Map.entry("54", "The value or table is over a limit of PostgreSQL: change the plan."),
            Map.entry("55", "Something else holds the object: wait or end it" + AGAIN),
            Map.entry("53", "Look at the PostgreSQL server's log" + AGAIN),
            Map.entry("57", "Look at the PostgreSQL server's log" + AGAIN),
            Map.entry("58", "Look at the PostgreSQL server's log" + AGAIN));

    private SqlFailure() {}

    /** The exception to throw for {@code e}, which happened during {@code during}. */
    public static FailedException of(String during, SQLException e) {
        return new FailedException(sort(during, e), e);
    }

    static Failure sort(String during, SQLException e) {
        String state = state(e);
        if (isTransient(state)) {
            return new Failure.Transient(during, reason(e), PAUSE);
        }
        String reason = reason(e) + " (SQLSTATE " + state + ")";
        String remedy = REMEDIES.get(state);
        if (remedy == null && state.length() == 5) {
            remedy = REMEDIES.get(state.substring(0, 2));
        }
        return remedy == null
                ? new Failure.Broken(during, reason) // 22: f wrote what the type cannot hold; anything else is unknown
                : new Failure.Refused(during, reason, remedy);
    }

    /** True when the statement itself, or the data under it, is to blame: another statement may well succeed. */
    public static boolean isOfStatement(FailedException e) {
        return e.getCause() instanceof SQLException sql
                && OF_STATEMENT.contains(
                        state(sql).substring(0, Math.min(2, state(sql).length())));
    }

    /** True when a value is to blame that was handed in (class 22). */
    public static boolean isOfData(FailedException e) {
        return e.getCause() instanceof SQLException sql && state(sql).startsWith("22");
    }

    /** True when a unique index or key met two rows that are equal. */
    public static boolean isDuplicate(FailedException e) {
        return e.getCause() instanceof SQLException sql && state(sql).equals("23505");
    }

    /** True when the server is there and takes no connection yet: it starts, recovers or is a standby that takes none. */
    static boolean isStarting(SQLException e) {
        return state(e).equals("57P03");
    }

    /** True when a lock was not free in time. */
    public static boolean isLocked(FailedException e) {
        return e.getCause() instanceof SQLException sql && state(sql).equals("55P03");
    }

    /**
     * A promise of a table that a row does not keep. {@code name} is the constraint's, or for NOT NULL the column's;
     * {@code row} is the first column of the row, where PostgreSQL says it: the id, or a child's parent_id.
     */
    public record Broken(TableName table, boolean notNull, String name, Optional<String> row) {}

    /** What was broken, when a CHECK, a foreign key or NOT NULL was. */
    public static Optional<Broken> broken(FailedException e) {
        if (!(e.getCause() instanceof SQLException sql) || !OF_ROWS.contains(state(sql))) {
            return Optional.empty();
        }
        ServerErrorMessage server = serverMessage(sql);
        boolean notNull = state(sql).equals("23502");
        String name = server == null ? null : notNull ? server.getColumn() : server.getConstraint();
        if (server == null || name == null || server.getSchema() == null || server.getTable() == null) {
            return Optional.empty();
        }
        TableName table = new TableName(server.getSchema(), server.getTable());
        return Optional.of(new Broken(table, notNull, name, row(server.getDetail())));
    }

    /** True when the connection is gone, so that a COMMIT's outcome is unknown. */
    static boolean connectionLost(SQLException e) {
        String state = state(e);
        return state.startsWith("08") || state.startsWith("57P") || state.isEmpty();
    }

    /** Without a SQLSTATE it was the pool, which had no connection in time. */
    private static boolean isTransient(String state) {
        return state.isEmpty() || state.startsWith("08") || TRANSIENT.contains(state);
    }

    /** The SQLSTATE of the deepest cause that has one: the pool wraps the driver's exception in its own. */
    static String state(SQLException e) {
        String found = "";
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof SQLException sql && sql.getSQLState() != null) {
                found = sql.getSQLState();
            }
        }
        return found;
    }

    private static String reason(SQLException e) {
        ServerErrorMessage server = serverMessage(e);
        if (server == null) {
            Throwable last = e;
            while (last.getCause() != null) {
                last = last.getCause();
            }
            String text = last.getMessage();
            return text == null ? last.getClass().getSimpleName() : text;
        }
        // The driver's own text may add the statement's parameters, which are people's data.
        String detail = detail(state(e), server);
        String where = state(e).startsWith("22") ? server.getWhere() : null;
        return server.getMessage() + (detail == null ? "" : " (" + detail + ")") + (where == null ? "" : ", " + where);
    }

    /** Without the values of a row, which are people's data. */
    private static @Nullable String detail(String state, ServerErrorMessage server) {
        String detail = server.getDetail();
        return state.equals("23502") || state.equals("23514")
                ? row(detail).map(id -> "row " + id).orElse(null)
                : detail;
    }

    private static Optional<String> row(@Nullable String detail) {
        Matcher row = FAILING_ROW.matcher(detail == null ? "" : detail);
        return row.lookingAt() ? Optional.of(row.group(1)) : Optional.empty();
    }

    private static @Nullable ServerErrorMessage serverMessage(SQLException e) {
        for (Throwable t = e; t != null; t = t.getCause()) {
            if (t instanceof PSQLException sql && sql.getServerErrorMessage() != null) {
                return sql.getServerErrorMessage();
            }
        }
        return null;
    }
}
