package dev.changeover.router;

import java.time.Duration;

/** One write's tries: whether another follows a failed one, and after which pause. Confined to one thread. */
final class Retry {
    private static final Duration PAUSE_FIRST = Duration.ofMillis(10);
    private static final Duration PAUSE_MOST = Duration.ofMillis(160);

    /** A transaction that is aborted so often is aborted by something else than a fence. */
    private static final int ABORTED_MOST = 5;

    private final Router router;
    private final boolean idempotent;
    private final Deadline deadline;
    private Duration pause = PAUSE_FIRST;
    private int aborted;

    Retry(Router router, boolean idempotent, Deadline deadline) {
        this.router = router;
        this.idempotent = idempotent;
        this.deadline = deadline;
    }

    /** What the failure of a try says. */
    Verdict sort(Exception failure, Scope scope) {
        Verdict verdict =
                scope.store() == Store.POSTGRES ? SqlFailures.sort(failure, scope) : MongoFailures.sort(failure, scope);
        if (verdict == Verdict.ABORTED && ++aborted > ABORTED_MOST) {
            return Verdict.THEIRS;
        }
        return verdict;
    }

    /** After a try that was none of the application's failures: returns when the next may begin, or says how it ended. */
    void before(Verdict verdict, Exception failure, Era era, Scope scope) {
        if (verdict == Verdict.UNKNOWN) {
            requireRepeatable(failure, era, scope.store());
        } else {
            requireUndone(failure, scope);
            router.counters().add(Counters.Kind.FENCED);
        }
        router.gate().awaitTurn(era, pause, deadline);
        if (pause.compareTo(PAUSE_FIRST) > 0 || scope.store() == Store.POSTGRES) {
            router.askIfPossible();
        }
        pause = pause.compareTo(PAUSE_MOST) < 0 ? pause.multipliedBy(2) : PAUSE_MOST;
    }

    /** The write was done. */
    void succeeded() {
        if (pause.compareTo(PAUSE_FIRST) > 0) {
            router.gate().takenAgain();
        }
    }

    private void requireUndone(Exception failure, Scope scope) {
        if (scope.isDone() && !idempotent) {
            throw new PartlyDoneException(
                    scope.store()
                            + " stopped taking writes within the call, after a first part was done. Put what belongs"
                            + " together into one transaction, or make the call idempotent.",
                    failure);
        }
        if (deadline.isOver()) {
            router.counters().add(Counters.Kind.NOT_DONE);
            throw new NotDoneException(
                    scope.store() + " did not take writes for "
                            + router.settings().patience().toMillis()
                            + " ms, and the phase did not move; nothing of the call was done. Look at: changeover phase",
                    failure);
        }
    }

    /** I10: what may be done on one database is never tried on the other. */
    private void requireRepeatable(Exception failure, Era era, Store store) {
        boolean same = idempotent && !deadline.isOver() && router.askIfPossible() && router.isNewest(era);
        if (!same) {
            router.counters().add(Counters.Kind.UNKNOWN);
            throw new UnknownOutcomeException(
                    store,
                    store + " did not answer: the write may be done or not. Look for it before it is made again.",
                    failure);
        }
    }
}
