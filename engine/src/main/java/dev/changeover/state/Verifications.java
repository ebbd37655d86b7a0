package dev.changeover.state;

import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which rows have been compared with their documents, at which cuts, and what differed. Thread-safe. */
public final class Verifications {
    /** "chngveri" in ASCII. */
    private static final long LOCK = 0x63686e67_76657269L;

    /** Differences kept of one collection; all are counted. */
    public static final int KEPT = 10_000;

    /** Verifications remembered. */
    private static final int REMEMBERED = 20;

    private static final String COLUMNS = "id, mode, whole, who, started, ended";
    private static final String DIFFERENCES = "SELECT namespace, kind, id, key, mongo_id, schema_name, table_name,"
            + " column_name, expected, actual FROM changeover.difference WHERE verification = ?";
    private static final String DIFFERENCES_IN_ORDER = " ORDER BY namespace, id, table_name, column_name LIMIT ?";

    private final Pg pg;

    Verifications(Pg pg) {
        this.pg = pg;
    }

    /** How much is compared. */
    public enum Mode {
        FULL,
        SAMPLE,
        COUNTS,
        /** Of all, not at cuts, to have what differs written anew: see {@link Resyncs}. */
        RESYNC;

        String words() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** What is begun: how much, by whom, and with which files if not with MongoDB. */
    public record Intent(Mode mode, boolean whole, String who, Optional<String> files) {}

    /** One verification; {@code whole} means all collections of the plan. */
    public record Verification(
            long id, Mode mode, boolean whole, String who, Instant started, Optional<Instant> ended) {}

    /** What was compared, and what was found; see changeover.verified. */
    public record Counts(
            long documents,
            long rows,
            long childRows,
            long differing,
            long missing,
            long surplus,
            long orphans,
            long undecided) {
        public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0);

        /** True when nothing is known to differ, and nothing is left open. */
        public boolean isClean() {
            return differing == 0 && missing == 0 && surplus == 0 && orphans == 0 && undecided == 0;
        }
    }

    /** One collection of a verification: compared from {@code firstCut} to {@code lastCut}, each part at one cut. */
    public record Verified(
            Namespace namespace,
            Counts counts,
            Optional<ClusterTime> firstCut,
            Optional<ClusterTime> lastCut,
            Optional<Instant> ended) {}

    /** The right to be the one who verifies, until closed; refused while another has it. */
    public Pg.Session own() throws InterruptedException {
        return Owner.alone(pg, LOCK, "become the one who verifies the rows of " + pg.shown());
    }

    /** The last full one of these collections, if it was with the same source and was not ended: it can be gone on with. */
    public Optional<Verification> unfinished(Collection<Namespace> namespaces, Optional<String> files)
            throws InterruptedException {
        String[] wanted = namespaces.stream().map(Namespace::toString).sorted().toArray(String[]::new);
        return pg.transaction(
                "look for a verification to go on with",
                tx -> tx.row(
                        "SELECT " + COLUMNS + " FROM (SELECT * FROM changeover.verification f"
                                + " WHERE mode = 'full' AND ARRAY(SELECT namespace FROM changeover.verified"
                                + " WHERE verification = f.id ORDER BY namespace COLLATE \"C\") = ?::text[]"
                                + " ORDER BY id DESC LIMIT 1) last WHERE ended IS NULL"
                                + " AND files IS NOT DISTINCT FROM ?::text",
                        Verifications::verification,
                        wanted,
                        files));
    }

    /** Begins one, of these parts; the oldest are forgotten. */
    public Verification begin(Intent intent, Map<Namespace, List<Chunk>> parts) throws InterruptedException {
        return pg.transaction("begin a verification", tx -> {
            forgetOld(tx);
            return insert(tx, intent, parts);
        });
    }

    private static void forgetOld(Tx tx) {
        tx.update(
                "DELETE FROM changeover.verification WHERE id <= (SELECT max(id) - ? FROM changeover.verification)"
                        + " AND id NOT IN (SELECT max(verification) FROM changeover.verified c"
                        + " JOIN changeover.verification f ON f.id = c.verification"
                        + " WHERE f.mode = 'full' AND c.ended IS NOT NULL GROUP BY c.namespace)"
                        + " AND (mode <> 'full' OR ended IS NOT NULL"
                        + " OR id < (SELECT max(id) FROM changeover.verification WHERE mode = 'full'))"
                        + " AND (mode <> 'resync' OR ended IS NOT NULL)",
                REMEMBERED - 1);
    }

