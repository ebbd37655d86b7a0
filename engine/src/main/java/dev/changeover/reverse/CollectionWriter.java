package dev.changeover.reverse;

import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonValues;
import dev.changeover.mapping.DerivedId;
import dev.changeover.mapping.DocumentChange;
import dev.changeover.mapping.DocumentChange.Changed;
import dev.changeover.mapping.DocumentRows;
import dev.changeover.mapping.MongoId;
import dev.changeover.mongo.FencedWriter.Write;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.postgres.RowsById;
import dev.changeover.postgres.Tx;
import dev.changeover.reverse.Dirty.Outcome;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Decides, for the rows of one collection that changed, what becomes of their documents. Confined to one thread. */
final class CollectionWriter {
    /** What the server takes at most (BSONObjMaxUserSize). */
    private static final int DOCUMENT_MOST = 16 << 20;

    private final CollectionPlan plan;
    private final RowsById rows;
    private final DocumentChange change;
    private final DerivedId ids;

    CollectionWriter(CollectionPlan plan) {
        this.plan = plan;
        rows = new RowsById(plan);
        change = DocumentChange.compile(plan);
        ids = DerivedId.in(plan.namespace());
    }

    Namespace namespace() {
        return plan.namespace();
    }

    RowsById.Found read(Tx tx, Collection<UUID> of) {
        return rows.read(tx, of);
    }

    /** The key of a row's document; empty where the row does not tell it in the form that f writes. */
    Optional<IdBound> key(String mongoId, Optional<String> extra) {
        return MongoId.keyOf(plan.idType(), mongoId, extra);
    }

    String mongoId(IdBound key) {
        return MongoId.textOf(plan.idType(), key.document());
    }

    UUID id(IdBound key) {
        return ids.of(key);
    }

    /** What is to be done so that the document of {@code key} becomes what {@code row} says. */
    Outcome decide(IdBound key, Optional<DocumentRows> row, Optional<byte[]> document) {
        if (row.isEmpty()) {
            return document.isPresent()
                    ? new Outcome.Writes(List.of(new Write.Delete(namespace(), key)))
                    : Outcome.NOTHING;
        }
        Changed changed;
        try {
            changed = change.apply(row.get(), document);
        } catch (RuntimeException cannot) { // a value that no BSON type holds, or a mongo_extra that cannot be read
            return new Outcome.Held("its document cannot be made: " + cannot.getMessage());
        }
        if (!changed.unlike().isEmpty()) {
            return new Outcome.Held("no document has these values: " + String.join(", ", changed.unlike()));
        }
        byte[] bytes = changed.bytes();
        if (document.isPresent() && Arrays.equals(document.get(), bytes)) {
            return Outcome.NOTHING;
        }
        if (bytes.length > DOCUMENT_MOST) {
            return new Outcome.Held(
                    "its document would have " + bytes.length + " bytes, MongoDB takes " + DOCUMENT_MOST);
        }
        return writes(key, bytes, document.isPresent());
    }

    private Outcome writes(IdBound key, byte[] bytes, boolean there) {
        boolean dollar = false;
        BsonCursor at = new BsonCursor(bytes);
        while (at.next()) {
            dollar |= bytes[at.nameStart()] == '$';
            if (at.type() == BsonType.TIMESTAMP && BsonValues.int64(bytes, at.valueStart()) == 0) {
                return new Outcome.Held(
                        "MongoDB puts the current time in the place of Timestamp(0, 0) in " + at.name());
            }
        }
        Write insert = new Write.Insert(namespace(), bytes);
        if (!there) {
            return new Outcome.Writes(List.of(insert));
        }
        // A replacement may have no field whose name begins with a dollar sign, a new document may.
        return new Outcome.Writes(
                dollar
                        ? List.of(new Write.Delete(namespace(), key), insert)
                        : List.of(new Write.Replace(namespace(), bytes)));
    }
}
