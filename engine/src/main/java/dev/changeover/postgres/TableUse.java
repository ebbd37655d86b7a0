package dev.changeover.postgres;

import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a table is used, by PostgreSQL's statistics: {@code rows} is its estimate; updates since the statistics began, {@code
 * hotUpdates} of them without a change of indexes.
 */
public record TableUse(
        TableName table,
        long rows,
        long updates,
        long hotUpdates,
        long deadRows,
        List<Jsonb> jsonb,
        List<FewValues> fewValues) {
    private static final int LOOKED_AT = 2_000;

    public TableUse {
        jsonb = List.copyOf(jsonb);
        fewValues = List.copyOf(fewValues);
    }

    /** What a jsonb column takes, compressed, in some {@code rows}. */
    public record Jsonb(String name, long averageBytes, long mostBytes, long rows) {}

    /** A column of text with so many different values, by ANALYZE. */
    public record FewValues(String name, long values) {}

    /** Empty where there is no such table. */
    public static Optional<TableUse> of(Tx tx, TableName table) {
        String name = SqlText.quoted(table);
        record Counters(long rows, long updates, long hot, long dead) {}
        Optional<Counters> counters = tx.row(
                "SELECT greatest(c.reltuples, 0)::bigint, coalesce(s.n_tup_upd, 0), coalesce(s.n_tup_hot_upd, 0),"
                        + " coalesce(s.n_dead_tup, 0) FROM pg_class c LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid"
                        + " WHERE c.oid = to_regclass(?)",
                row -> new Counters(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)),
                name);
        if (counters.isEmpty()) {
            return Optional.empty();
        }
        List<Jsonb> jsonb = new ArrayList<>();
        for (String column : tx.texts(
                "SELECT attname FROM pg_attribute WHERE attrelid = ?::text::regclass AND attnum > 0 AND NOT attisdropped"
                        + " AND atttypid = 'jsonb'::regtype ORDER BY attnum",
                name)) {
            tx.row(
                            "SELECT coalesce(avg(pg_column_size(c)), 0)::bigint, coalesce(max(pg_column_size(c)), 0), count(*)"
                                    + " FROM (SELECT " + SqlText.quoted(column) + " FROM " + name + " LIMIT "
                                    + LOOKED_AT
                                    + ") t (c)",
                            row -> new Jsonb(column, row.getLong(1), row.getLong(2), row.getLong(3)))
                    .ifPresent(jsonb::add);
        }
        List<FewValues> few = tx.rows(
                "SELECT attname, n_distinct::bigint FROM pg_stats WHERE schemaname = ? AND tablename = ?"
                        + " AND n_distinct BETWEEN 2 AND 100 AND attname <> 'mongo_id' ORDER BY attname",
                row -> new FewValues(row.getString(1), row.getLong(2)),
                table.schema(),
                table.name());
        Counters of = counters.get();
        return Optional.of(new TableUse(table, of.rows(), of.updates(), of.hot(), of.dead(), jsonb, few));
    }

    /** Every index of the database by {@code schema.name}, and whether queries may use it. */
    public static Map<String, Boolean> indexes(Tx tx) {
        record Entry(String name, boolean valid) {}
        Map<String, Boolean> all = new HashMap<>();
        tx.rows(
                        "SELECT n.nspname || '.' || c.relname, i.indisvalid FROM pg_index i"
                                + " JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace",
                        row -> new Entry(row.getString(1), row.getBoolean(2)))
                .forEach(entry -> all.put(entry.name(), entry.valid()));
        return all;
    }
}
