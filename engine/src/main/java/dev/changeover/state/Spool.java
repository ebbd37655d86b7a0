package dev.changeover.state;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Bytes;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Which documents have changed and are not yet applied, how far the change stream has been read, and the last cut (I4:
 * a change leaves the spool in the transaction that applies it, and no later change of the same document with it).
 * Thread-safe.
 */
public final class Spool {
    /** Keys in one statement. */
    private static final int SLICE = 10_000;

    private final Pg pg;

    Spool(Pg pg) {
        this.pg = pg;
    }

    /**
     * A document that has changed, first at {@code first} and last at {@code last} of what is not yet applied;
     * {@code id} is its row's. A cut needs both: it must have every document that changed at or before it, and may only
     * forget those that did not change after it.
     */
    public record Dirty(Namespace namespace, UUID id, IdBound key, ClusterTime first, ClusterTime last) {
        /** The subtype of binary data that is the user's own affair. */
        private static final int USER_DEFINED = 0x80;

        /** A row that has no document: its key is one that MongoDB does not hold, so it is taken for that of a deleted one. */
        public static Dirty withoutDocument(Namespace namespace, UUID id, ClusterTime at) {
            byte[] unused = ("changeover: no document of " + id).getBytes(StandardCharsets.US_ASCII);
            Bytes key = new Bytes(unused.length + 32);
            new BsonWriter(key)
                    .begin()
                    .name(BsonType.BINARY, "_id")
                    .binary(USER_DEFINED, unused, 0, unused.length)
                    .end();
            return new Dirty(namespace, id, new IdBound(key.toArray()), at, at);
        }
    }

    /** The last cut: every row is what MongoDB held at {@code at}; not {@code exact}: at it or later. */
    public record Cut(ClusterTime at, long number, boolean exact) {}

    /**
     * What the tables hold of a collection: the last cut, or with {@code between} also rows that are newer; the rows are
     * from the collection {@code from}, if there was one, and written by the plan of that digest; while {@code filling} some
     * are still by the one before.
     */
    public record Standing(ClusterTime cut, boolean between, Optional<UUID> from, String planSha256, boolean filling) {}

    /** From {@code at} on, the collection of that name is another one, at first empty for us; none without {@code uuid}. */
    public record Reset(Namespace namespace, ClusterTime at, Optional<UUID> uuid) {}

    static BigDecimal number(ClusterTime time) {
        return new BigDecimal(Long.toUnsignedString(time.bits()));
    }

    static ClusterTime time(BigDecimal number) {
        return ClusterTime.ofBits(number.longValue());
    }

    /**
     * Stores dirty documents (each once), resets, and the position before which every change is applied or stored, in
     * one transaction.
     */
    public void add(Owner owner, List<Dirty> dirty, List<Reset> resets, ClusterTime position)
            throws InterruptedException {
        pg.change("spool " + dirty.size() + " changed keys", tx -> {
            owner.check(tx);
            add(tx, dirty);
            resets.forEach(reset -> tx.update(
                    "INSERT INTO changeover.reset (namespace, at, uuid) VALUES (?, ?, ?::uuid) ON CONFLICT DO NOTHING",
                    reset.namespace().toString(),
                    number(reset.at()),
                    reset.uuid()));
            moveTo(tx, position);
        });
    }

    /** Documents that have changed, each once. */
    static void add(Tx tx, List<Dirty> dirty) {
        insert(tx, dirty, """
                UPDATE SET first = least(dirty.first, excluded.first), last = greatest(dirty.last, excluded.last),
                    key = excluded.key""");
    }

    /** Of rows that have no document: one that has come meanwhile is what counts. */
    static void addAbsent(Tx tx, List<Dirty> dirty) {
        insert(tx, dirty, "NOTHING");
    }

    private static void insert(Tx tx, List<Dirty> dirty, String otherwise) {
        for (List<Dirty> some : slices(dirty)) {
            tx.work(
                    """
                    INSERT INTO changeover.dirty (namespace, id, key, first, last)
                    SELECT * FROM unnest(?::text[], ?::uuid[], ?::bytea[], ?::numeric[], ?::numeric[])
                    ON CONFLICT (namespace, id) DO\s""" + otherwise,
                    namespaces(some),
                    ids(some),
                    some.stream().map(one -> one.key().document()).toArray(byte[][]::new),
                    some.stream().map(one -> number(one.first())).toArray(BigDecimal[]::new),
                    some.stream().map(one -> number(one.last())).toArray(BigDecimal[]::new));
        }
    }

