package dev.changeover.postgres;

/**
 * The connection was lost while COMMIT was on its way: the transaction may be there or not. Whoever began it looks at
 * what it would have written before doing anything again.
 */
public final class CommitInDoubtException extends RuntimeException {
    private static final long serialVersionUID = 1;

    CommitInDoubtException(String during, Throwable cause) {
        super(during + ": the answer to COMMIT was lost", cause);
    }
}
