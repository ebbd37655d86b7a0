package dev.changeover.router;

import java.util.Objects;
import java.util.stream.Stream;

/** A failure and its causes: frameworks wrap what drivers throw. */
final class Chain {
    /** A chain that is longer is taken for a ring. */
    private static final int LONGEST = 20;

    private Chain() {}

    static Stream<Throwable> of(Throwable failure) {
        return Stream.iterate(failure, Objects::nonNull, Throwable::getCause).limit(LONGEST);
    }
}
