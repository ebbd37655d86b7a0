package dev.changeover.index;

import dev.changeover.plan.TableName;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One PostgreSQL index, ready to be written as CREATE INDEX. {@code before} are statements it needs run first (a
 * collation); {@code where} is a predicate in SQL; {@code note} says what differs from MongoDB, or is empty.
 */
public record IndexDefinition(
        TableName table,
        String name,
        Uniqueness uniqueness,
        String method,
        List<Key> keys,
        Optional<String> where,
        List<String> before,
        String note) {
    public IndexDefinition {
        keys = List.copyOf(keys);
        before = List.copyOf(before);
    }

    /** Whether two rows may have the same keys. */
    public enum Uniqueness {
        NONE,
        /** Unique among rows that have a value: rows without one never clash. */
        NULLS_DISTINCT,
        /** Unique, two rows without a value clash as in MongoDB: NULLS NOT DISTINCT, from PostgreSQL 15 on. */
        NULLS_EQUAL
    }

    /**
     * One key, as SQL: a column, quoted where needed, or an expression in parentheses; then the collation and operator
     * class, each empty for the usual one, then the direction.
     */
    public record Key(String sql, String collation, String operatorClass, boolean descending) {
        static Key of(String sql, boolean descending) {
            return new Key(sql, "", "", descending);
        }

        static Key gin(String sql, String operatorClass) {
            return new Key(sql, "", operatorClass, false);
        }

        @Override
        public String toString() {
            return sql
                    + (collation.isEmpty() ? "" : " COLLATE " + collation)
                    + (operatorClass.isEmpty() ? "" : " " + operatorClass)
                    + (descending ? " DESC" : "");
        }
    }

    /** Method, keys and predicate as SQL has them after the table's name. */
    public String shown() {
        String list = keys.stream().map(Key::toString).collect(Collectors.joining(", "));
        return (uniqueness == Uniqueness.NONE ? "" : "unique ") + method + " (" + list + ")"
                + where.map(w -> " WHERE " + w).orElse("");
    }

    IndexDefinition named(String other) {
        return new IndexDefinition(table, other, uniqueness, method, keys, where, before, note);
    }
}