    /** So that no statement grows without a bound. */
    private static List<List<Dirty>> slices(List<Dirty> dirty) {
        List<List<Dirty>> slices = new ArrayList<>();
        for (int from = 0; from < dirty.size(); from += SLICE) {
            slices.add(dirty.subList(from, Math.min(dirty.size(), from + SLICE)));
        }
        return slices;
    }

    static String[] namespaces(List<Dirty> dirty) {
        return dirty.stream().map(one -> one.namespace().toString()).toArray(String[]::new);
    }

    static UUID[] ids(List<Dirty> dirty) {
        return dirty.stream().map(Dirty::id).toArray(UUID[]::new);
    }

    static void moveTo(Tx tx, ClusterTime position) {
        tx.update(
                "UPDATE changeover.stream SET position = greatest(coalesce(position, 0), ?::numeric)",
                number(position));
    }

    /** Where the stream is to be opened; empty: at T0. */
    public Optional<ClusterTime> position() throws InterruptedException {
        return pg.transaction(
                "look how far the stream was read",
                tx -> tx.row(
                        "SELECT position FROM changeover.stream WHERE position IS NOT NULL",
                        row -> time(row.getBigDecimal(1))));
    }

    public Optional<Cut> cut() throws InterruptedException {
        return pg.transaction(
                "look for the last cut",
                tx -> tx.row(
                        "SELECT at, number, exact FROM changeover.cut WHERE at IS NOT NULL",
                        row -> new Cut(time(row.getBigDecimal(1)), row.getLong(2), row.getBoolean(3))));
    }

    /** As the transaction's snapshot has it, the rows with it; empty before the first cut. */
    public Optional<Standing> standing(Tx tx, Namespace namespace) {
        return tx.row(
                "SELECT at, between, (SELECT uuid FROM changeover.followed WHERE namespace = n), plan_sha256,"
                        + " EXISTS (SELECT FROM changeover.backfill WHERE namespace = n)"
                        + " FROM changeover.cut, changeover.run, (SELECT ?::text) of (n) WHERE at IS NOT NULL",
                row -> new Standing(
                        time(row.getBigDecimal(1)),
                        row.getBoolean(2),
                        Optional.ofNullable(row.getObject(3, UUID.class)),
                        row.getString(4),
                        row.getBoolean(5)),
                namespace.toString());
    }

    /** Remembers which collections are followed, those that are remembered already aside. */
    public void follow(Owner owner, Map<Namespace, Optional<UUID>> collections) throws InterruptedException {
        pg.change("remember the collections followed", tx -> {
            owner.check(tx);
            collections.forEach((namespace, uuid) -> tx.update(
                    "INSERT INTO changeover.followed (namespace, uuid) VALUES (?, ?::uuid) ON CONFLICT DO NOTHING",
                    namespace.toString(),
                    uuid));
        });
    }

    /** Which collection each name's rows are from. */
    public Map<Namespace, Optional<UUID>> followed() throws InterruptedException {
        record Entry(Namespace namespace, Optional<UUID> uuid) {}
        Map<Namespace, Optional<UUID>> all = new HashMap<>();
        pg.transaction(
                        "look which collections are followed",
                        tx -> tx.rows(
                                "SELECT namespace, uuid FROM changeover.followed",
                                row -> new Entry(
                                        Namespace.parse(row.getString(1)),
                                        Optional.ofNullable(row.getObject(2, UUID.class)))))
                .forEach(entry -> all.put(entry.namespace(), entry.uuid()));
        return all;
    }

    /** Those that no cut has made yet. */
    public List<Reset> resets() throws InterruptedException {
        return pg.transaction(
                "look which collections were replaced",
                tx -> tx.rows(
                        "SELECT namespace, at, uuid FROM changeover.reset ORDER BY at",
                        row -> new Reset(
                                Namespace.parse(row.getString(1)),
                                time(row.getBigDecimal(2)),
                                Optional.ofNullable(row.getObject(3, UUID.class)))));
    }

