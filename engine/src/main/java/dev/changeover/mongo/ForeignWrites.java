package dev.changeover.mongo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import dev.changeover.ClusterTime;
import dev.changeover.Namespace;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;

/**
 * Looks in the oplog for writes of others than the user that writes back: an entry names its user by a digest, and whoever
 * moves the fencing document is that user.
 */
final class ForeignWrites {
    private static final String FENCES = FencedWriter.FENCES.toString();

    private ForeignWrites() {}

    /** The first one to {@code namespaces} after {@code since}; fails with the driver's exception where it may not look. */
    static Optional<String> first(MongoClient client, Collection<Namespace> namespaces, ClusterTime since) {
        MongoCollection<BsonDocument> oplog = OplogFacts.oplog(client);
        BsonDocument later = new BsonDocument("ts", new BsonDocument("$gt", new BsonTimestamp(since.bits())));
        List<BsonValue> own = oplog.distinct(
                        "lsid.uid", later.clone().append("o.applyOps.ns", new BsonString(FENCES)), BsonValue.class)
                .into(new ArrayList<>());
        List<BsonString> names =
                namespaces.stream().map(name -> new BsonString(name.toString())).toList();
        BsonDocument among = new BsonDocument("$in", new BsonArray(names));
        BsonDocument single = BsonDocument.parse("{op: {$in: ['i', 'u', 'd']}}").append("ns", among);
        BsonDocument several = BsonDocument.parse("{op: 'c'}").append("o.applyOps.ns", among);
        BsonDocument foreign = later.clone()
                .append("$or", new BsonArray(List.of(single, several)))
                .append("lsid.uid", new BsonDocument("$nin", new BsonArray(own)));
        BsonDocument found = oplog.find(foreign)
                .projection(BsonDocument.parse("{ts: 1, ns: 1, op: 1}"))
                .first();
        return Optional.ofNullable(found).map(entry -> {
            ClusterTime at = ClusterTime.ofBits(entry.getTimestamp("ts").getValue());
            boolean transaction = entry.getString("op").getValue().equals("c");
            return (transaction
                            ? "a transaction"
                            : "a write to " + entry.getString("ns").getValue()) + " at " + at;
        });
    }
}