    static Verification insert(Tx tx, Intent intent, Map<Namespace, List<Chunk>> parts) {
        Verification begun = tx.row(
                        "INSERT INTO changeover.verification (mode, whole, who, files) VALUES (?, ?, ?, ?) RETURNING "
                                + COLUMNS,
                        Verifications::verification,
                        intent.mode().words(),
                        intent.whole(),
                        intent.who(),
                        intent.files())
                .orElseThrow();
        parts.forEach((namespace, chunks) -> {
            tx.update(
                    "INSERT INTO changeover.verified (verification, namespace) VALUES (?, ?)",
                    begun.id(),
                    namespace.toString());
            tx.updateAll(
                    "INSERT INTO changeover.verification_part (verification, namespace, ordinal, from_id, to_id)"
                            + " VALUES (?, ?, ?, ?, ?)",
                    chunks.stream().map(chunk -> values(begun.id(), chunk)).toList());
        });
        return begun;
    }

    private static @Nullable Object[] values(long id, Chunk chunk) {
        return new @Nullable Object[] {
            id,
            chunk.namespace().toString(),
            chunk.ordinal(),
            chunk.from().map(IdBound::document).orElse(null),
            chunk.to().map(IdBound::document).orElse(null)
        };
    }

    private static Verification verification(ResultSet row) throws SQLException {
        return new Verification(
                row.getLong(1),
                Mode.valueOf(row.getString(2).toUpperCase(Locale.ROOT)),
                row.getBoolean(3),
                row.getString(4),
                row.getObject(5, OffsetDateTime.class).toInstant(),
                Optional.ofNullable(row.getObject(6, OffsetDateTime.class)).map(OffsetDateTime::toInstant));
    }

    /** The parts of a collection that are not compared yet. */
    public List<Chunk> open(long id, Namespace namespace) throws InterruptedException {
        return pg.transaction(
                "look which parts are left to be compared",
                tx -> tx.rows(
                        "SELECT ordinal, from_id, to_id FROM changeover.verification_part"
                                + " WHERE verification = ? AND namespace = ? AND NOT done ORDER BY ordinal",
                        row -> new Chunk(
                                namespace,
                                row.getInt(1),
                                Optional.ofNullable(row.getBytes(2)).map(IdBound::new),
                                Optional.ofNullable(row.getBytes(3)).map(IdBound::new)),
                        id,
                        namespace.toString()));
    }

    /** Up to which row the documents of a collection's rows have been looked for. */
    public record RowsPlace(Optional<UUID> after, boolean done) {}

    public RowsPlace rowsPlace(long id, Namespace namespace) throws InterruptedException {
        return pg.transaction(
                        "look which rows are left to be compared",
                        tx -> tx.row(
                                "SELECT rows_after, rows_done FROM changeover.verified"
                                        + " WHERE verification = ? AND namespace = ?",
                                row -> new RowsPlace(
                                        Optional.ofNullable(row.getObject(1, UUID.class)), row.getBoolean(2)),
                                id,
                                namespace.toString()))
                .orElseThrow();
    }

    /** What one part has brought, at one cut; files are of none. */
    public record Found(Counts counts, List<Difference> differences, Optional<ClusterTime> at) {}

    /** A part of the documents is compared: what it found is added, once. */
    public void compared(long id, Chunk part, Found found) throws InterruptedException {
        pg.change("note what was compared of " + part.namespace(), tx -> compared(tx, id, part, found));
    }

    static void compared(Tx tx, long id, Chunk part, Found found) {
        int hit = tx.update(
                "UPDATE changeover.verification_part SET done = true"
                        + " WHERE verification = ? AND namespace = ? AND ordinal = ? AND NOT done",
                id,
                part.namespace().toString(),
                part.ordinal());
        if (hit > 0) { // else it went through before, and only its answer was lost
            add(tx, id, part.namespace(), found);
        }
    }

    /** The documents of the rows after {@code place} up to {@code next} were looked for. */
    public void looked(long id, Namespace namespace, RowsPlace place, RowsPlace next, Found found)
            throws InterruptedException {
        pg.change(
                "note which rows of " + namespace + " were compared",
                tx -> looked(tx, id, namespace, place, next, found));
    }

