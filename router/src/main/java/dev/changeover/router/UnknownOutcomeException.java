package dev.changeover.router;

/** The write was sent and no answer came: it may be done or not. It was not tried on the other database. */
public final class UnknownOutcomeException extends RouterException {
    private static final long serialVersionUID = 1;

    private final Store store;

    UnknownOutcomeException(Store store, String message, Throwable cause) {
        super(message, cause);
        this.store = store;
    }

    /** Where to look whether it was done; what is done there before a cutover is on the other side after it. */
    public Store store() {
        return store;
    }
}