    /** Notes which collection the rows of that name are from, from {@code at} on. */
    public void isFrom(Tx tx, Namespace namespace, Optional<UUID> uuid, ClusterTime at) {
        standsFor(tx, namespace, uuid);
        tx.update("DELETE FROM changeover.reset WHERE namespace = ? AND at <= ?", namespace.toString(), number(at));
    }

    static void standsFor(Tx tx, Namespace namespace, Optional<UUID> uuid) {
        tx.update(
                "INSERT INTO changeover.followed (namespace, uuid) VALUES (?, ?::uuid)"
                        + " ON CONFLICT (namespace) DO UPDATE SET uuid = excluded.uuid",
                namespace.toString(),
                uuid);
    }

    /** True when documents wait in the spool. */
    public boolean isFilled() throws InterruptedException {
        return pg.transaction(
                "look into the spool",
                tx -> tx.row("SELECT 1 FROM changeover.dirty LIMIT 1", row -> true)
                        .isPresent());
    }

    /** Up to {@code most} of the documents that changed at or before {@code at}, those of a collection together. */
    public List<Dirty> due(Tx tx, ClusterTime at, int most) {
        return tx.rows(
                "SELECT namespace, id, key, first, last FROM changeover.dirty WHERE first <= ? ORDER BY namespace, id"
                        + " LIMIT ?",
                row -> new Dirty(
                        Namespace.parse(row.getString(1)),
                        row.getObject(2, UUID.class),
                        new IdBound(row.getBytes(3)),
                        time(row.getBigDecimal(4)),
                        time(row.getBigDecimal(5))),
                number(at),
                most);
    }

    /** Deletes rows, whose {@code column} says whose they are, of a collection's documents that wait here for a cut at {@code at}. */
    public void deleteDue(Tx tx, Namespace namespace, TableName table, String column, ClusterTime at) {
        tx.work(
                "DELETE FROM " + SqlText.quoted(table) + " t USING changeover.dirty d"
                        + " WHERE d.namespace = ? AND d.first <= ? AND t." + SqlText.quoted(column) + " = d.id",
                namespace.toString(),
                number(at));
    }

    /** Takes documents off the spool, in the transaction that applies them as of {@code at}; later changes stay (I4). */
    public void applied(Tx tx, List<Dirty> dirty, ClusterTime at) {
        for (List<Dirty> some : slices(dirty)) {
            String[] namespaces = namespaces(some);
            UUID[] ids = ids(some);
            tx.work("""
                    UPDATE changeover.dirty d SET first = ?::numeric + 1
                    FROM unnest(?::text[], ?::uuid[]) k (namespace, id)
                    WHERE d.namespace = k.namespace AND d.id = k.id AND d.first <= ? AND d.last > ?""", number(at), namespaces, ids, number(at), number(at));
            tx.work("""
                    DELETE FROM changeover.dirty d USING unnest(?::text[], ?::uuid[]) k (namespace, id)
                    WHERE d.namespace = k.namespace AND d.id = k.id AND d.last <= ?""", namespaces, ids, number(at));
        }
    }

    /** Notes, in the transaction that brings them, that there are rows newer than the last cut. */
    public void between(Tx tx) {
        tx.update("UPDATE changeover.cut SET between = true");
    }

    /**
     * Notes the cut in the transaction that brings its rows: only onward (I3). Everything up to it is applied, so the
     * stream need not be read before it again.
     */
    public Cut reached(Tx tx, ClusterTime at, boolean exact) {
        Optional<Long> number = tx.row("""
                UPDATE changeover.cut SET at = ?, number = number + 1, exact = ?, between = false,
                    taken = clock_timestamp()
                WHERE at IS NULL OR at < ? RETURNING number""", row -> row.getLong(1), number(at), exact, number(at));
        if (number.isEmpty()) {
            throw new FailedException(
                    new Failure.Transient(tx.during(), "a later cut is there already", Duration.ofMillis(100)));
        }
        moveTo(tx, at.after());
        return new Cut(at, number.get(), exact);
    }
}
