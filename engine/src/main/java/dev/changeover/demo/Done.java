package dev.changeover.demo;

import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/** What the clerks have done so far. Thread-safe. */
final class Done {
    /** {@code WRITE} counts documents; {@code CONFLICT} counts transactions that had to be tried again. */
    enum Kind {
        WRITE,
        ORDER,
        CANCELLED,
        CONFLICT
    }

    private final Map<Kind, LongAdder> counts = new EnumMap<>(Kind.class);

    Done() {
        for (Kind kind : Kind.values()) {
            counts.put(kind, new LongAdder());
        }
    }

    void add(Kind kind, long number) {
        Objects.requireNonNull(counts.get(kind)).add(number);
    }

    long of(Kind kind) {
        return Objects.requireNonNull(counts.get(kind)).sum();
    }
}
