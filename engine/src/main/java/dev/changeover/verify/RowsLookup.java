package dev.changeover.verify;

import dev.changeover.IdBound;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.Ids;
import dev.changeover.mapping.DerivedId;
import dev.changeover.mapping.MongoId;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.SqlText;
import dev.changeover.postgres.RowsById;
import dev.changeover.postgres.Tx;
import dev.changeover.state.Verifications.RowsPlace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Looks for the documents of rows: a row whose id is not that of a document which is there at the cut is one too many.
 * Only keys are asked for, and where a count tells that no row is too many, none. Confined to one thread.
 */
final class RowsLookup {
    private static final int UUID_LENGTH = 36;

    /** So many rows are looked up by their keys. */
    private static final int FEW = 100;

    private final Mongo mongo;
    private final CollectionPlan plan;
    private final int pageRows;
    private final String select;
    private final RowsById byId;

    RowsLookup(Mongo mongo, CollectionPlan plan, int pageRows) {
        this.mongo = mongo;
        this.plan = plan;
        this.pageRows = pageRows;
        byId = new RowsById(plan);
        select = "SELECT id || ' ' || coalesce(mongo_id, '') FROM " + SqlText.quoted(plan.table());
    }

    private record Row(UUID id, String mongoId) {}

    /** What the next rows after a place brought, and how far that is. */
    record Looked(Findings found, RowsPlace next) {}

    /** The next rows by id. */
    Looked next(Snapshot snapshot, RowsPlace place) throws InterruptedException {
        String after = place.after().map(id -> " WHERE id > '" + id + "'").orElse("");
        List<Row> rows = rows(snapshot.tx(), after + " ORDER BY id LIMIT " + pageRows);
        Findings found = look(snapshot, rows);
        boolean last = rows.size() < pageRows;
        if (last) {
            orphans(snapshot.tx(), plan, found);
        }
        return new Looked(
                found,
                new RowsPlace(last ? place.after() : Optional.of(rows.getLast().id()), last));
    }

    /**
     * The rows of a range of ids, of which {@code known} were found by their documents in the same snapshot: when there are no
     * more of them, each has its document.
     */
    void rest(Snapshot snapshot, IdRange range, long known, Findings found) throws InterruptedException {
        long there = snapshot.tx().count(plan.table(), range.condition());
        found.rows += there;
        if (there == known) {
            return;
        }
        String after = "";
        while (true) {
            List<Row> rows =
                    rows(snapshot.tx(), " WHERE " + range.condition() + after + " ORDER BY id LIMIT " + pageRows);
            found.addSurplus(look(snapshot, rows));
            if (rows.size() < pageRows) {
                return;
            }
            after = " AND id > '" + rows.getLast().id() + "'";
        }
    }

    /** What there is to find of a collection whose rows were counted range by range. */
    Looked orphans(Snapshot snapshot) {
        Findings found = new Findings(plan.namespace(), plan.table());
        orphans(snapshot.tx(), plan, found);
        return new Looked(found, new RowsPlace(Optional.empty(), true));
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
                .map(text -> new Row(uuid(text), rest(text)))
                .toList();
    }

    private Findings look(Snapshot snapshot, List<Row> rows) throws InterruptedException {
        Findings found = new Findings(plan.namespace(), plan.table());
        found.rows = rows.size();
        Map<UUID, IdBound> keys = keys(snapshot.tx(), rows);
        DerivedId derived = DerivedId.in(plan.namespace());
        Set<UUID> there = there(snapshot, rows, keys, derived);
        for (Row row : rows) {
            if (!there.contains(row.id())) {
                // A key that the id is not derived from is another row's: no document of it is this row's.
                Optional<IdBound> own = Optional.ofNullable(keys.get(row.id()))
                        .filter(key -> derived.of(key).equals(row.id()));
                found.surplus(row.id(), own, row.mongoId());
            }
        }
        return found;
    }

    /** The ids of documents that are there: of all those whose keys these are, and perhaps of others. */
    private Set<UUID> there(Snapshot snapshot, List<Row> rows, Map<UUID, IdBound> keys, DerivedId derived)
            throws InterruptedException {
        Set<UUID> there = new HashSet<>();
        Mongo.Each each = batch -> {
            for (int i = 0; i < batch.size(); i++) {
                there.add(derived.of(Ids.of(batch, i)));
            }
        };
        IdBound first = rows.size() > FEW ? keys.get(rows.getFirst().id()) : null;
        if (first != null && plan.idType() == BsonType.OBJECT_ID) {
            // Their ids are in the order of their keys: they are a piece of the source's index, which is read faster
            // than searched.
            mongo.idsFrom(plan.namespace(), first, rows.size(), snapshot.at(), each);
        }
        Set<IdBound> left = new LinkedHashSet<>();
        for (Row row : rows) {
            IdBound key = keys.get(row.id());
            if (key != null && !there.contains(row.id())) {
                left.add(key);
            }
        }
        if (!left.isEmpty()) {
            mongo.idsAt(plan.namespace(), List.copyOf(left), snapshot.at(), each);
        }
        return there;
    }

    /** As mongo_id tells them; of long keys only the digests are there, and mongo_extra has the keys. */
    private Map<UUID, IdBound> keys(Tx tx, List<Row> rows) {
        Map<UUID, IdBound> keys = new HashMap<>();
        List<UUID> digests = new ArrayList<>();
        for (Row row : rows) {
            if (MongoId.isDigest(row.mongoId())) {
                digests.add(row.id());
            } else {
                MongoId.keyOf(plan.idType(), row.mongoId(), Optional.empty()).ifPresent(key -> keys.put(row.id(), key));
            }
        }
        byId.read(tx, digests)
                .rows()
                .forEach((id, row) ->
                        MongoId.keyOf(plan.idType(), row.mongoId(), row.extra()).ifPresent(key -> keys.put(id, key)));
        return keys;
    }

    /** Child rows come and go with their parent in one cut: those of none are found without the source. */
    static void orphans(Tx tx, CollectionPlan plan, Findings found) {
        for (FieldPlan.Child child : plan.children()) {
            tx.searchTexts("SELECT c.parent_id || ' ' || count(*) FROM " + SqlText.quoted(child.table())
                            + " c WHERE NOT EXISTS (SELECT FROM " + SqlText.quoted(plan.table())
                            + " p WHERE p.id = c.parent_id) GROUP BY c.parent_id")
                    .forEach(text -> found.orphan(uuid(text), child.table(), Long.parseLong(rest(text))));
        }
    }

    /** The texts asked for begin with an id and a space. */
    private static UUID uuid(String text) {
        return UUID.fromString(text.substring(0, UUID_LENGTH));
    }

    private static String rest(String text) {
        return text.substring(UUID_LENGTH + 1);
    }
}
