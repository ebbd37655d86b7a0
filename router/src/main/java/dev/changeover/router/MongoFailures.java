package dev.changeover.router;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoSocketOpenException;
import com.mongodb.bulk.BulkWriteResult;
import java.util.stream.Stream;

/** Sorts what the MongoDB driver throws out of a call, wherever in the chain of causes it is. */
final class MongoFailures {
    /** UserWritesBlocked: setUserWriteBlockMode. */
    private static final int BLOCKED = 371;

    /** CommandNotSupportedOnView: the collection was renamed, and its old name is a view. */
    private static final int ON_VIEW = 166;

    /** NoSuchTransaction: a fence aborts open transactions. */
    private static final int NO_SUCH_TRANSACTION = 251;

    private MongoFailures() {}

    static Verdict sort(Throwable failure, Scope scope) {
        try {
            return Chain.of(failure)
                    .filter(MongoException.class::isInstance)
                    .map(MongoException.class::cast)
                    .findFirst()
                    .map(e -> sort(e, scope))
                    .orElse(Verdict.THEIRS);
        } catch (NoClassDefFoundError anotherDriver) {
            return Verdict.THEIRS;
        }
    }

    private static Verdict sort(MongoException e, Scope scope) {
        if (codes(e).anyMatch(code -> code == BLOCKED || code == ON_VIEW)) {
            if (e instanceof MongoBulkWriteException && hasEffect(((MongoBulkWriteException) e).getWriteResult())) {
                scope.done();
            }
            return Verdict.FENCED;
        }
        if (e.getCode() == NO_SUCH_TRANSACTION && e.hasErrorLabel(MongoException.TRANSIENT_TRANSACTION_ERROR_LABEL)) {
            return Verdict.ABORTED;
        }
        if (e.hasErrorLabel(MongoException.UNKNOWN_TRANSACTION_COMMIT_RESULT_LABEL)) {
            return Verdict.UNKNOWN;
        }
        boolean unknown = scope.wasSeen() || scope.isUnanswered()
                ? scope.isUnanswered()
                : e instanceof MongoSocketException && !(e instanceof MongoSocketOpenException);
        return unknown ? Verdict.UNKNOWN : Verdict.THEIRS;
    }

    private static Stream<Integer> codes(MongoException e) {
        return e instanceof MongoBulkWriteException
                ? ((MongoBulkWriteException) e).getWriteErrors().stream().map(error -> error.getCode())
                : Stream.of(e.getCode());
    }

    private static boolean hasEffect(BulkWriteResult result) {
        return result.wasAcknowledged()
                && (result.getInsertedCount() > 0
                        || result.getMatchedCount() > 0
                        || result.getDeletedCount() > 0
                        || !result.getUpserts().isEmpty());
    }
}
