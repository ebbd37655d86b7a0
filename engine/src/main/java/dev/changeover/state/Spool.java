package dev.changeover.state;

import dev.changeover.ChangeBatch;
import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.ResumeToken;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which documents have changed and are not yet applied, how far the change stream has been read, and the last cut (I4:
 * a change leaves the spool in the transaction that applies it, and no later change of the same document with it).
 * Thread-safe.
 */
public final class Spool {
    private final Pg pg;

    Spool(Pg pg) {
        this.pg = pg;
    }

    /**
     * A document that has changed, first at {@code first} and last at {@code last} of what is not yet applied;
     * {@code id} is its row's. A cut needs both: it must have every document that changed at or before it, and may only
     * forget those that did not change after it.
     */
    public record Dirty(Namespace namespace, UUID id, IdBound key, ClusterTime first, ClusterTime last) {}

    /** How far the stream has been read: {@code token} reopens it there. */
    public record Position(ResumeToken token, ClusterTime at) {}

    /** The last cut: every row is what MongoDB held at {@code at}. */
    public record Cut(ClusterTime at, long number) {}

    private static BigDecimal number(ClusterTime time) {
        return new BigDecimal(Long.toUnsignedString(time.bits()));
    }

    private static ClusterTime time(BigDecimal number) {
        return ClusterTime.ofBits(number.longValue());
    }

    /** Stores a batch's dirty documents (each once) and the position behind it, in one transaction. */
    public void add(Owner owner, ChangeBatch batch, List<Dirty> dirty) throws InterruptedException {
        pg.change("spool " + dirty.size() + " changed keys", tx -> {
            owner.check(tx);
            List<@Nullable Object[]> rows = new ArrayList<>(dirty.size());
            for (Dirty one : dirty) {
                rows.add(new Object[] {
                    one.namespace().toString(), one.id(), one.key().document(), number(one.first()), number(one.last())
                });
            }
            if (!rows.isEmpty()) {
                tx.updateAll("""
                        INSERT INTO changeover.dirty (namespace, id, key, first, last) VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT (namespace, id) DO UPDATE SET first = least(dirty.first, excluded.first),
                            last = greatest(dirty.last, excluded.last)""", rows);
            }
            tx.update(
                    "UPDATE changeover.stream SET token = ?, position = ?",
                    batch.token().json(),
                    number(batch.position()));
        });
    }

    public Optional<Position> position() throws InterruptedException {
        return pg.transaction(
                "look how far the stream was read",
                tx -> tx.row(
                        "SELECT token, position FROM changeover.stream WHERE token IS NOT NULL",
                        row -> new Position(new ResumeToken(row.getString(1)), time(row.getBigDecimal(2)))));
    }

    public Optional<Cut> cut() throws InterruptedException {
        return pg.transaction("look for the last cut", Spool::cut);
    }

    private static Optional<Cut> cut(Tx tx) {
        return tx.row(
                "SELECT at, number FROM changeover.cut WHERE at IS NOT NULL",
                row -> new Cut(time(row.getBigDecimal(1)), row.getLong(2)));
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

    /** Takes documents off the spool, in the transaction that applies them as of {@code at}; later changes stay (I4). */
    public void applied(Tx tx, List<Dirty> dirty, ClusterTime at) {
        List<@Nullable Object[]> rows = new ArrayList<>(dirty.size());
        dirty.forEach(one -> rows.add(new Object[] {number(at), one.namespace().toString(), one.id(), number(at)}));
        if (!rows.isEmpty()) {
            tx.updateAll("UPDATE changeover.dirty SET first = ? + 1 WHERE namespace = ? AND id = ? AND last > ?", rows);
            tx.updateAll(
                    "DELETE FROM changeover.dirty WHERE last <= ? AND namespace = ? AND id = ? AND first <= ?", rows);
        }
    }

    /** Notes the cut in the transaction that brings its rows: only the owner, and only onward (I3). */
    public void reached(Tx tx, Owner owner, ClusterTime at) {
        owner.check(tx);
        int hit = tx.update("""
                UPDATE changeover.cut SET at = ?, number = number + 1, epoch = ?, taken = clock_timestamp()
                WHERE (at IS NULL OR at < ?) AND (epoch IS NULL OR epoch <= ?)""", number(at), owner.epoch(), number(at), owner.epoch());
        if (hit != 1) {
            throw new FailedException(
                    new Failure.Transient(tx.during(), "another cut was taken meanwhile", Duration.ofMillis(100)));
        }
    }
}
