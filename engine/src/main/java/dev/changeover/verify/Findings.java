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
    private final Map<UUID, Doubt> doubts = new HashMap<>();
    private final Set<UUID> orphaned = new HashSet<>();
    long documents;
    long rows;
    long childRows;
    long undecided;
    private long differing;
    private long missing;
    private long surplus;
    private long orphans;

    /** A document that differs or has no row, or a row that has no document; without orphans, which nothing can excuse. */
    record Doubt(Kind kind, Optional<IdBound> key) {}

    Findings(Namespace namespace, TableName table) {
        this.namespace = namespace;
        this.table = table;
    }

    void differs(UUID id, IdBound key, String mongoId, List<Mismatch> columns) {
        doubt(id, new Doubt(Kind.DIFFERS, Optional.of(key)));
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
        doubt(id, new Doubt(Kind.MISSING, Optional.of(key)));
        keep(whole(Kind.MISSING, id, Optional.of(key), mongoId, table, "a row", "no row"));
    }

    void surplus(UUID id, Optional<IdBound> key, String mongoId) {
        doubt(id, new Doubt(Kind.SURPLUS, key));
        keep(whole(Kind.SURPLUS, id, key, mongoId, table, "no row", "a row"));
    }

    void orphan(UUID parent, TableName child, long count) {
        orphans++;
        orphaned.add(parent);
        keep(whole(Kind.ORPHAN, parent, Optional.empty(), "", child, "no rows", count + " rows"));
    }

    private void doubt(UUID id, Doubt doubt) {
        doubts.put(id, doubt);
        switch (doubt.kind()) {
            case DIFFERS -> differing++;
            case MISSING -> missing++;
            case SURPLUS -> surplus++;
            case ORPHAN -> throw new IllegalArgumentException("an orphan is none");
        }
    }

    /** Takes over what {@code found} says of these ids. */
    void add(Findings found, Set<UUID> ids) {
        found.doubts.forEach((id, doubt) -> {
            if (ids.contains(id)) {
                doubt(id, doubt);
            }
        });
        found.kept.stream().filter(one -> ids.contains(one.id())).forEach(this::keep);
    }

    /** Takes over which rows have no document, but for those that were found by one, and differ. */
    void addSurplus(Findings found) {
        Set<UUID> others = new HashSet<>(found.doubts.keySet());
        others.removeAll(doubts.keySet());
        add(found, others);
    }

    /** Takes over what needs no settling: how much was compared, and child rows without a parent. */
    void addCertain(Findings found) {
        documents += found.documents;
        rows += found.rows;
        childRows += found.childRows;
        orphans += found.orphans;
        orphaned.addAll(found.orphaned);
        found.kept.stream().filter(one -> one.kind() == Kind.ORPHAN).forEach(this::keep);
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

    /** By the id of the row, or of the row that there should be. */
    Map<UUID, Doubt> doubts() {
        return doubts;
    }

    /** The parents that are not there, of child rows that are. */
    Set<UUID> orphaned() {
        return orphaned;
    }

    Verifications.Counts counts() {
        return new Verifications.Counts(documents, rows, childRows, differing, missing, surplus, orphans, undecided);
    }
}
