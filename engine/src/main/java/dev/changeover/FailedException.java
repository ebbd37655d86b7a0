package dev.changeover;

import org.jspecify.annotations.Nullable;

/** Carries a sorted {@link Failure} up to the one place that knows exit codes. */
public final class FailedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient Failure failure;

    public FailedException(Failure failure, @Nullable Throwable cause) {
        super(failure.during() + ": " + failure.reason(), cause);
        this.failure = failure;
    }

    public FailedException(Failure failure) {
        this(failure, null);
    }

    public Failure failure() {
        return failure;
    }
}
