package dev.changeover.router;

import org.jspecify.annotations.Nullable;

/** Why a call has no result; each kind says what has become of it. */
public abstract sealed class RouterException extends RuntimeException
        permits NotDoneException, PartlyDoneException, UnknownOutcomeException {
    private static final long serialVersionUID = 1;

    RouterException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
