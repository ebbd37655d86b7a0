package dev.changeover.mongo;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import dev.changeover.ClusterTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonTimestamp;

/** How far back the oplog reaches: from the oplog itself, or, where it may not be read, from the server's status. */
final class OplogFacts {
    private OplogFacts() {}

    /** Empty where neither may be asked: the answer to reading it, tried by {@link Probes}, says why. */
    static Optional<ServerFacts.Oplog> of(MongoClient client) {
        return fromItself(client).or(() -> fromStatus(client));
    }

    /** The span between its first and last entry. */
    static Duration ends(MongoClient client) {
        return Duration.ofSeconds(
                end(client, -1).getTime() - (long) end(client, 1).getTime());
    }

    /** The time of its first entry; empty where it cannot be had, on mongos for example. */
    static Optional<ClusterTime> begins(MongoClient client) {
        try {
            return Optional.of(end(client, 1)).filter(OplogFacts::known).map(OplogFacts::time);
        } catch (MongoException e) {
            return statusOf(client)
                    .filter(oplog -> oplog.isTimestamp("earliestOptime"))
                    .map(oplog -> oplog.getTimestamp("earliestOptime"))
                    .filter(OplogFacts::known)
                    .map(OplogFacts::time);
        }
    }

    private static boolean known(BsonTimestamp time) {
        return time.getValue() != 0;
    }

    private static ClusterTime time(BsonTimestamp time) {
        return ClusterTime.ofBits(time.getValue());
    }

    private static Optional<ServerFacts.Oplog> fromItself(MongoClient client) {
        try {
            Duration held = ends(client);
            BsonDocument stats = oplog(client)
                    .aggregate(List.of(BsonDocument.parse("{$collStats: {storageStats: {}}}")), BsonDocument.class)
                    .first();
            BsonDocument storage =
                    stats == null ? new BsonDocument() : stats.getDocument("storageStats", new BsonDocument());
            return Optional.of(new ServerFacts.Oplog(
                    held, Catalog.number(storage.get("size")), Catalog.number(storage.get("maxSize"))));
        } catch (MongoException e) {
            return Optional.empty();
        }
    }

    private static Optional<ServerFacts.Oplog> fromStatus(MongoClient client) {
        return statusOf(client)
                .filter(oplog -> oplog.isTimestamp("earliestOptime") && oplog.isTimestamp("latestOptime"))
                .map(oplog -> new ServerFacts.Oplog(
                        Duration.ofSeconds(oplog.getTimestamp("latestOptime").getTime()
                                - (long) oplog.getTimestamp("earliestOptime").getTime()),
                        0,
                        0));
    }

    private static Optional<BsonDocument> statusOf(MongoClient client) {
        try {
            return Optional.of(client.getDatabase("admin")
                    .runCommand(BsonDocument.parse("{serverStatus: 1, oplog: 1}"), BsonDocument.class)
                    .getDocument("oplog", new BsonDocument()));
        } catch (MongoException e) {
            return Optional.empty();
        }
    }

    private static BsonTimestamp end(MongoClient client, int direction) {
        BsonDocument entry = oplog(client)
                .find()
                .sort(new BsonDocument("$natural", new BsonInt32(direction)))
                .projection(BsonDocument.parse("{ts: 1}"))
                .first();
        return entry == null ? new BsonTimestamp(0, 0) : entry.getTimestamp("ts");
    }

    static MongoCollection<BsonDocument> oplog(MongoClient client) {
        return client.getDatabase("local").getCollection("oplog.rs", BsonDocument.class);
    }
}
