package dev.changeover.dump;

import dev.changeover.Namespace;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/**
 * A collection as a dump has it. {@code type} is the catalog's: collection, view or timeseries; {@code options} and
 * {@code indexes} are what its metadata say.
 */
record Stored(Namespace namespace, String type, BsonDocument options, List<BsonDocument> indexes, Data data) {
    Stored {
        indexes = List.copyOf(indexes);
    }

    /** Of a collection that nothing is told of but its documents. */
    static Stored bare(Namespace namespace, Data data) {
        return new Stored(namespace, "collection", new BsonDocument(), List.of(), data);
    }

    /** {@code metadata} is the text of mongodump's .metadata.json. */
    static Stored of(Namespace namespace, String metadata, Data data) {
        BsonDocument told;
        try {
            told = BsonDocument.parse(metadata);
        } catch (RuntimeException e) { // of many kinds
            throw Damage.unreadable("the metadata of " + namespace, "they are no JSON: " + e.getMessage(), e);
        }
        List<BsonDocument> indexes = new ArrayList<>();
        for (BsonValue index : told.getArray("indexes", new BsonArray())) {
            indexes.add(index.asDocument());
        }
        String type = told.getString("type", new BsonString("collection")).getValue();
        BsonDocument options = told.getDocument("options", new BsonDocument());
        String name = told.getString("collectionName", new BsonString(namespace.collection()))
                .getValue();
        return new Stored(
                new Namespace(namespace.database(), name),
                options.containsKey("viewOn") ? "view" : type.isEmpty() ? "collection" : type,
                options,
                indexes,
                data);
    }

    Stored named(Namespace other) {
        return new Stored(other, type, options, indexes, data);
    }

    Stored with(BsonDocument otherOptions, List<BsonDocument> otherIndexes) {
        return new Stored(namespace, type, otherOptions, otherIndexes, data);
    }

    Stored emptied() {
        return new Stored(namespace, type, options, indexes, Data.NONE);
    }
}
