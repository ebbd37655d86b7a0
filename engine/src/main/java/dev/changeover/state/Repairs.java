package dev.changeover.state;

import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.postgres.Pg;
import dev.changeover.state.Spool.Dirty;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Rows that were found to differ, until the process that follows has taken them over into the spool. Thread-safe. */
public final class Repairs {
    private final Pg pg;

    Repairs(Pg pg) {
        this.pg = pg;
    }

    /** A row to be written anew from the document of {@code key}; without a key, no document can be its own: it goes. */
    public record Wrong(Namespace namespace, UUID id, Optional<IdBound> key) {}

    /** Notes what a verification has found, up to what is kept of it; rows that have to go come first. */
    public int ask(long verification) throws InterruptedException {
        return pg.<Integer>transaction("note what is to be put right", tx -> tx.work("""
                        INSERT INTO changeover.repair (namespace, id, key)
                        SELECT namespace, id, (array_agg(key) FILTER (WHERE key IS NOT NULL))[1]
                        FROM changeover.difference WHERE verification = ? GROUP BY namespace, id
                        ORDER BY bool_or(key IS NOT NULL), namespace, id
                        ON CONFLICT (namespace, id) DO NOTHING""", verification));
    }

    /** How many wait to be taken over. */
    public long waiting() throws InterruptedException {
        return pg.<Long>transaction(
                "look what is to be put right",
                tx -> tx.row("SELECT count(*) FROM changeover.repair", row -> row.getLong(1))
                        .orElseThrow());
    }

    /** The first {@code most}. */
    public List<Wrong> first(int most) throws InterruptedException {
        return pg.transaction(
                "look what is to be put right",
                tx -> tx.rows(
                        "SELECT namespace, id, key FROM changeover.repair ORDER BY number LIMIT ?",
                        row -> new Wrong(
                                Namespace.parse(row.getString(1)),
                                row.getObject(2, UUID.class),
                                Optional.ofNullable(row.getBytes(3)).map(IdBound::new)),
                        most));
    }

    /** They are in the spool now; {@code absent} are rows without a document. */
    public void spool(Owner owner, List<Dirty> present, List<Dirty> absent) throws InterruptedException {
        List<Dirty> some = Stream.concat(present.stream(), absent.stream()).toList();
        pg.change("spool rows that are to be put right", tx -> {
            owner.check(tx);
            Spool.add(tx, present);
            Spool.addAbsent(tx, absent);
            tx.work(
                    "DELETE FROM changeover.repair r USING unnest(?::text[], ?::uuid[]) d (namespace, id)"
                            + " WHERE r.namespace = d.namespace AND r.id = d.id",
                    Spool.namespaces(some),
                    Spool.ids(some));
        });
    }
}
