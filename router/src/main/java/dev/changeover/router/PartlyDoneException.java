package dev.changeover.router;

/**
 * The first part of a write is done, the rest is not: the database stopped taking writes in between, and doing it all
 * again could do the first part twice.
 */
public final class PartlyDoneException extends RouterException {
    private static final long serialVersionUID = 1;

    PartlyDoneException(String message, Throwable cause) {
        super(message, cause);
    }
}
