package dev.changeover.dump;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoNamespace;
import com.mongodb.MongoWriteException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.RenameCollectionOptions;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.bson.Document;
import org.bson.types.Binary;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/** Writes of all kinds, from a seed. */
final class RandomWrites {
    /** The server never refuses it, which would end a transaction. */
    private static final Document SAFE =
            new Document("$inc", new Document("many", 1)).append("$unset", new Document("f5", 1));

    private static final int LARGE = 40;

    private final MongoClient client;
    private final MongoDatabase database;
    private final SplittableRandom random;
    private final boolean renames;

    RandomWrites(MongoClient client, MongoDatabase database, long seed, boolean renames) {
        this.client = client;
        this.database = database;
        random = new SplittableRandom(seed);
        this.renames = renames;
    }

    private MongoCollection<Document> any() {
        return database.getCollection("c" + random.nextInt(3));
    }

    private Object id() {
        int n = random.nextInt(60);
        return n % 3 == 0 ? (Object) n : n % 3 == 1 ? "k" + n : new ObjectId(String.format("%024x", n));
    }

    private Document which() {
        return new Document("_id", id());
    }

    private Object value(int depth) {
        return switch (random.nextInt(depth > 2 ? 6 : 10)) {
            case 0 -> random.nextInt(100);
            case 1 -> random.nextLong();
            case 2 -> "s" + random.nextInt(1000);
            case 3 -> random.nextDouble();
            case 4 -> random.nextBoolean();
            case 5 -> new Decimal128(random.nextInt(100));
            case 6 -> document(depth + 1);
            default -> {
                List<Object> items = new ArrayList<>();
                for (int i = random.nextInt(6); i > 0; i--) {
                    items.add(value(depth + 1));
                }
                yield items;
            }
        };
    }

    private Document document(int depth) {
        Document document = new Document();
        for (int i = random.nextInt(6); i > 0; i--) {
            document.append("f" + random.nextInt(8), value(depth));
        }
        return document;
    }

    private Document fresh() {
        Document fresh = which().append("n", random.nextInt(100)).append("list", List.of(1, 5, 3));
        fresh.append("items", List.of(new Document("q", random.nextInt(9)).append("p", 1), new Document("q", 2)));
        document(0).forEach(fresh::append);
        return fresh;
    }

    private Document change() {
        String field = "f" + random.nextInt(8);
        return switch (random.nextInt(23)) {
            case 0 -> new Document("$set", new Document(field, value(0)));
            case 1 -> new Document("$set", new Document(field + ".f" + random.nextInt(8), value(1)));
            case 2 -> new Document("$unset", new Document(field, ""));
            case 3 -> new Document("$unset", new Document(field + ".f" + random.nextInt(8), ""));
            case 4 -> new Document("$inc", new Document("n", random.nextInt(9)));
            case 5 -> new Document("$mul", new Document("n", 1.5));
            case 6 -> new Document("$min", new Document("n", 5)).append("$max", new Document("m", 7));
            case 7 -> new Document("$rename", new Document(field, "g" + random.nextInt(3)));
            case 8 -> new Document("$currentDate", new Document("now", true));
            case 9 ->
                new Document(
                        "$push",
                        new Document(
                                "list",
                                new Document("$each", List.of(random.nextInt(9), 2))
                                        .append("$position", random.nextInt(3))
                                        .append("$slice", -6)));
            case 10 -> new Document("$push", new Document("items", new Document("q", random.nextInt(9))));
            case 11 -> new Document("$pop", new Document("list", random.nextBoolean() ? 1 : -1));
            case 12 -> new Document("$pull", new Document("list", new Document("$lt", random.nextInt(5))));
            case 13 -> new Document("$addToSet", new Document("list", random.nextInt(20)));
            case 14 -> new Document("$set", new Document("list." + random.nextInt(12), value(1)));
            case 15 -> new Document("$unset", new Document("list." + random.nextInt(4), ""));
            case 16 -> new Document("$bit", new Document("bits", new Document(bit(), random.nextInt(99))));
            case 17 -> new Document("$pullAll", new Document("list", List.of(random.nextInt(9), 5)));
            case 18 ->
                new Document("$addToSet", new Document("list", new Document("$each", List.of(random.nextInt(20), 1))));
            case 19 ->
                new Document(
                        "$push",
                        new Document(
                                "items",
                                new Document("$each", List.of(new Document("q", random.nextInt(9))))
                                        .append("$sort", new Document("q", -1))
                                        .append("$slice", 5)));
            case 20 ->
                new Document("$setOnInsert", new Document("first", value(1)))
                        .append("$set", new Document(field, value(0)));
            case 21 -> new Document("$currentDate", new Document("at", new Document("$type", "timestamp")));
            default ->
                new Document("$inc", new Document("items.$[].p", 1)).append("$set", new Document(field, value(0)));
        };
    }

