package dev.changeover.verify;

import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.plan.TableName;
import dev.changeover.state.Difference;
import dev.changeover.state.Difference.Kind;
import dev.changeover.state.Verifications;
import dev.changeover.verify.RowMatch.Mismatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What one part brings: counts, the first differences, and the documents that differ. Confined to one thread. */
final class Findings {
    private static final int KEPT = Verifications.KEPT;

    private final Namespace namespace;
    private final TableName table;
    private final List<Difference> kept = new ArrayList<>();
    private final Map<UUID, IdBound> documentsInDoubt = new HashMap<>();
    private final Set<UUID> rowsInDoubt = new HashSet<>();
    long documents;
    long rows;
    long childRows;
    long undecided;
    private long differing;
    private long missing;
    private long surplus;
    private long orphans;

    Findings(Namespace namespace, TableName table) {
        this.namespace = namespace;
        this.table = table;
    }

    void differs(UUID id, IdBound key, String mongoId, List<Mismatch> columns) {
        differing++;
        documentsInDoubt.put(id, key);
        columns.forEach(one -> keep(new Difference(
                namespace,
                Kind.DIFFERS,
                id,
                Optional.of(key),
                mongoId,
                one.table(),
                one.column(),
                one.expected(),
                one.actual())));
    }

    void missing(UUID id, IdBound key, String mongoId) {
        missing++;
        documentsInDoubt.put(id, key);
        keep(whole(Kind.MISSING, id, Optional.of(key), mongoId, table, "a row", "no row"));
    }

    void surplus(UUID id, Optional<IdBound> key, String mongoId) {
        surplus++;
        rowsInDoubt.add(id);
        keep(whole(Kind.SURPLUS, id, key, mongoId, table, "no row", "a row"));
    }

    void orphan(UUID parent, TableName child, long count) {
        orphans++;
        keep(whole(Kind.ORPHAN, parent, Optional.empty(), "", child, "no rows", count + " rows"));
    }

    /** Of one document, found before. */
    void add(List<Difference> ofOne) {
        switch (ofOne.getFirst().kind()) {
            case DIFFERS -> differing++;
            case MISSING -> missing++;
            case SURPLUS -> surplus++;
            case ORPHAN -> orphans++;
        }
        ofOne.forEach(this::keep);
    }

    private Difference whole(
            Kind kind, UUID id, Optional<IdBound> key, String mongoId, TableName of, String expected, String actual) {
        return new Difference(namespace, kind, id, key, mongoId, of, "(rows)", expected, actual);
    }

    private void keep(Difference difference) {
        if (kept.size() < KEPT) {
            kept.add(difference);
        }
    }

    List<Difference> differences() {
        return kept;
    }

    /** The documents that differ or have no row, by the id of the row that they should have. */
    Map<UUID, IdBound> documentsInDoubt() {
        return documentsInDoubt;
    }

    /** The rows that seem to have no document. */
    Set<UUID> rowsInDoubt() {
        return rowsInDoubt;
    }

    Verifications.Counts counts() {
        return new Verifications.Counts(documents, rows, childRows, differing, missing, surplus, orphans, undecided);
    }
}
