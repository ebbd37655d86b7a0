package dev.changeover.state;

import dev.changeover.Namespace;
import dev.changeover.mapping.Tally;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** What others may know of a run, read from any machine; and the limits that they may set. Thread-safe. */
public final class Watch {
    private final Pg pg;

    Watch(Pg pg) {
        this.pg = pg;
    }

    /** How far one collection is. {@code documentsExpected} and {@code bytesExpected} are estimates. */
    public record CollectionState(
            Namespace namespace,
            long documentsExpected,
            long bytesExpected,
            int chunks,
            int chunksDone,
            Counts counts) {}

    /** Sums over the chunks that are done. */
    public record Counts(long documents, long rows, long childRows, long bytes, long values) {}

    /** The process that works on the target, as it last said. */
    public record Beat(
            String who, String step, Instant at, long secondsAgo, double documentsPerSecond, double bytesPerSecond) {
        /** One that has not been heard of for so long is taken for dead. */
        private static final long SILENT_SECONDS = 15;

        public boolean isAlive() {
            return secondsAgo < SILENT_SECONDS && !step.equals("stopped") && !step.equals("copied");
        }
    }

    /** What limits the reads; empty: nothing. */
    public record Limits(OptionalDouble documentsPerSecond, OptionalDouble megabytesPerSecond) {
        public static final Limits NONE = new Limits(OptionalDouble.empty(), OptionalDouble.empty());
    }

    /** An index that is being built. {@code share} is from 0 to 1. */
    public record Building(String table, String index, String phase, double share) {}

    public List<CollectionState> collections() throws InterruptedException {
        return pg.transaction("look how far the copy is", tx -> tx.rows("""
                SELECT c.namespace, c.documents, c.bytes, count(k.*)::int, count(k.*) FILTER (WHERE k.done)::int,
                       coalesce(sum(k.documents), 0)::bigint, coalesce(sum(k.rows), 0)::bigint,
                       coalesce(sum(k.child_rows), 0)::bigint, coalesce(sum(k.bytes), 0)::bigint,
                       coalesce(sum(k.value_count), 0)::bigint
                FROM changeover.collection c LEFT JOIN changeover.chunk k USING (namespace)
                GROUP BY c.namespace ORDER BY c.bytes DESC, c.namespace""", Watch::collection));
    }

    private static CollectionState collection(ResultSet row) throws SQLException {
        return new CollectionState(
                Namespace.parse(row.getString(1)),
                row.getLong(2),
                row.getLong(3),
                row.getInt(4),
                row.getInt(5),
                new Counts(row.getLong(6), row.getLong(7), row.getLong(8), row.getLong(9), row.getLong(10)));
    }

    public Map<Namespace, List<Tally.Line>> tallies() throws InterruptedException {
        record Entry(Namespace namespace, Tally.Line line) {}
        return pg.transaction(
                "read the ledger",
                tx -> tx
                        .rows(
                                "SELECT namespace, field, outcome, reason, value_count, example FROM changeover.tally"
                                        + " ORDER BY namespace, field, outcome, reason",
                                row -> new Entry(
                                        Namespace.parse(row.getString(1)),
                                        new Tally.Line(
                                                row.getString(2),
                                                Tally.Outcome.valueOf(
                                                        row.getString(3).toUpperCase(Locale.ROOT)),
                                                row.getString(4),
                                                row.getLong(5),
                                                row.getString(6))))
                        .stream()
                        .collect(Collectors.groupingBy(
                                Entry::namespace, Collectors.mapping(Entry::line, Collectors.toList()))));
    }

    public Optional<Beat> beat() throws InterruptedException {
        return pg.transaction(
                "look for the process",
                tx -> tx.row(
                        "SELECT who, coalesce(step, ''), beat, extract(epoch FROM clock_timestamp() - beat)::bigint,"
                                + " coalesce(documents_per_second, 0), coalesce(bytes_per_second, 0)"
                                + " FROM changeover.owner WHERE beat IS NOT NULL",
                        row -> new Beat(
                                row.getString(1),
                                row.getString(2),
                                row.getObject(3, OffsetDateTime.class).toInstant(),
                                row.getLong(4),
                                row.getDouble(5),
                                row.getDouble(6))));
    }

    public Limits limits() throws InterruptedException {
        return pg.transaction(
                "look at the limits",
                tx -> new Limits(limit(tx, "max_documents_per_second"), limit(tx, "max_mb_per_second")));
    }

    private static OptionalDouble limit(Tx tx, String name) {
        return tx.row("SELECT value FROM changeover.setting WHERE name = ?", row -> row.getDouble(1), name).stream()
                .mapToDouble(Double::doubleValue)
                .findFirst();
    }

    /** A running copy takes them over within a second or two. */
    public void limit(Limits limits) throws InterruptedException {
        pg.change("set the limits", tx -> {
            set(tx, "max_documents_per_second", limits.documentsPerSecond());
            set(tx, "max_mb_per_second", limits.megabytesPerSecond());
        });
    }

    private static void set(Tx tx, String name, OptionalDouble value) {
        tx.update("DELETE FROM changeover.setting WHERE name = ?", name);
        if (value.isPresent()) {
            tx.update("INSERT INTO changeover.setting (name, value) VALUES (?, ?)", name, value.getAsDouble());
        }
    }

    public List<Building> building() throws InterruptedException {
        return pg.transaction(
                "look at the indexes being built",
                tx -> tx.rows(
                        """
                SELECT p.relid::regclass::text, coalesce(nullif(p.index_relid, 0)::regclass::text, ''), p.phase,
                       coalesce(CASE WHEN p.blocks_total > 0 THEN p.blocks_done::float8 / p.blocks_total
                                     WHEN p.tuples_total > 0 THEN p.tuples_done::float8 / p.tuples_total END, 0)
                FROM pg_stat_progress_create_index p
                WHERE p.datname = current_database() ORDER BY p.relid""",
                        row -> new Building(row.getString(1), row.getString(2), row.getString(3), row.getDouble(4))));
    }

    /** Rows counted in the tables after the copy. */
    public Map<TableName, Long> rowsFound() throws InterruptedException {
        record Entry(TableName table, long rows) {}
        return pg.transaction(
                "look at the rows counted",
                tx -> tx
                        .rows(
                                "SELECT schema_name, table_name, rows_found FROM changeover.relation WHERE rows_found IS NOT NULL",
                                row -> new Entry(new TableName(row.getString(1), row.getString(2)), row.getLong(3)))
                        .stream()
                        .collect(Collectors.toMap(Entry::table, Entry::rows)));
    }
}
