package dev.changeover.reverse;

import dev.changeover.IdBound;
import dev.changeover.mapping.DocumentRows;
import dev.changeover.postgres.RowsById;
import dev.changeover.postgres.Tx;
import dev.changeover.state.ReverseQueue.Entry;
import dev.changeover.state.ReverseQueue.Held;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What one snapshot says of a collection's queued ids: whose documents are to become what. */
record Look(CollectionWriter collection, List<Dirty> dirty, List<Held> held) {
    void take(Tx tx, List<Entry> entries) {
        Set<UUID> ids = new LinkedHashSet<>();
        entries.forEach(entry -> ids.add(entry.id().orElseThrow()));
        RowsById.Found found = collection.read(tx, ids);
        for (UUID id : ids) {
            Optional<DocumentRows> row = found.of(id);
            if (row.isPresent()) {
                present(id, row.get());
            } else if (found.orphaned(id)) {
                hold(id, Optional.empty(), "child rows of a row that is not there");
            }
        }
        for (Entry entry : entries) { // keys that rows had: their documents go
            UUID id = entry.id().orElseThrow();
            if (found.of(id).isEmpty()) {
                former(entry).ifPresent(key -> absent(id, key));
            }
        }
    }

    private Optional<IdBound> former(Entry entry) {
        return entry.mongoId().flatMap(mongoId -> collection.key(mongoId, entry.extra()));
    }

    private void absent(UUID id, IdBound key) {
        boolean heldElsewhere = held.stream().anyMatch(h -> h.mongoId().equals(Optional.of(collection.mongoId(key))));
        Dirty gone = new Dirty(collection.namespace(), id, key, Optional.empty());
        // A row whose id was not the one of its key has never been written to MongoDB.
        if (collection.id(key).equals(id) && !heldElsewhere && !dirty.contains(gone)) {
            dirty.add(gone);
        }
    }

    private void present(UUID id, DocumentRows row) {
        Optional<IdBound> key = collection.key(row.mongoId(), row.extra());
        if (key.isEmpty()) {
            hold(id, Optional.of(row), "mongo_id is no key that MongoDB could have");
        } else if (!collection.id(key.get()).equals(id)) {
            hold(id, Optional.of(row), "id is not the one that mongo_id gives: " + collection.id(key.get()));
        } else {
            dirty.add(new Dirty(collection.namespace(), id, key.get(), Optional.of(row)));
        }
    }

    private void hold(UUID id, Optional<DocumentRows> row, String reason) {
        held.add(new Held(
                collection.namespace(), id, row.map(DocumentRows::mongoId), row.flatMap(DocumentRows::extra), reason));
    }
}