    static void looked(Tx tx, long id, Namespace namespace, RowsPlace place, RowsPlace next, Found found) {
        int hit = tx.update(
                "UPDATE changeover.verified SET rows_after = coalesce(?::uuid, rows_after), rows_done = ?"
                        + " WHERE verification = ? AND namespace = ? AND NOT rows_done"
                        + " AND rows_after IS NOT DISTINCT FROM ?::uuid",
                next.after(),
                next.done(),
                id,
                namespace.toString(),
                place.after());
        if (hit > 0) {
            add(tx, id, namespace, found);
        }
    }

    private static void add(Tx tx, long id, Namespace namespace, Found found) {
        Counts counts = found.counts();
        @Nullable BigDecimal at = found.at().map(Spool::number).orElse(null);
        tx.update(
                """
                UPDATE changeover.verified SET documents = documents + ?, rows = rows + ?, child_rows = child_rows + ?,
                    differing = differing + ?, missing = missing + ?, surplus = surplus + ?, orphans = orphans + ?,
                    undecided = undecided + ?, first_cut = least(first_cut, ?), last_cut = greatest(last_cut, ?)
                WHERE verification = ? AND namespace = ?""",
                counts.documents(),
                counts.rows(),
                counts.childRows(),
                counts.differing(),
                counts.missing(),
                counts.surplus(),
                counts.orphans(),
                counts.undecided(),
                at,
                at,
                id,
                namespace.toString());
        if (found.differences().isEmpty()) {
            return;
        }
        long kept = tx.row(
                        "SELECT count(*) FROM changeover.difference WHERE verification = ? AND namespace = ?",
                        row -> row.getLong(1),
                        id,
                        namespace.toString())
                .orElseThrow();
        tx.updateAll(
                "INSERT INTO changeover.difference (verification, namespace, kind, id, key, mongo_id, schema_name,"
                        + " table_name, column_name, expected, actual) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                found.differences().stream()
                        .limit(Math.max(0, KEPT - kept))
                        .map(one -> values(id, one))
                        .toList());
    }

    private static @Nullable Object[] values(long id, Difference one) {
        return new @Nullable Object[] {
            id,
            one.namespace().toString(),
            one.kind().words(),
            one.id(),
            one.key().map(IdBound::document).orElse(null),
            storable(one.mongoId()),
            one.table().schema(),
            one.table().name(),
            one.column(),
            storable(one.expected()),
            storable(one.actual())
        };
    }

    /** Text of PostgreSQL holds no NUL. */
    private static String storable(String text) {
        return text.replace("\0", "\\0");
    }

    /**
     * All of a collection is compared. A row whose mongo_id is damaged was found by its id, and looks as if it had no
     * document: it counts once.
     */
    public void ended(long id, Namespace namespace) throws InterruptedException {
        pg.change("note that " + namespace + " is compared", tx -> {
            int twice = tx.work("""
                    DELETE FROM changeover.difference s WHERE s.verification = ? AND s.namespace = ? AND s.kind = 'surplus'
                      AND EXISTS (SELECT FROM changeover.difference d WHERE d.verification = s.verification
                                  AND d.namespace = s.namespace AND d.id = s.id AND d.kind = 'differs')""", id, namespace.toString());
            tx.update(
                    "UPDATE changeover.verified SET surplus = surplus - ?, ended = clock_timestamp()"
                            + " WHERE verification = ? AND namespace = ?",
                    twice,
                    id,
                    namespace.toString());
        });
    }

    /** All of its collections are compared. */
    public void ended(long id) throws InterruptedException {
        pg.change(
                "end the verification",
                tx -> tx.update("UPDATE changeover.verification SET ended = clock_timestamp() WHERE id = ?", id));
    }

    public Verification find(long id) throws InterruptedException {
        return pg.transaction(
                        "look for a verification",
                        tx -> tx.row(
                                "SELECT " + COLUMNS + " FROM changeover.verification WHERE id = ?",
                                Verifications::verification,
                                id))
                .orElseThrow();
    }

    /** The newest first. */
    public List<Verification> last(int most) throws InterruptedException {
        return pg.transaction(
                "look for verifications",
                tx -> tx.rows(
                        "SELECT " + COLUMNS + " FROM changeover.verification ORDER BY id DESC LIMIT ?",
                        Verifications::verification,
                        most));
    }

    public List<Verified> collections(long id) throws InterruptedException {
        return pg.transaction(
                "look what was verified",
                tx -> tx.rows(
                        "SELECT namespace, documents, rows, child_rows, differing, missing, surplus, orphans, undecided,"
                                + " first_cut, last_cut, ended FROM changeover.verified WHERE verification = ?"
                                + " ORDER BY namespace",
                        Verifications::verified,
                        id));
    }

