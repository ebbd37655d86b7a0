package dev.changeover.state;

import dev.changeover.Chunk;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.mapping.Tally;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which ranges of each collection are to be copied, and which are. Thread-safe. */
public final class Chunks {
    private final Pg pg;

    Chunks(Pg pg) {
        this.pg = pg;
    }

    /** What came of a chunk. {@code rows} are the collection's own, {@code childRows} those of its child tables. */
    public record Copied(long documents, long rows, long childRows, long bytes, long values, Duration took) {}

    /** Collections whose chunks are stored: they are cut once, and then stay as they are. */
    public Set<Namespace> planned() throws InterruptedException {
        return pg.transaction(
                "look for planned chunks",
                tx ->
                        tx
                                .rows(
                                        "SELECT namespace FROM changeover.collection",
                                        row -> Namespace.parse(row.getString(1)))
                                .stream()
                                .collect(Collectors.toSet()));
    }

    /** Stores how a collection is cut, unless it is stored already. {@code documents} and {@code bytes} are estimates. */
    public void plan(Owner owner, Namespace namespace, List<Chunk> chunks, long documents, long bytes)
            throws InterruptedException {
        pg.change("store the chunks of " + namespace, tx -> {
            owner.check(tx);
            int fresh = tx.update(
                    "INSERT INTO changeover.collection (namespace, documents, bytes, chunks) VALUES (?, ?, ?, ?)"
                            + " ON CONFLICT DO NOTHING",
                    namespace.toString(),
                    documents,
                    bytes,
                    chunks.size());
            if (fresh == 1) {
                tx.updateAll(
                        "INSERT INTO changeover.chunk (namespace, ordinal, from_id, to_id) VALUES (?, ?, ?, ?)",
                        chunks.stream().map(Chunks::values).toList());
            }
        });
    }

    private static @Nullable Object[] values(Chunk chunk) {
        return new @Nullable Object[] {
            chunk.namespace().toString(),
            chunk.ordinal(),
            chunk.from().map(IdBound::document),
            chunk.to().map(IdBound::document)
        };
    }

    /** A chunk more, of a source that comes once. */
    public void add(Owner owner, Chunk chunk) throws InterruptedException {
        pg.change("store " + chunk, tx -> {
            owner.check(tx);
            tx.update(
                    "UPDATE changeover.collection SET chunks = ? WHERE namespace = ?",
                    chunk.ordinal() + 1,
                    chunk.namespace().toString());
            tx.update(
                    "INSERT INTO changeover.chunk (namespace, ordinal, from_id, to_id) VALUES (?, ?, ?, ?)",
                    values(chunk));
        });
    }

    /** What is left to copy, largest collections first, each in the order of its _id. */
    public List<Chunk> open() throws InterruptedException {
        return pg.transaction(
                "look for open chunks",
                tx -> tx.rows(
                        """
                SELECT k.namespace, k.ordinal, k.from_id, k.to_id
                FROM changeover.chunk k JOIN changeover.collection c USING (namespace)
                WHERE NOT k.done ORDER BY c.bytes DESC, k.namespace, k.ordinal""",
                        row -> new Chunk(
                                Namespace.parse(row.getString(1)), row.getInt(2), bound(row, 3), bound(row, 4))));
    }

    private static Optional<IdBound> bound(ResultSet row, int column) throws SQLException {
        byte[] bytes = row.getBytes(column);
        return bytes == null ? Optional.empty() : Optional.of(new IdBound(bytes));
    }

    public boolean isDone(Chunk chunk) throws InterruptedException {
        return pg.transaction(
                "look whether " + chunk + " is copied",
                tx -> tx.row(
                                "SELECT done FROM changeover.chunk WHERE namespace = ? AND ordinal = ?",
                                row -> row.getBoolean(1),
                                chunk.namespace().toString(),
                                chunk.ordinal())
                        .orElseThrow());
    }

