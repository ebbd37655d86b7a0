package dev.changeover.postgres;

import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the catalog promises of a table's rows. {@code columns} by name, those that are {@code notNull}, and those by which
 * rows are {@code found} with an index of all of them; {@code analyzed}: there are statistics.
 */
public record TableFacts(
        Set<String> columns, Set<String> notNull, Set<String> found, List<Constraint> constraints, boolean analyzed) {
    public TableFacts {
        columns = Set.copyOf(columns);
        notNull = Set.copyOf(notNull);
        found = Set.copyOf(found);
        constraints = List.copyOf(constraints);
    }

    /** {@code valid}: checked against all rows, not only those that came later. {@code comment} is empty for none. */
    public record Constraint(
            String name, Kind kind, boolean valid, List<String> columns, Optional<TableName> target, String comment) {}

    /** Those that are looked at here. */
    public enum Kind {
        CHECK,
        FOREIGN_KEY
    }

    /** Empty where there is no such table. */
    public static Optional<TableFacts> of(Tx tx, TableName table) {
        String name = SqlText.quoted(table);
        if (tx.row("SELECT 1 WHERE to_regclass(?) IS NULL", row -> true, name).isPresent()) {
            return Optional.empty();
        }
        Set<String> columns = new HashSet<>();
        Set<String> notNull = new HashSet<>();
        record Column(String name, boolean notNull) {}
        for (Column column : tx.rows(
                "SELECT attname, attnotnull FROM pg_attribute"
                        + " WHERE attrelid = ?::text::regclass AND attnum > 0 AND NOT attisdropped",
                row -> new Column(row.getString(1), row.getBoolean(2)),
                name)) {
            columns.add(column.name());
            if (column.notNull()) {
                notNull.add(column.name());
            }
        }
        return Optional.of(new TableFacts(
                columns, notNull, Set.copyOf(found(tx, name)), constraints(tx, name), analyzed(tx, name)));
    }

    private static List<String> found(Tx tx, String table) {
        return tx.texts("""
                SELECT DISTINCT a.attname FROM pg_index i
                JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
                JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
                WHERE i.indrelid = ?::text::regclass AND i.indisvalid AND i.indpred IS NULL
                  AND m.amname IN ('btree', 'hash')""", table);
    }

    private static List<Constraint> constraints(Tx tx, String table) {
        return tx.rows(
                """
                SELECT c.conname, c.contype = 'c', c.convalidated,
                       ARRAY(SELECT a.attname::text FROM unnest(c.conkey) WITH ORDINALITY k (attnum, n)
                             JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum ORDER BY k.n),
                       n.nspname, t.relname, coalesce(obj_description(c.oid, 'pg_constraint'), '')
                FROM pg_constraint c LEFT JOIN pg_class t ON t.oid = c.confrelid
                     LEFT JOIN pg_namespace n ON n.oid = t.relnamespace
                WHERE c.conrelid = ?::text::regclass AND c.contype IN ('c', 'f') ORDER BY c.conname""",
                row -> new Constraint(
                        row.getString(1),
                        row.getBoolean(2) ? Kind.CHECK : Kind.FOREIGN_KEY,
                        row.getBoolean(3),
                        List.of((String[]) row.getArray(4).getArray()),
                        target(row.getString(5), row.getString(6)),
                        row.getString(7)),
                table);
    }

    private static Optional<TableName> target(@Nullable String schema, @Nullable String name) {
        return schema == null || name == null ? Optional.empty() : Optional.of(new TableName(schema, name));
    }

    private static boolean analyzed(Tx tx, String table) {
        return tx.row(
                        "SELECT coalesce(last_analyze, last_autoanalyze) IS NOT NULL FROM pg_stat_all_tables"
                                + " WHERE relid = ?::text::regclass",
                        row -> row.getBoolean(1),
                        table)
                .orElse(false);
    }

    public Optional<Constraint> constraint(String name) {
        return constraints.stream().filter(one -> one.name().equals(name)).findFirst();
    }

    /** True when a foreign key of that column alone is there and holds for all rows. */
    public boolean refers(String column, TableName to) {
        return constraints.stream()
                .anyMatch(one -> one.kind() == Kind.FOREIGN_KEY
                        && one.valid()
                        && one.columns().equals(List.of(column))
                        && one.target().equals(Optional.of(to)));
    }
}
