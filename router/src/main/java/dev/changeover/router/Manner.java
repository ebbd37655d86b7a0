package dev.changeover.router;

import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** How a route's calls are made: what reports call it, whether a write may be done twice, and which results are the same. */
record Manner(String name, boolean idempotent, BiPredicate<@Nullable Object, @Nullable Object> same) {
    boolean isSame(@Nullable Object one, @Nullable Object other) {
        return same.test(one, other);
    }

    Manner named(String other) {
        return new Manner(other, idempotent, same);
    }

    Manner asIdempotent() {
        return new Manner(name, true, same);
    }

    Manner comparing(BiPredicate<@Nullable Object, @Nullable Object> other) {
        return new Manner(name, idempotent, other);
    }
}