    /** Notes, in the transaction that holds the chunk's rows, that they are there: once, and only by the owner. */
    public void done(Tx tx, Owner owner, Chunk chunk, Copied copied) {
        owner.check(tx);
        int hit = tx.update(
                """
                UPDATE changeover.chunk SET done = true, documents = ?, rows = ?, child_rows = ?, bytes = ?,
                       value_count = ?, epoch = ?, started = clock_timestamp() - ? * interval '1 ms',
                       ended = clock_timestamp()
                WHERE namespace = ? AND ordinal = ? AND NOT done""",
                copied.documents(),
                copied.rows(),
                copied.childRows(),
                copied.bytes(),
                copied.values(),
                owner.epoch(),
                copied.took().toMillis(),
                chunk.namespace().toString(),
                chunk.ordinal());
        if (hit != 1) { // I6: its rows are there, so ours must not be; whoever tries again will see
            throw new FailedException(new Failure.Transient(
                    tx.during(), "the process before had sent its COMMIT and it came through", Duration.ofMillis(100)));
        }
    }

    /** Ends an open chunk before {@code at}, in the transaction that copies it, and returns a new one for the rest. */
    public Chunk split(Tx tx, Chunk chunk, IdBound at) {
        int ordinal = tx.row(
                        "UPDATE changeover.collection SET chunks = chunks + 1 WHERE namespace = ? RETURNING chunks",
                        row -> row.getInt(1) - 1,
                        chunk.namespace().toString())
                .orElseThrow();
        Chunk rest = new Chunk(chunk.namespace(), ordinal, Optional.of(at), chunk.to());
        tx.update(
                "INSERT INTO changeover.chunk (namespace, ordinal, from_id, to_id) VALUES (?, ?, ?, ?)", values(rest));
        tx.update(
                "UPDATE changeover.chunk SET to_id = ? WHERE namespace = ? AND ordinal = ? AND NOT done",
                at.document(),
                chunk.namespace().toString(),
                chunk.ordinal());
        return rest;
    }

    /** Adds a chunk's tally to its collection's, in the chunk's transaction. In one order, so that none waits in a ring. */
    public void add(Tx tx, Namespace namespace, List<Tally.Line> lines) {
        List<@Nullable Object[]> all = new ArrayList<>();
        lines.stream()
                .sorted(Comparator.comparing(Tally.Line::field)
                        .thenComparing(Tally.Line::outcome)
                        .thenComparing(Tally.Line::reason))
                .forEach(line -> all.add(new Object[] {
                    namespace.toString(),
                    line.field(),
                    line.outcome().name().toLowerCase(Locale.ROOT),
                    line.reason(),
                    line.values(),
                    line.example()
                }));
        tx.updateAll("""
                INSERT INTO changeover.tally (namespace, field, outcome, reason, value_count, example)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (namespace, field, outcome, reason)
                DO UPDATE SET value_count = tally.value_count + excluded.value_count""", all);
    }

    /** Notes, in the transaction that does it, that rows of documents were taken back: a chunk of less than nothing. */
    public void takenBack(Tx tx, Owner owner, Namespace namespace, Copied less) {
        int ordinal = tx.row(
                        "UPDATE changeover.collection SET chunks = chunks + 1 WHERE namespace = ? RETURNING chunks",
                        row -> row.getInt(1) - 1,
                        namespace.toString())
                .orElseThrow();
        Chunk chunk = new Chunk(namespace, ordinal, Optional.empty(), Optional.empty());
        tx.update(
                "INSERT INTO changeover.chunk (namespace, ordinal, from_id, to_id) VALUES (?, ?, ?, ?)", values(chunk));
        done(tx, owner, chunk, less);
    }

    /** Whether documents were taken back that a file has more than once. */
    public boolean tookBack(Namespace namespace) throws InterruptedException {
        return pg.transaction(
                "look what was taken back of " + namespace,
                tx -> tx.row(
                                "SELECT count(*) FROM changeover.chunk WHERE namespace = ? AND documents < 0",
                                row -> row.getLong(1) > 0,
                                namespace.toString())
                        .orElseThrow());
    }
}
