package dev.changeover.router;

import org.jspecify.annotations.Nullable;

/** Nothing of the call was done, and it may be made again. */
public final class NotDoneException extends RouterException {
    private static final long serialVersionUID = 1;

    NotDoneException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
