package dev.changeover.state;

import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.SqlFailure;
import dev.changeover.postgres.Tx;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the tables have been made to promise of their rows. MongoDB keeps none of it: a promise that one of its documents
 * breaks is taken back by whoever follows, and that is remembered. Thread-safe.
 */
public final class Promises {
    /** "chngfini" in ASCII. */
    private static final long LOCK = 0x63686e67_66696e69L;

    private final Pg pg;

    Promises(Pg pg) {
        this.pg = pg;
    }

    public enum Kind {
        NOT_NULL,
        CHECK,
        FOREIGN_KEY;

        /** For a person, and in changeover.promise. */
        public String words() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }

        static Kind of(String words) {
            return valueOf(words.toUpperCase(Locale.ROOT).replace(' ', '_'));
        }
    }

    /** {@code column} is the one of NOT NULL, else empty; {@code constraint} keeps it, of NOT NULL only on the way. */
    public record Promise(TableName table, Kind kind, String column, String constraint) {
        private @Nullable Object[] key() {
            return new @Nullable Object[] {table.schema(), table.name(), constraint};
        }
    }

    /** Why and when one was taken back. */
    public record TakenBack(Promise promise, Instant at, String reason) {}

    /** The right to be the one who makes promises, until closed; refused while another has it. */
    public Pg.Session own() throws InterruptedException {
        return Owner.alone(pg, LOCK, "become the one who finishes the tables of " + pg.shown());
    }

    /** In the transaction that begins to make it. */
    public void make(Tx tx, Promise promise) {
        tx.update(
                "INSERT INTO changeover.promise (schema_name, table_name, constraint_name, kind, column_name)"
                        + " VALUES (?, ?, ?, ?, ?) ON CONFLICT (schema_name, table_name, constraint_name)"
                        + " DO UPDATE SET made = now(), taken_back = NULL, reason = NULL",
                promise.table().schema(),
                promise.table().name(),
                promise.constraint(),
                promise.kind().words(),
                promise.column());
    }

    /** False when it was never begun, or taken back since; until {@code tx} ends it stays so. */
    public boolean stands(Tx tx, Promise promise) {
        return tx.row(
                        "SELECT 1 FROM changeover.promise WHERE schema_name = ? AND table_name = ?"
                                + " AND constraint_name = ? AND taken_back IS NULL FOR UPDATE",
                        row -> true,
                        promise.key())
                .isPresent();
    }

    /** Those that were, and were not made again since; the last ones first. */
    public List<TakenBack> takenBack() throws InterruptedException {
        return pg.transaction(
                "look for promises that were taken back",
                tx -> tx.rows(
                        "SELECT schema_name, table_name, kind, column_name, constraint_name, taken_back, reason"
                                + " FROM changeover.promise WHERE taken_back IS NOT NULL ORDER BY taken_back DESC, constraint_name",
                        row -> new TakenBack(
                                new Promise(
                                        new TableName(row.getString(1), row.getString(2)),
                                        Kind.of(row.getString(3)),
                                        row.getString(4),
                                        row.getString(5)),
                                row.getObject(6, OffsetDateTime.class).toInstant(),
                                row.getString(7))));
    }

    /**
     * Takes back what {@code broken} is of, if it was made here; false if it is somebody else's. A statement of our own
     * that only looks whether the table's rows hold something is ended: the following does not wait for it.
     */
    public boolean takeBack(Owner owner, SqlFailure.Broken broken, String reason) throws InterruptedException {
        return pg.transaction("take back what a document of MongoDB breaks", tx -> {
            owner.check(tx);
            String table = SqlText.quoted(broken.table());
            tx.rows("""
                    SELECT pg_cancel_backend(l.pid) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
                    WHERE l.relation = to_regclass(?) AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted
                      AND a.application_name LIKE 'changeover %' AND a.usename = current_user""", row -> true, table);
            tx.waitBrieflyForLocks();
            List<String> parts = tx.rows(
                    "UPDATE changeover.promise SET taken_back = clock_timestamp(), reason = ?"
                            + " WHERE taken_back IS NULL AND schema_name = ? AND table_name = ? AND "
                            + (broken.notNull() ? "column_name" : "constraint_name")
                            + " = ? RETURNING constraint_name, column_name",
                    row -> undoing(row.getString(1), row.getString(2)),
                    reason,
                    broken.table().schema(),
                    broken.table().name(),
                    broken.name());
            parts.forEach(part -> tx.execute("ALTER TABLE " + table + part));
            return !parts.isEmpty();
        });
    }

    private static String undoing(String constraint, String column) {
        return " DROP CONSTRAINT IF EXISTS " + SqlText.quoted(constraint)
                + (column.isEmpty() ? "" : ", ALTER COLUMN " + SqlText.quoted(column) + " DROP NOT NULL");
    }
}
