package dev.changeover.state;

import dev.changeover.Namespace;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What changed in PostgreSQL and is not yet in MongoDB, and the triggers that say so. Thread-safe. */
public final class ReverseQueue {
    /** Who sets this to off writes rows that come from MongoDB, or that it has already. */
    private static final String QUIET = "SET LOCAL changeover.reverse = 'off'";

    private final Pg pg;

    ReverseQueue(Pg pg) {
        this.pg = pg;
    }

    /** A row that changed; without {@code id} all documents of the collection. {@code mongoId} is not known of a child. */
    public record Entry(
            long seq, Namespace namespace, Optional<UUID> id, Optional<String> mongoId, Optional<String> extra) {}

    /** A change that MongoDB does not take, and why. */
    public record Held(Namespace namespace, UUID id, Optional<String> mongoId, Optional<String> extra, String reason) {}

    /** From here to its end, {@code tx} changes rows without a word to the queue. */
    public static void quiet(Tx tx) {
        tx.execute(QUIET);
    }

    /** The _id of the document in MongoDB that guards the writing back of this target's changes. */
    public UUID fence() throws InterruptedException {
        return pg.transaction(
                "look for the fence of the way back",
                tx -> tx.row("SELECT fence FROM changeover.reverse", row -> row.getObject(1, UUID.class))
                        .orElseThrow());
    }

    /**
     * Makes the tables queue what changes from here on; rows that are there are not queued. Those that are not
     * {@code open} take changes only while PostgreSQL is in charge.
     */
    public void install(Owner owner, Plan plan, Predicate<CollectionPlan> open) throws InterruptedException {
        pg.change("have the tables queue what changes", tx -> {
            owner.check(tx);
            tx.waitBrieflyForLocks();
            for (CollectionPlan collection : plan.collections()) {
                ReverseTriggers.create(collection).forEach(tx::execute);
                if (!open.test(collection)) {
                    ReverseTriggers.fence(collection).forEach(tx::execute);
                }
            }
            tx.update("UPDATE changeover.reverse SET installed = coalesce(installed, now())");
        });
    }

    /** Takes the triggers off; what is queued stays. */
    public void remove(Owner owner, Plan plan, int major) throws InterruptedException {
        pg.change("have the tables queue no more", tx -> {
            owner.check(tx);
            tx.waitBrieflyForLocks();
            removal(plan, major).forEach(tx::execute);
            tx.update("UPDATE changeover.reverse SET installed = NULL");
        });
    }

    /** The statements that take the triggers off. */
    public List<String> removal(Plan plan, int major) {
        return plan.collections().stream()
                .flatMap(collection -> ReverseTriggers.drop(collection, major).stream())
                .toList();
    }

    /** How many entries there are, up to {@code most}. */
    public long size(int most) throws InterruptedException {
        return pg.transaction(
                "look at the queue of the way back",
                tx -> tx.row(
                                "SELECT count(*) FROM (SELECT 1 FROM changeover.reverse_queue LIMIT ?) few",
                                row -> row.getLong(1),
                                most)
                        .orElseThrow());
    }

    /** How many changes are held. */
    public long held() throws InterruptedException {
        return pg.transaction(
                "look at what MongoDB does not take",
                tx -> tx.row("SELECT count(*) FROM changeover.reverse_held", row -> row.getLong(1))
                        .orElseThrow());
    }

    /** At most so many of those that this transaction's snapshot shows: what commits later has any number. */
    public List<Entry> read(Tx tx, int most) {
        return tx.rows(
                "SELECT seq, namespace, id, mongo_id, extra::text FROM changeover.reverse_queue ORDER BY seq LIMIT ?",
                ReverseQueue::entry,
                most);
    }

    /** Removes exactly these, which are in MongoDB or held. */
    public void done(Tx tx, Collection<Long> seqs) {
        tx.update("DELETE FROM changeover.reverse_queue WHERE seq = ANY (?)", (Object) seqs.toArray(Long[]::new));
    }

    /** These are as their rows say: whatever was held of them is no longer. */
    public void settled(Tx tx, Namespace namespace, Collection<UUID> ids) {
        tx.update(
                "DELETE FROM changeover.reverse_held WHERE namespace = ? AND id = ANY (?)",
                namespace.toString(),
                ids.toArray(UUID[]::new));
    }

    /** Remembers changes that MongoDB does not take. */
    public void hold(Tx tx, List<Held> held) {
        if (held.isEmpty()) {
            return;
        }
        tx.updateAll(
                "INSERT INTO changeover.reverse_held (namespace, id, mongo_id, extra, reason)"
                        + " VALUES (?, ?, ?, ?::text::jsonb, ?) ON CONFLICT (namespace, id) DO UPDATE SET"
                        + " mongo_id = coalesce(excluded.mongo_id, reverse_held.mongo_id),"
                        + " extra = coalesce(excluded.extra, reverse_held.extra), reason = excluded.reason",
                held.stream()
                        .map(h -> new @Nullable Object[] {
                            h.namespace().toString(), h.id(), h.mongoId(), h.extra(), h.reason()
                        })
                        .toList());
    }

    /** What is held, the oldest first, as if it were queued, with the number 0. */
    public List<Entry> held(Tx tx, int most) {
        return tx.rows(
                "SELECT 0, namespace, id, mongo_id, extra::text FROM changeover.reverse_held"
                        + " ORDER BY since, namespace, id LIMIT ?",
                ReverseQueue::entry,
                most);
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getLong(1),
                Namespace.parse(row.getString(2)),
                Optional.ofNullable(row.getObject(3, UUID.class)),
                Optional.ofNullable(row.getString(4)),
                Optional.ofNullable(row.getString(5)));
    }
}
