package dev.changeover.postgres;

import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** How a table is used and how wide its rows are, by PostgreSQL's statistics and a look at some rows. */
public record TableUse(TableName table, Counters counters, Widths widths, List<FewValues> fewValues) {
    /** From here on PostgreSQL stores a row's long values elsewhere (TOAST_TUPLE_THRESHOLD, src/include/access/heaptoast.h). */
    public static final long TOASTED = 2_032;

    private static final int LOOKED_AT = 2_000;

    /** A table of fewer rows is read from its start; of a larger one, pages by chance. */
    private static final long SMALL = 10L * LOOKED_AT;

    public TableUse {
        fewValues = List.copyOf(fewValues);
    }

    /** {@code rows} is an estimate; updates since the statistics began, {@code hotUpdates} of them without a change of indexes. */
    public record Counters(long rows, long updates, long hotUpdates, long deadRows) {}

    /** Of {@code rows} looked at, {@code wideRows} have more than {@link #TOASTED} bytes in their jsonb columns. */
    public record Widths(long rows, long wideRows, List<Jsonb> jsonb) {
        public Widths {
            jsonb = List.copyOf(jsonb);
        }
    }

    /** What a jsonb column takes, compressed. */
    public record Jsonb(String name, long averageBytes, long mostBytes) {}

    /** A column with so many different values, by ANALYZE. */
    public record FewValues(String name, long values) {}

    /** Empty where there is no such table. */
    public static Optional<TableUse> of(Tx tx, TableName table) {
        return tx.row(
                        "SELECT greatest(c.reltuples, 0)::bigint, coalesce(s.n_tup_upd, 0), coalesce(s.n_tup_hot_upd, 0),"
                                + " coalesce(s.n_dead_tup, 0) FROM pg_class c LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid"
                                + " WHERE c.oid = to_regclass(?)",
                        row -> new Counters(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4)),
                        SqlText.quoted(table))
                .map(counters ->
                        new TableUse(table, counters, widths(tx, table, counters.rows()), fewValues(tx, table)));
    }

    private static Widths widths(Tx tx, TableName table, long rows) {
        String name = SqlText.quoted(table);
        List<String> columns = tx.texts(
                "SELECT attname FROM pg_attribute WHERE attrelid = ?::text::regclass AND attnum > 0 AND NOT attisdropped"
                        + " AND atttypid = 'jsonb'::regtype ORDER BY attnum",
                name);
        StringBuilder figures = new StringBuilder();
        List<String> sizes = new ArrayList<>();
        for (String column : columns) {
            String size = "pg_column_size(" + SqlText.quoted(column) + ")";
            sizes.add("coalesce(" + size + ", 0)");
            figures.append(", coalesce(avg(").append(size).append("), 0)::bigint, coalesce(max(");
            figures.append(size).append("), 0)");
        }
        String together = sizes.isEmpty() ? "0" : String.join(" + ", sizes);
        String some = rows < SMALL
                ? "(SELECT * FROM " + name + " LIMIT " + LOOKED_AT + ") t"
                : name + String.format(Locale.ROOT, " TABLESAMPLE SYSTEM (%.6f)", 100.0 * LOOKED_AT / rows);
        return tx.row(
                        "SELECT count(*), count(*) FILTER (WHERE " + together + " > " + TOASTED + ")" + figures
                                + " FROM " + some,
                        row -> {
                            List<Jsonb> jsonb = new ArrayList<>();
                            for (int i = 0; i < columns.size(); i++) {
                                jsonb.add(new Jsonb(columns.get(i), row.getLong(3 + 2 * i), row.getLong(4 + 2 * i)));
                            }
                            return new Widths(row.getLong(1), row.getLong(2), jsonb);
                        })
                .orElseThrow();
    }

    private static List<FewValues> fewValues(Tx tx, TableName table) {
        return tx.rows(
                "SELECT attname, n_distinct::bigint FROM pg_stats WHERE schemaname = ? AND tablename = ?"
                        + " AND n_distinct BETWEEN 2 AND 100 AND attname <> 'mongo_id' ORDER BY attname",
                row -> new FewValues(row.getString(1), row.getLong(2)),
                table.schema(),
                table.name());
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
