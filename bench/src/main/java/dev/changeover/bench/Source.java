package dev.changeover.bench;

import com.mongodb.ReadConcern;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.DeleteOneModel;
import com.mongodb.client.model.InsertOneModel;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.WriteModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.types.ObjectId;

/** The source under load, and how fast it can be read at most: by the driver alone, nothing done with what comes. */
final class Source implements AutoCloseable {
    private static final int BULK = 1_000;

    private final MongoClient client;
    private final String database;
    private final MongoCollection<Document> users;
    private final List<ObjectId> ids;

    Source(String uri, String database, String collection) {
        client = MongoClients.create(uri);
        this.database = database;
        users = client.getDatabase(database).getCollection(collection);
        ids = users.find()
                .projection(Projections.include("_id"))
                .map(d -> d.getObjectId("_id"))
                .into(new ArrayList<>());
    }

    int documents() {
        return ids.size();
    }

    /** A time after every write before. */
    BsonTimestamp now() {
        try (ClientSession session = client.startSession()) {
            client.getDatabase("admin")
                    .runCommand(session, BsonDocument.parse("{appendOplogNote: 1, data: {bench: 1}}"));
            return Objects.requireNonNull(session.getOperationTime());
        }
    }

    /** Updates every document once. */
    void updateAll() {
        for (int from = 0; from < ids.size(); from += BULK) {
            update(ids.subList(from, Math.min(ids.size(), from + BULK)));
        }
    }

    /** Updates {@code hot} documents at random, {@code times} in all. */
    void updateHot(int hot, int times, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int done = 0; done < times; done += BULK) {
            List<ObjectId> some = new ArrayList<>(BULK);
            for (int i = 0; i < BULK; i++) {
                some.add(ids.get(random.nextInt(hot)));
            }
            update(some);
        }
    }

    /** {@code times} changes, a multiple of ten: of ten, eight updates, and one document deleted and made anew. */
    void mixed(int times, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int done = 0; done < times; done += BULK) {
            List<WriteModel<Document>> models = new ArrayList<>(BULK);
            for (int i = 0; i < BULK && done + i < times; i += 10) {
                for (int update = 0; update < 8; update++) {
                    models.add(increment(ids.get(random.nextInt(ids.size()))));
                }
                ObjectId id = ids.get(random.nextInt(ids.size()));
                models.add(new DeleteOneModel<>(new Document("_id", id)));
                models.add(new InsertOneModel<>(
                        new Document("_id", id).append("name", "anew").append("visits", 0L)));
            }
            users.bulkWrite(models);
        }
    }

    private static UpdateOneModel<Document> increment(ObjectId id) {
        return new UpdateOneModel<>(new Document("_id", id), Updates.inc("visits", 1L));
    }

    private void update(List<ObjectId> some) {
        List<UpdateOneModel<Document>> models = new ArrayList<>(some.size());
        some.forEach(id -> models.add(increment(id)));
        users.bulkWrite(models, new BulkWriteOptions().ordered(false));
    }

    /** One document gets this number of visits. */
    void setVisits(int document, long visits) {
        users.updateOne(new Document("_id", ids.get(document)), Updates.set("visits", visits));
    }

    String id(int document) {
        return ids.get(document).toHexString();
    }

    /** Reads {@code events} events of the keys-only stream from {@code start} on. */
    Duration stream(BsonTimestamp start, int events) {
        BsonDocument open = BsonDocument.parse(
                "{aggregate: 1, pipeline: [{$changeStream: {allChangesForCluster: true}}, {$project: {_id: 1,"
                        + " operationType: 1, ns: 1, documentKey: 1, clusterTime: 1}}], cursor: {batchSize: 20000}}");
        open.getArray("pipeline")
                .get(0)
                .asDocument()
                .getDocument("$changeStream")
                .append("startAtOperationTime", start);
        long begun = System.nanoTime();
        try (ClientSession session = client.startSession()) {
            RawBsonDocument reply = client.getDatabase("admin").runCommand(session, open, RawBsonDocument.class);
            int read = size(reply, "firstBatch");
            long cursor = reply.getDocument("cursor").getInt64("id").getValue();
            while (read < events) {
                reply = client.getDatabase("admin")
                        .runCommand(
                                session,
                                new BsonDocument("getMore", new BsonInt64(cursor))
                                        .append("collection", new BsonString("$cmd.aggregate"))
                                        .append("batchSize", new BsonInt32(20_000)),
                                RawBsonDocument.class);
                read += size(reply, "nextBatch");
            }
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static int size(RawBsonDocument reply, String batch) {
        return reply.getDocument("cursor").getArray(batch).size();
    }

    /** Reads every document by its key, a thousand at a time, at one instant. */
    Duration reread() {
        BsonTimestamp at = now();
        MongoCollection<RawBsonDocument> raw = client.getDatabase(database)
                .getCollection(users.getNamespace().getCollectionName(), RawBsonDocument.class)
                .withReadConcern(ReadConcern.SNAPSHOT);
        long begun = System.nanoTime();
        long read = 0;
        for (int from = 0; from < ids.size(); from += BULK) {
            BsonDocument find = new BsonDocument(
                            "find", new BsonString(raw.getNamespace().getCollectionName()))
                    .append(
                            "filter",
                            new Document(
                                            "_id",
                                            new Document("$in", ids.subList(from, Math.min(ids.size(), from + BULK))))
                                    .toBsonDocument())
                    .append("batchSize", new BsonInt32(BULK))
                    .append(
                            "readConcern",
                            new BsonDocument("level", new BsonString("snapshot")).append("atClusterTime", at));
            read += size(client.getDatabase(database).runCommand(find, RawBsonDocument.class), "firstBatch");
        }
        if (read != ids.size()) {
            throw new IllegalStateException(read + " of " + ids.size() + " documents read");
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    @Override
    public void close() {
        client.close();
    }
}