    /** Its collections that are compared to the end. */
    public Set<Namespace> endedOf(long id) throws InterruptedException {
        return collections(id).stream()
                .filter(one -> one.ended().isPresent())
                .map(Verified::namespace)
                .collect(Collectors.toSet());
    }

    private static Verified verified(ResultSet row) throws SQLException {
        return new Verified(
                Namespace.parse(row.getString(1)),
                new Counts(
                        row.getLong(2),
                        row.getLong(3),
                        row.getLong(4),
                        row.getLong(5),
                        row.getLong(6),
                        row.getLong(7),
                        row.getLong(8),
                        row.getLong(9)),
                Optional.ofNullable(row.getBigDecimal(10)).map(Spool::time),
                Optional.ofNullable(row.getBigDecimal(11)).map(Spool::time),
                Optional.ofNullable(row.getObject(12, OffsetDateTime.class)).map(OffsetDateTime::toInstant));
    }

    /** Up to {@code most} of them. */
    public List<Difference> differences(long id, int most) throws InterruptedException {
        return pg.transaction(
                "look what differs",
                tx -> tx.rows(DIFFERENCES + DIFFERENCES_IN_ORDER, Verifications::difference, id, most));
    }

    /** Up to {@code most} of each collection that its newest comparison found. */
    public List<Difference> differences(List<Newest> newest, int most) throws InterruptedException {
        List<Difference> all = new ArrayList<>();
        for (Newest of : newest) {
            all.addAll(pg.transaction(
                    "look what differs in " + of.namespace(),
                    tx -> tx.rows(
                            DIFFERENCES + " AND namespace = ?" + DIFFERENCES_IN_ORDER,
                            Verifications::difference,
                            of.verification(),
                            of.namespace().toString(),
                            most)));
        }
        return all;
    }

    private static Difference difference(ResultSet row) throws SQLException {
        return new Difference(
                Namespace.parse(row.getString(1)),
                Difference.Kind.of(row.getString(2)),
                row.getObject(3, UUID.class),
                Optional.ofNullable(row.getBytes(4)).map(IdBound::new),
                row.getString(5),
                new TableName(row.getString(6), row.getString(7)),
                row.getString(8),
                row.getString(9),
                row.getString(10));
    }

    /**
     * The newest word on a collection: what the last full comparison of it that has ended found, and of which verification;
     * empty where there is none. {@code age} is that of its first cut, as rows compared then may have changed ever since.
     */
    public record Newest(Namespace namespace, Optional<Verified> verified, Duration age, long verification) {
        /** True when it was compared, and nothing differed. */
        public boolean isClean() {
            return verified.isPresent() && verified.get().counts().isClean();
        }
    }

    /** Of every collection that has a table, whether it was compared by itself or with others. */
    public List<Newest> newest() throws InterruptedException {
        return pg.transaction(
                "look what was verified",
                tx -> tx.rows(
                        """
                        SELECT r.namespace, documents, rows, child_rows, differing, missing, surplus, orphans, undecided,
                               first_cut, last_cut, v.ended,
                               (trunc((cut.at - v.first_cut) / 4294967296) * 1000
                                + extract(epoch FROM clock_timestamp() - cut.taken) * 1000)::bigint, v.verification
                        FROM changeover.cut, (SELECT DISTINCT namespace FROM changeover.relation) r
                        LEFT JOIN (
                            SELECT DISTINCT ON (c.namespace) c.* FROM changeover.verified c
                            JOIN changeover.verification f ON f.id = c.verification
                            WHERE f.mode = 'full' AND c.ended IS NOT NULL ORDER BY c.namespace, c.verification DESC
                        ) v USING (namespace) ORDER BY r.namespace""",
                        row -> new Newest(
                                Namespace.parse(row.getString(1)),
                                row.getObject(14) == null ? Optional.empty() : Optional.of(verified(row)),
                                Duration.ofMillis(row.getLong(13)),
                                row.getLong(14))));
    }

    /** True when everything was compared at the last cut, and nothing differed. */
    public boolean provesLastCut() throws InterruptedException {
        Optional<Spool.Cut> cut = new Spool(pg).cut();
        List<Newest> newest = newest();
        return cut.isPresent()
                && !newest.isEmpty()
                && newest.stream()
                        .allMatch(one -> one.isClean()
                                && one.verified()
                                        .flatMap(Verified::firstCut)
                                        .map(first -> !cut.get().at().isAfter(first))
                                        .orElse(false));
    }
}
