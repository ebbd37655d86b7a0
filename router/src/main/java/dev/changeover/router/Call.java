package dev.changeover.router;

import org.jspecify.annotations.Nullable;

/**
 * What the application wants done, whichever database it is done on. A call that was not done is done again, maybe on the
 * other database: it must not do anything besides that a second time would be wrong for.
 */
@FunctionalInterface
public interface Call<R, T extends @Nullable Object, X extends Exception> {
    T with(R repository) throws X;
}