    private String bit() {
        return List.of("and", "or", "xor").get(random.nextInt(3));
    }

    private List<Document> pipeline() {
        return switch (random.nextInt(7)) {
            case 0 -> List.of(new Document("$set", new Document("sum", new Document("$add", List.of("$n", 1)))));
            case 1 -> List.of(new Document("$unset", List.of("f1", "f2.f3")));
            case 2 -> List.of(new Document("$set", new Document("list", new Document("$reverseArray", "$list"))));
            case 3 -> List.of(new Document("$addFields", new Document("f1.added", "$n")), new Document("$unset", "f4"));
            case 4 -> List.of(new Document("$project", new Document("f3", 0).append("items.p", 0)));
            case 5 ->
                List.of(new Document(
                        "$replaceRoot",
                        new Document(
                                "newRoot", new Document("$mergeObjects", List.of("$$ROOT", new Document("r", 1))))));
            default ->
                List.of(new Document(
                        "$replaceWith",
                        new Document("_id", "$_id")
                                .append("n", "$n")
                                .append("list", "$list")
                                .append("was", "$$ROOT.f1")));
        };
    }

    /** One write, or a few; what the server refuses is none. */
    void next() {
        try {
            write();
        } catch (MongoWriteException | MongoCommandException refused) {
            if (refused.getCode() == 251 || refused.getCode() == 263) {
                throw refused; // a transaction that is not one is a mistake of this class
            }
        }
    }

    private void write() {
        MongoCollection<Document> to = any();
        switch (random.nextInt(renames ? 26 : 24)) {
            case 0, 1, 2, 3 -> to.replaceOne(which(), keyless(fresh()), new ReplaceOptions().upsert(true));
            case 4 -> to.insertOne(fresh());
            case 5 ->
                to.insertMany(List.of(fresh().append("_id", new ObjectId()), fresh().append("_id", new ObjectId())));
            case 6, 7, 8, 9, 10, 11 ->
                to.updateOne(which(), change(), new UpdateOptions().upsert(random.nextInt(4) == 0));
            case 12 -> to.updateMany(new Document("n", new Document("$lt", random.nextInt(40))), change());
            case 13, 14 -> to.updateOne(which(), pipeline());
            case 15 ->
                to.updateOne(
                        which(),
                        new Document("$set", new Document("items.$[x].p", random.nextInt(99))),
                        new UpdateOptions().arrayFilters(List.of(new Document("x.q", new Document("$gt", 2)))));
            case 16 ->
                to.updateOne(
                        which().append("items.q", 2), new Document("$set", new Document("items.$.seen", value(1))));
            case 17, 18 -> to.deleteOne(which());
            case 19 -> to.deleteMany(new Document("n", random.nextInt(100)));
            case 20 -> to.findOneAndUpdate(which(), change());
            case 21, 22 -> transaction();
            case 23 -> {
                if (random.nextInt(10) == 0) {
                    to.drop();
                } else {
                    to.createIndex(new Document("f" + random.nextInt(8), 1));
                }
            }
            case 24 -> {
                if (random.nextInt(6) == 0) {
                    String name = "c" + random.nextInt(3);
                    to.renameCollection(
                            new MongoNamespace(database.getName(), name),
                            new RenameCollectionOptions().dropTarget(true));
                }
            }
            default -> to.dropIndexes();
        }
    }

    private static Document keyless(Document document) {
        document.remove("_id");
        return document;
    }

    private void transaction() {
        try (ClientSession session = client.startSession()) {
            session.startTransaction();
            for (int i = 1 + random.nextInt(9); i > 0; i--) {
                MongoCollection<Document> to = any();
                switch (random.nextInt(5)) {
                    case 0 -> to.replaceOne(session, which(), keyless(fresh()), new ReplaceOptions().upsert(true));
                    case 1 -> to.updateOne(session, which(), new Document("$set", new Document("t", value(0))));
                    case 2 -> to.updateOne(session, which(), pipeline());
                    case 3 -> to.updateMany(session, new Document("n", random.nextInt(100)), SAFE);
                    default -> to.deleteOne(session, which());
                }
            }
            if (random.nextInt(4) == 0) {
                session.abortTransaction();
            } else {
                session.commitTransaction();
            }
        }
    }

    /** A transaction of many operations and some megabytes. */
    void large() {
        byte[] blob = new byte[50_000];
        new java.util.Random(random.nextLong()).nextBytes(blob);
        try (ClientSession session = client.startSession()) {
            session.startTransaction();
            for (int i = 0; i < LARGE; i++) {
                MongoCollection<Document> to = any();
                to.replaceOne(
                        session, which(), new Document("blob", new Binary(blob)), new ReplaceOptions().upsert(true));
                to.updateOne(session, which(), SAFE);
            }
            session.commitTransaction();
        }
    }
}
