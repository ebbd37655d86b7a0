package dev.changeover.postgres;

import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import java.util.List;
import java.util.Optional;

/** One thing that is built on a filled table. */
public sealed interface BuildStep {
    TableName table();

    /** Unique among the steps of its kind and table. */
    String name();

    String sql();

    /** What makes rows identifiable: nothing goes on without it. */
    record Key(TableName table, List<String> columns, boolean primary) implements BuildStep {
        public Key {
            columns = List.copyOf(columns);
        }

        @Override
        public String name() {
            return (primary ? "primary key on " : "unique key on ") + String.join(", ", columns);
        }

        @Override
        public String sql() {
            return "ALTER TABLE " + SqlText.quoted(table) + (primary ? " ADD PRIMARY KEY (" : " ADD UNIQUE (")
                    + SqlText.quoted(columns) + ")";
        }

        /** As an index, which keeps nobody out while it is built; adding the constraint would. */
        public String concurrently() {
            return "CREATE UNIQUE INDEX CONCURRENTLY ON " + SqlText.quoted(table) + " (" + SqlText.quoted(columns)
                    + ")";
        }
    }

    /**
     * Translated from the source; the run survives it when it cannot be built. {@code before} are statements that may be
     * run any number of times; {@code duplicates} finds the mongo_ids of rows that a unique index cannot hold.
     */
    record Index(TableName table, String name, List<String> before, String sql, Optional<String> duplicates)
            implements BuildStep {
        public Index {
            before = List.copyOf(before);
        }

        /** False for a person's own statement that gives the index another name, which is then not known. */
        public boolean bearsItsName() {
            return sql.contains("INDEX " + SqlText.quoted(name) + " ON ");
        }

        /** The same index built without keeping writers out; it cannot be in a transaction. */
        public String concurrently() {
            return sql.replaceFirst("(?i)^(\\s*CREATE\\s+(?:UNIQUE\\s+)?INDEX)\\s", "$1 CONCURRENTLY ");
        }
    }

    record Analyze(TableName table) implements BuildStep {
        @Override
        public String name() {
            return "analyze";
        }

        @Override
        public String sql() {
            return "ANALYZE " + SqlText.quoted(table);
        }
    }
}
