package dev.changeover.follow;

import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.RowBuffer;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Tx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Brings rows into the tables set by set: the collections' own rows by way of a temporary table for each, so that rows
 * that stay are updated where they are; children's rows straight, their old ones gone before. Belongs to one session.
 */
final class Staging {
    /**
     * A pass is small beside the tables, so rows are looked up by their keys: the planner knows nothing of what is in
     * temporary tables, and might read all of a large one. And a pass of usual rows fits the memory of its own.
     */
    private static final String SETTINGS =
            "SET enable_hashjoin = off; SET enable_mergejoin = off; SET temp_buffers = '64MB'";

    private final Map<TableName, TableName> tables = new HashMap<>();

    /** First, for every collection of the pass: its temporary table, and the children of its dirty rows go. */
    void begin(Tx tx, CollectionCut cut) {
        CollectionPlan plan = cut.plan();
        if (tables.isEmpty()) {
            tx.execute(SETTINGS);
        }
        if (!tables.containsKey(plan.table())) {
            TableName staged = new TableName("pg_temp", "staged_" + tables.size());
            // Not by LIKE, which takes NOT NULL along: what a row breaks is to be the table's, see state.Promises.
            tx.execute("CREATE TEMPORARY TABLE IF NOT EXISTS " + SqlText.quoted(staged)
                    + " ON COMMIT DELETE ROWS AS SELECT * FROM " + SqlText.quoted(plan.table()) + " WITH NO DATA");
            tables.put(plan.table(), staged);
        }
        deleteChildren(tx, plan, cut.ids());
    }

    /** Before rows of a document are sent, its children's of before go. */
    static void deleteChildren(Tx tx, CollectionPlan plan, UUID[] parents) {
        for (FieldPlan.Child child : plan.children()) {
            deleteFrom(tx, child.table(), "parent_id", parents);
        }
    }

    private static void deleteFrom(Tx tx, TableName table, String column, UUID[] ids) {
        tx.work("DELETE FROM " + SqlText.quoted(table) + " WHERE " + column + " = ANY (?)", (Object) ids);
    }

    /** Every row of the collection goes. Not by TRUNCATE, which older snapshots of others would see. */
    static void empty(Tx tx, CollectionPlan plan) {
        for (FieldPlan.Child child : plan.children()) {
            tx.work("DELETE FROM " + SqlText.quoted(child.table()));
        }
        tx.work("DELETE FROM " + SqlText.quoted(plan.table()));
    }

    /** Sends what was mapped, and clears it; returns the rows. */
    long send(Tx tx, DocumentMapper mapper) {
        long sent = 0;
        for (int i = 0; i < mapper.rows().size(); i++) {
            RowBuffer rows = mapper.rows().get(i);
            if (rows.rows() > 0) {
                TableName staged = tables.get(rows.table());
                sent += tx.send(rows, staged == null ? rows.table() : staged, mapper.columns(i));
            }
        }
        return sent;
    }

    /** Then, for every collection before any {@link #put}: rows go whose documents are not there. */
    static void delete(Tx tx, CollectionPlan plan, List<UUID> missing) {
        deleteFrom(tx, plan.table(), "id", missing.toArray(UUID[]::new));
    }

    /** And rows whose unique values change, as these may change hands within the pass (I16). */
    void deleteChanging(Tx tx, CollectionPlan plan) {
        List<String> unique = uniqueColumns(tx, plan.table());
        if (!unique.isEmpty()) {
            String differs = unique.contains("") ? "" : " AND (" + changes(unique) + ")";
            tx.work("DELETE FROM " + SqlText.quoted(plan.table()) + " t USING " + staged(plan) + " s WHERE t.id = s.id"
                    + differs);
        }
    }

    /** And rows of other ids that bear the key of one that comes, which is a damage: an id is derived from its key. */
    void oust(Tx tx, CollectionPlan plan) {
        String table = SqlText.quoted(plan.table());
        UUID[] wrong = tx
                .texts("SELECT t.id::text FROM " + table + " t JOIN " + staged(plan)
                        + " s USING (mongo_id) WHERE t.id <> s.id")
                .stream()
                .map(UUID::fromString)
                .toArray(UUID[]::new);
        deleteChildren(tx, plan, wrong);
        deleteFrom(tx, plan.table(), "id", wrong);
    }

    private static String changes(List<String> columns) {
        return columns.stream()
                .map(SqlText::quoted)
                .map(column -> "t." + column + " IS DISTINCT FROM s." + column)
                .collect(Collectors.joining(" OR "));
    }

    /** Columns of unique indexes, those of the keys aside; an empty name stands for an expression. */
    private static List<String> uniqueColumns(Tx tx, TableName table) {
        return tx.texts("""
                SELECT DISTINCT coalesce(a.attname, '') FROM pg_index i
                CROSS JOIN unnest(i.indkey::smallint[] || CASE WHEN i.indpred IS NULL THEN '{}'::smallint[]
                    ELSE '{0}'::smallint[] END) k (attnum)
                LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum > 0
                WHERE i.indisunique AND i.indrelid = ?::regclass AND coalesce(a.attname, '') NOT IN ('id', 'mongo_id')""", SqlText.quoted(table));
    }

    /**
     * At last {@code rows} rows come. Those that are there are updated by a join, which costs less than ON CONFLICT: that
     * locks each row first, and logs it.
     */
    void put(Tx tx, CollectionPlan plan, List<String> columns, long rows) {
        String into = SqlText.quoted(plan.table());
        String set = columns.stream()
                .filter(column -> !column.equals("id"))
                .map(SqlText::quoted)
                .map(column -> column + " = s." + column)
                .collect(Collectors.joining(", "));
        int updated = tx.work("UPDATE " + into + " t SET " + set + " FROM " + staged(plan) + " s WHERE t.id = s.id");
        if (updated < rows) {
            String all = SqlText.quoted(columns);
            tx.work("INSERT INTO " + into + " (" + all + ") SELECT " + all + " FROM " + staged(plan)
                    + " s WHERE NOT EXISTS (SELECT FROM " + into + " t WHERE t.id = s.id)");
        }
    }

    private String staged(CollectionPlan plan) {
        TableName staged = tables.get(plan.table());
        if (staged == null) {
            throw new IllegalStateException("nothing is staged of " + plan.table());
        }
        return SqlText.quoted(staged);
    }
}
