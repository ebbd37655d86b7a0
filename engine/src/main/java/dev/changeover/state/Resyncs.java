package dev.changeover.state;

import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.Namespace;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import dev.changeover.state.Spool.Dirty;
import dev.changeover.state.Verifications.Found;
import dev.changeover.state.Verifications.Mode;
import dev.changeover.state.Verifications.RowsPlace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * How far a comparison of all rows is that follows a loss of changes: remembered as a verification is, but what differs is
 * spooled in the transaction that marks its part as done. Thread-safe.
 */
public final class Resyncs {
    private final Pg pg;

    Resyncs(Pg pg) {
        this.pg = pg;
    }

    /** The one that was begun and has not ended. */
    public Optional<Long> open() throws InterruptedException {
        return pg.transaction(
                "look for a resync",
                tx -> tx.row(
                        "SELECT max(id) FROM changeover.verification WHERE mode = 'resync' AND ended IS NULL"
                                + " HAVING max(id) IS NOT NULL",
                        row -> row.getLong(1)));
    }

    /**
     * From {@code t0} on the stream is read again; whatever was before is found by comparing {@code parts}. So names stand for
     * the collections {@code from}, whatever happened to them, and what was verified before says nothing any more.
     */
    public void begin(
            Owner owner,
            ClusterTime t0,
            Map<Namespace, Optional<UUID>> from,
            Map<Namespace, List<Chunk>> parts,
            String who)
            throws InterruptedException {
        pg.change("begin a resync", tx -> {
            owner.check(tx);
            tx.update("DELETE FROM changeover.verification");
            tx.update("DELETE FROM changeover.reset");
            Spool.moveTo(tx, t0);
            from.forEach((namespace, uuid) -> Spool.standsFor(tx, namespace, uuid));
            Verifications.insert(tx, new Verifications.Intent(Mode.RESYNC, true, who, Optional.empty()), parts);
        });
    }

    /** What is to be read anew: documents that may be there, and rows that can have none. */
    public record Wrong(List<Dirty> present, List<Dirty> absent) {
        private void spool(Tx tx) {
            Spool.add(tx, present);
            Spool.addAbsent(tx, absent);
        }
    }

    /** A part is compared, and what differs of it is in the spool. */
    public void compared(Owner owner, long id, Chunk part, Found found, Wrong wrong) throws InterruptedException {
        pg.change("spool what differs of " + part.namespace(), tx -> {
            owner.check(tx);
            wrong.spool(tx);
            Verifications.compared(tx, id, part, found);
        });
    }

    /** The documents of some rows were looked for, and those without one are in the spool. */
    public void looked(Owner owner, long id, Namespace namespace, Looked looked, Wrong wrong)
            throws InterruptedException {
        pg.change("spool what differs of " + namespace, tx -> {
            owner.check(tx);
            wrong.spool(tx);
            Verifications.looked(tx, id, namespace, looked.place(), looked.next(), looked.found());
        });
    }

    /** The rows after a place, up to the next. */
    public record Looked(RowsPlace place, RowsPlace next, Found found) {}

    /** A cut has taken all that was found. */
    public void ended(Owner owner, long id) throws InterruptedException {
        pg.change("end the resync", tx -> {
            owner.check(tx);
            tx.update("UPDATE changeover.verified SET ended = clock_timestamp() WHERE verification = ?", id);
            tx.update("UPDATE changeover.verification SET ended = clock_timestamp() WHERE id = ?", id);
        });
    }
}
