package dev.changeover.postgres;

import dev.changeover.plan.TableName;

/** One thing that is built on a filled table. {@code name} is unique among the steps of its table. */
public record BuildStep(TableName table, Kind kind, String name, String sql) {
    /** In the order in which they are run. */
    public enum Kind {
        /** What makes rows identifiable: nothing goes on without it. */
        KEY,
        /** Translated from the source; the run survives it when it cannot be built. */
        INDEX,
        ANALYZE
    }

    @Override
    public String toString() {
        return name + " of " + table;
    }
}
