package dev.changeover.state;

import dev.changeover.Namespace;
import dev.changeover.mapping.Tally;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fields that have come up in documents after the plan was made. Thread-safe. */
public final class Drift {
    /** Fields may be without end (keys as data); past this many of a collection they share a line. */
    private static final int FIELDS_MOST = 1_000;

    private final Pg pg;

    Drift(Pg pg) {
        this.pg = pg;
    }

    /** A field that the plan does not know; {@code type} is a BSON type's alias, {@code example} a mongo_id. */
    public record Field(Namespace namespace, String field, String type, long values, String example) {}

    /** Counts what a cut has written, in its transaction. */
    public void add(Tx tx, Namespace namespace, List<Tally.Unknown> unknown) {
        if (unknown.isEmpty()) {
            return;
        }
        Set<String> known = new HashSet<>(
                tx.texts("SELECT DISTINCT field FROM changeover.drift WHERE namespace = ?", namespace.toString()));
        List<@Nullable Object[]> rows = new ArrayList<>();
        for (Tally.Unknown one : unknown) {
            boolean own = known.contains(one.field()) || known.size() < FIELDS_MOST && known.add(one.field());
            rows.add(new Object[] {
                namespace.toString(),
                own ? one.field() : Tally.OTHER_FIELDS,
                one.type().alias(),
                one.values(),
                one.example()
            });
        }
        tx.updateAll("""
                INSERT INTO changeover.drift (namespace, field, type, value_count, example) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (namespace, field, type) DO UPDATE SET last_seen = now(),
                    value_count = drift.value_count + excluded.value_count""", rows);
    }

    /** Those seen most first in each collection. */
    public List<Field> fields() throws InterruptedException {
        return pg.transaction(
                "look for fields that the plan does not know",
                tx -> tx.rows(
                        "SELECT namespace, field, type, value_count, example FROM changeover.drift"
                                + " ORDER BY namespace, value_count DESC, field",
                        row -> new Field(
                                Namespace.parse(row.getString(1)),
                                row.getString(2),
                                row.getString(3),
                                row.getLong(4),
                                row.getString(5))));
    }
}
