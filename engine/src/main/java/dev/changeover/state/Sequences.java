package dev.changeover.state;

import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.util.ArrayList;
import java.util.List;

/** The sequences that people have given to columns of the tables. Thread-safe. */
public final class Sequences {
    private final Pg pg;

    Sequences(Pg pg) {
        this.pg = pg;
    }

    /** A sequence whose next value its column may hold already: an insert would fail, or make a double. */
    public record Behind(TableName table, String column, TableName sequence, long next, long highest) {
        @Override
        public String toString() {
            return sequence + " would give " + next + ", and " + table + "." + column + " has " + highest;
        }

        /** What puts it right. */
        public String remedy() {
            return "SELECT setval(" + SqlText.literal(SqlText.quoted(sequence)) + ", " + highest + ");";
        }
    }

    private record Owned(TableName table, String column, TableName sequence) {}

    /** Those that are behind; rows that come from MongoDB do not move them. */
    public List<Behind> behind() throws InterruptedException {
        return pg.transaction("look at the sequences", tx -> {
            List<Behind> behind = new ArrayList<>();
            for (Owned one : owned(tx)) {
                tx.row(
                                "SELECT CASE WHEN s.is_called THEN s.last_value + q.seqincrement ELSE s.last_value END, m.highest"
                                        + " FROM " + SqlText.quoted(one.sequence()) + " s,"
                                        + " pg_sequence q, (SELECT max(" + SqlText.quoted(one.column())
                                        + ")::bigint AS highest FROM " + SqlText.quoted(one.table()) + ") m"
                                        + " WHERE q.seqrelid = ?::text::regclass AND q.seqincrement > 0"
                                        + " AND m.highest IS NOT NULL",
                                row -> new Behind(
                                        one.table(), one.column(), one.sequence(), row.getLong(1), row.getLong(2)),
                                SqlText.quoted(one.sequence()))
                        .filter(found -> found.next() <= found.highest())
                        .ifPresent(behind::add);
            }
            return behind;
        });
    }

    private static List<Owned> owned(Tx tx) {
        return tx.rows(
                "SELECT DISTINCT n.nspname, c.relname, a.attname, sn.nspname, s.relname"
                        + " FROM changeover.build b"
                        + " JOIN pg_namespace n ON n.nspname = b.schema_name"
                        + " JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = b.table_name"
                        + " JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid"
                        + " AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')"
                        + " JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'"
                        + " JOIN pg_namespace sn ON sn.oid = s.relnamespace"
                        + " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid"
                        + " ORDER BY 1, 2, 3",
                row -> new Owned(
                        new TableName(row.getString(1), row.getString(2)),
                        row.getString(3),
                        new TableName(row.getString(4), row.getString(5))));
    }
}
