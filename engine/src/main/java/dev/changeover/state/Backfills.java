package dev.changeover.state;

import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import dev.changeover.state.Spool.Dirty;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Which documents are still to be read anew because their fields got columns while they were followed. Thread-safe.
 */
public final class Backfills {
    private final Pg pg;

    Backfills(Pg pg) {
        this.pg = pg;
    }

    /**
     * The documents of a collection from {@code from} on that have one of {@code fields}, or without fields all of them;
     * {@code documents} are in the spool or applied already.
     */
    public record Open(Namespace namespace, List<String> fields, Optional<IdBound> from, long documents) {}

    /** From the beginning, in the transaction that gives the fields their columns. */
    static void add(Tx tx, Namespace namespace, List<String> fields) {
        tx.update("""
                INSERT INTO changeover.backfill (namespace, fields) VALUES (?, ?)
                ON CONFLICT (namespace) DO UPDATE SET from_id = NULL, documents = 0,
                    fields = CASE WHEN '{}' IN (backfill.fields, excluded.fields) THEN '{}'
                                  ELSE backfill.fields || excluded.fields END""", namespace.toString(), fields.toArray(String[]::new));
    }

    public List<Open> open() throws InterruptedException {
        return pg.transaction(
                "look for new columns that are not filled",
                tx -> tx.rows(
                        "SELECT namespace, fields, from_id, documents FROM changeover.backfill ORDER BY namespace",
                        Backfills::open));
    }

    private static Open open(ResultSet row) throws SQLException {
        return new Open(
                Namespace.parse(row.getString(1)),
                List.of((String[]) row.getArray(2).getArray()),
                Optional.ofNullable(row.getBytes(3)).map(IdBound::new),
                row.getLong(4));
    }

    /** Puts documents into the spool; all before {@code next} are there then, or without it all. */
    public void spool(Owner owner, Namespace namespace, List<Dirty> dirty, Optional<IdBound> next)
            throws InterruptedException {
        pg.change("spool documents for new columns", tx -> {
            owner.check(tx);
            Spool.add(tx, dirty);
            tx.update(
                    "UPDATE changeover.backfill SET from_id = coalesce(?, from_id), documents = documents + ?"
                            + " WHERE namespace = ?",
                    next.map(IdBound::document).orElse(null),
                    dirty.size(),
                    namespace.toString());
        });
    }

    /** All of a collection's are applied. */
    public void done(Owner owner, Namespace namespace) throws InterruptedException {
        pg.change("note that new columns are filled", tx -> {
            owner.check(tx);
            tx.update("DELETE FROM changeover.backfill WHERE namespace = ?", namespace.toString());
        });
    }
}
