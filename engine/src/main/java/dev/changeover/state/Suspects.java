package dev.changeover.state;

import dev.changeover.Namespace;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Documents that a verification watches: whether a pass writes any of their rows anew. Whoever changes what is watched locks
 * the cut's row first, as every pass does before it looks here: a pass either ends before, or sees what is watched from then
 * on. Thread-safe.
 */
public final class Suspects {
    private static final String BETWEEN_PASSES = "SELECT 1 FROM changeover.cut FOR UPDATE";

    private final Pg pg;

    Suspects(Pg pg) {
        this.pg = pg;
    }

    /** Watches the documents of these rows from now on; returns the name of the watch. */
    public UUID watch(Namespace namespace, Collection<UUID> ids) throws InterruptedException {
        UUID watch = UUID.randomUUID();
        pg.change("watch documents that seem to differ", tx -> {
            tx.rows(BETWEEN_PASSES, row -> true);
            tx.work(
                    "INSERT INTO changeover.suspect (watch, namespace, id) SELECT ?, ?, * FROM unnest(?::uuid[])"
                            + " ON CONFLICT DO NOTHING",
                    watch,
                    namespace.toString(),
                    ids.toArray(UUID[]::new));
        });
        return watch;
    }

    /** In a pass, when it has noted itself: whether any are watched. */
    public boolean any(Tx tx) {
        return tx.row("SELECT 1 FROM changeover.suspect LIMIT 1", row -> true).isPresent();
    }

    /** In such a pass: the documents that it has read anew, whether or not that changed their rows. */
    public void touched(Tx tx, Namespace namespace, UUID[] ids) {
        tx.work(
                "UPDATE changeover.suspect SET touched = true WHERE namespace = ? AND id = ANY (?)",
                namespace.toString(),
                ids);
    }

    /** Those of a watch that no pass has read anew. */
    public Set<UUID> untouched(UUID watch) throws InterruptedException {
        return new HashSet<>(pg.transaction(
                "look which documents were read anew",
                tx -> tx.rows(
                        "SELECT id FROM changeover.suspect WHERE watch = ? AND NOT touched",
                        row -> row.getObject(1, UUID.class),
                        watch)));
    }

    /** Ends a watch. */
    public void forget(UUID watch) throws InterruptedException {
        pg.change("watch no longer", tx -> {
            tx.rows(BETWEEN_PASSES, row -> true);
            tx.work("DELETE FROM changeover.suspect WHERE watch = ?", watch);
        });
    }

    /** Ends the watches of a verification that was stopped. */
    public void clear() throws InterruptedException {
        pg.change("watch no longer", tx -> {
            tx.rows(BETWEEN_PASSES, row -> true);
            tx.work("DELETE FROM changeover.suspect");
        });
    }
}
