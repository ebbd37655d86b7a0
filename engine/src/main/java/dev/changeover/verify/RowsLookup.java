package dev.changeover.verify;

import dev.changeover.IdBound;
import dev.changeover.bson.Ids;
import dev.changeover.bson.MalformedBsonException;
import dev.changeover.mapping.DerivedId;
import dev.changeover.mapping.DocumentBuilder;
import dev.changeover.mapping.MongoId;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.SqlText;
import dev.changeover.postgres.Tx;
import dev.changeover.state.Verifications.RowsPlace;
import dev.changeover.verify.DocumentRows.Found;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Looks for the documents of rows: a row whose id is not that of a document which is there at the cut is one too many.
 * Only keys are asked for. Confined to one thread.
 */
final class RowsLookup {
    private static final int ROWS_A_QUERY = 10_000;

    private final Mongo mongo;
    private final CollectionPlan plan;
    private final String select;

    RowsLookup(Mongo mongo, CollectionPlan plan) {
        this.mongo = mongo;
        this.plan = plan;
        select = "SELECT id || ' ' || coalesce(mongo_id, '') FROM " + SqlText.quoted(plan.table());
    }

    private record Row(UUID id, String mongoId) {}

    /** What the next rows after a place brought, and how far that is. */
    record Looked(Findings found, RowsPlace next) {}

    /** The next rows by id. */
    Looked next(Snapshot snapshot, RowsPlace place) throws InterruptedException {
        String after = place.after().map(id -> " WHERE id > '" + id + "'").orElse("");
        List<Row> rows = rows(snapshot.tx(), after + " ORDER BY id LIMIT " + ROWS_A_QUERY);
        Findings found = look(snapshot, rows);
        boolean last = rows.size() < ROWS_A_QUERY;
        if (last) {
            orphans(snapshot.tx(), found);
        }
        return new Looked(
                found,
                new RowsPlace(last ? place.after() : Optional.of(rows.getLast().id()), last));
    }

    /** The rows of these ids that are there. */
    Findings of(Snapshot snapshot, Collection<UUID> ids) throws InterruptedException {
        return look(
                snapshot,
                rows(
                        snapshot.tx(),
                        " WHERE id IN "
                                + quoted(ids.stream().map(UUID::toString).toList())));
    }

    private static String quoted(List<String> ids) {
        return ids.stream().map(id -> "'" + id + "'").collect(Collectors.joining(",", "(", ")"));
    }

    private List<Row> rows(Tx tx, String which) {
        return tx.texts(select + which).stream()
                .map(text -> new Row(UUID.fromString(text.substring(0, 36)), text.substring(37)))
                .toList();
    }

    private Findings look(Snapshot snapshot, List<Row> rows) throws InterruptedException {
        Findings found = new Findings(plan.namespace(), plan.table());
        found.rows = rows.size();
        List<Optional<IdBound>> keys = new ArrayList<>();
        for (Row row : rows) {
            keys.add(key(snapshot.tx(), row));
        }
        List<IdBound> asked = keys.stream().flatMap(Optional::stream).distinct().toList();
        DerivedId derived = DerivedId.in(plan.namespace());
        Set<UUID> there = new HashSet<>();
        if (!asked.isEmpty()) {
            mongo.idsAt(plan.namespace(), asked, snapshot.at(), batch -> {
                for (int i = 0; i < batch.size(); i++) {
                    there.add(derived.of(Ids.of(batch, i)));
                }
            });
        }
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            if (!there.contains(row.id())) {
                // A key that the id is not derived from is another row's, and no reason to read a document for this
                // one.
                found.surplus(
                        row.id(), keys.get(i).filter(key -> derived.of(key).equals(row.id())), row.mongoId());
            }
        }
        return found;
    }

    /** As mongo_id tells it; of a long key only its digest is there, and mongo_extra has the key. */
    private Optional<IdBound> key(Tx tx, Row row) {
        Optional<IdBound> told = MongoId.keyOf(plan.idType(), row.mongoId());
        return told.isPresent() || !MongoId.isDigest(row.mongoId()) ? told : rebuilt(tx, row.id());
    }

    private Optional<IdBound> rebuilt(Tx tx, UUID id) {
        String hex = id.toString().replace("-", "");
        Found found = new DocumentRows(plan).read(tx, List.of(hex)).get(hex);
        if (found == null) {
            return Optional.empty();
        }
        try {
            byte[] document = DocumentBuilder.compile(plan).build(found.row(), found.children());
            return Optional.of(Ids.of(document, 0, document.length));
        } catch (IllegalArgumentException | MalformedBsonException | UncheckedIOException damaged) {
            return Optional.empty();
        }
    }

    /** Child rows come and go with their parent in one cut: those of none are found without the source. */
    private void orphans(Tx tx, Findings found) {
        for (FieldPlan.Child child : plan.children()) {
            tx.searchTexts("SELECT c.parent_id || ' ' || count(*) FROM " + SqlText.quoted(child.table())
                            + " c WHERE NOT EXISTS (SELECT FROM " + SqlText.quoted(plan.table())
                            + " p WHERE p.id = c.parent_id) GROUP BY c.parent_id")
                    .forEach(text -> found.orphan(
                            UUID.fromString(text.substring(0, 36)), child.table(), Long.parseLong(text.substring(37))));
        }
    }
}
