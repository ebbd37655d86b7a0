package dev.changeover.mapping;

import java.util.List;

/** What became of every value that f has read: the collection's ledger while it is being written. Not thread-safe. */
public final class Tally {
    /** One line: values at {@code field} that ended as {@code outcome} for {@code reason}; {@code example} is a mongo_id. */
    public record Line(String field, Outcome outcome, String reason, long values, String example) {}

    /** Where a value went. */
    public enum Outcome {
        /** In its column, in the type the plan gave it. */
        EXACT,
        /** In its column, equal in value; its type is noted in mongo_extra. */
        CONVERTED,
        /** In mongo_extra. */
        KEPT,
        /** Left behind, because the plan says so. */
        EXCLUDED
    }

    /** Documents handed to f. */
    public long documents() {
        throw new UnsupportedOperationException("being written");
    }

    /** Values found in them, counted where they are read; must equal the sum over {@link #lines}. */
    public long values() {
        throw new UnsupportedOperationException("being written");
    }

    public List<Line> lines() {
        throw new UnsupportedOperationException("being written");
    }

    public void clear() {
        throw new UnsupportedOperationException("being written");
    }
}
