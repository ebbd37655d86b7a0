package dev.changeover.router;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Set;

/** Sorts what a PostgreSQL driver throws out of a call, wherever in the chain of causes it is. */
final class SqlFailures {
    /** By the functions of schema changeover: this epoch does not write here. */
    static final String NOT_IN_CHARGE = "CH001";

    /** By the same: a rehearsal was told to commit. */
    static final String REHEARSED = "CH002";

    /** Beside it: lock_not_available and query_canceled, as the phase is locked while it moves. */
    private static final Set<String> REFUSALS = Set.of(NOT_IN_CHARGE, "55P03", "57014");

    /** The server ended the session while it was at it. */
    private static final Set<String> ENDED = Set.of("57P01", "57P02", "57P05", "40003");

    /** Nothing was sent. */
    private static final Set<String> NOT_CONNECTED = Set.of("08001", "08004");

    private SqlFailures() {}

    static Verdict sort(Throwable failure, Scope scope) {
        if (Chain.of(failure).anyMatch(e -> e instanceof NotBegunException || hasState(e, NOT_IN_CHARGE))) {
            return Verdict.FENCED;
        }
        boolean maybe = !scope.wasSeen() || scope.isUnanswered();
        return maybe && Chain.of(failure).anyMatch(SqlFailures::isSilence) ? Verdict.UNKNOWN : Verdict.THEIRS;
    }

    /** Whether begin_write was refused, or could not wait for its turn. */
    static boolean isRefusal(SQLException e) {
        String state = e.getSQLState();
        return state != null && REFUSALS.contains(state);
    }

    static boolean hasState(Throwable e, String state) {
        return e instanceof SQLException && state.equals(((SQLException) e).getSQLState());
    }

    /** Whether the server did not answer, or not to the end. */
    static boolean isSilence(Throwable e) {
        if (!(e instanceof SQLException) || e instanceof SQLTransientConnectionException) {
            return false;
        }
        String state = ((SQLException) e).getSQLState();
        return state != null && (state.startsWith("08") && !NOT_CONNECTED.contains(state) || ENDED.contains(state));
    }
}
