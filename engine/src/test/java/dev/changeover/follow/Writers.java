package dev.changeover.follow;

import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.ReplaceOptions;
import dev.changeover.bson.BsonType;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.BsonUndefined;
import org.bson.Document;

/**
 * Several threads that insert, change, replace and delete documents of three small collections, most of the time several
 * in one transaction: flat ones, ones with arrays, whose rows have children, and ones with a unique value that changes
 * hands. Stopped by {@link #close}.
 */
final class Writers implements AutoCloseable {
    private static final int KEYS = 60;
    private static final int CHANGES_MOST = 12;

    private final MongoClient client;
    private final MongoDatabase source;
    private final AtomicBoolean stop = new AtomicBoolean();
    /** Commits that may still be made, so that whoever follows is never far behind. */
    private final Semaphore commits = new Semaphore(0);

    private final AtomicLong committed = new AtomicLong();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();

    Writers(MongoClient client, MongoDatabase source) {
        this.client = client;
        this.source = source;
    }

    private MongoCollection<Document> flat() {
        return source.getCollection("flat");
    }

    private MongoCollection<Document> nested() {
        return source.getCollection("nested");
    }

    private MongoCollection<Document> owners() {
        return source.getCollection("owners");
    }

    /** Documents of every form, so that the plan knows them. */
    void fill() {
        SplittableRandom random = new SplittableRandom(-1);
        for (int i = 0; i < KEYS; i++) {
            flat().insertOne(flatOf(i, random));
            nested().insertOne(nestedOf(i, random));
            owners().insertOne(
                            new Document("_id", "o" + i).append("seat", "s" + i).append("count", 0));
        }
        owners().createIndex(new Document("seat", 1), new IndexOptions().unique(true));
    }

    /** The plan in which the parts of nested documents are rows of a table of their own. */
    static Plan withChildren(Plan plan) {
        return new Plan(plan.collections().stream().map(Writers::withChildren).toList(), plan.leftOut());
    }

    private static CollectionPlan withChildren(CollectionPlan plan) {
        List<FieldPlan> fields = new ArrayList<>();
        for (FieldPlan field : plan.fields()) {
            fields.add(
                    field.field().equals("parts")
                            ? new FieldPlan.Child(
                                    "parts",
                                    new TableName("public", "nested_parts"),
                                    true,
                                    List.of(
                                            FieldPlan.Column.of("name", "name", ColumnType.TEXT, BsonType.STRING),
                                            FieldPlan.Column.of("n", "n", ColumnType.INTEGER, BsonType.INT32)),
                                    Optional.empty(),
                                    FieldPlan.Absent.MISSING,
                                    Notes.NONE)
                            : field);
        }
        return new CollectionPlan(plan.namespace(), plan.table(), plan.idType(), fields, plan.indexes(), plan.notes());
    }

    void start(int writers, long seed) {
        for (int i = 0; i < writers; i++) {
            SplittableRandom random = new SplittableRandom(seed + i);
            running.add(threads.submit(() -> write(random)));
        }
    }

    /** How many transactions and single writes have been committed. */
    long committed() {
        return committed.get();
    }

    /** From now on {@code most} more commits may be made. */
    void allow(int most) {
        commits.drainPermits();
        commits.release(most);
    }

    private boolean write(SplittableRandom random) throws InterruptedException {
        try (ClientSession session = client.startSession()) {
            while (!stop.get()) {
                try {
                    if (!commits.tryAcquire(100, TimeUnit.MILLISECONDS)) {
                        continue;
                    }
                    if (random.nextInt(4) == 0) {
                        change(session, random); // by itself
                    } else {
                        session.startTransaction();
                        int changes = 2 + random.nextInt(CHANGES_MOST - 1);
                        for (int i = 0; i < changes; i++) {
                            change(session, random);
                        }
                        session.commitTransaction();
                    }
                    committed.incrementAndGet();
                } catch (MongoException conflict) { // two writers met: MongoDB has undone one
                    if (session.hasActiveTransaction()) {
                        session.abortTransaction();
                    }
                }
            }
            return true;
        }
    }

    private void change(ClientSession session, SplittableRandom random) {
        int key = random.nextInt(KEYS);
        Document flat = new Document("_id", key(key, random));
        Document nested = new Document("_id", key(key, random));
        switch (random.nextInt(10)) {
            case 0 -> flat().deleteOne(session, flat);
            case 1 ->
                flat().replaceOne(
                                session,
                                new Document("_id", key),
                                flatOf(key, random),
                                new ReplaceOptions().upsert(true));
            case 2 -> {
                flat().deleteOne(session, new Document("_id", key)); // equal for MongoDB, but of other bytes
                flat().insertOne(session, flatOf((double) key, random));
            }
            case 3 -> flat().updateOne(session, flat, Document.parse("{$inc: {number: 1}}"));
            case 4 -> nested().deleteOne(session, nested);
            case 5 -> {
                nested().deleteOne(session, nested);
                nested().insertOne(session, nestedOf(key(key, random), random));
            }
            case 6 ->
                nested().replaceOne(
                                session,
                                new Document("_id", key),
                                nestedOf(key, random),
                                new ReplaceOptions().upsert(true));
            case 7 -> nested().updateOne(session, nested, Document.parse("{$push: {parts: {name: 'p', n: 1}}}"));
            case 8 -> nested().updateOne(session, nested, Document.parse("{$pop: {parts: -1}, $set: {surprise: 1}}"));
            default -> swap(session, random);
        }
    }

    private static Object key(int key, SplittableRandom random) {
        return random.nextBoolean() ? key : (Object) (double) key;
    }

    private static Document flatOf(Object key, SplittableRandom random) {
        return new Document("_id", key)
                .append("number", random.nextInt(1_000))
                .append("text", "t" + random.nextInt())
                .append("odd", random.nextInt(5) == 0 ? new BsonUndefined() : random.nextDouble());
    }

    private static Document nestedOf(Object key, SplittableRandom random) {
        List<Document> parts = new ArrayList<>();
        for (int i = random.nextInt(5); i > 0; i--) {
            parts.add(new Document("name", "p" + random.nextInt(10)).append("n", i));
        }
        return new Document("_id", key).append("title", "n" + random.nextInt()).append("parts", parts);
    }

    /** Two owners change seats; no two may ever be on one. */
    private void swap(ClientSession session, SplittableRandom random) {
        if (!session.hasActiveTransaction()) {
            return;
        }
        int one = random.nextInt(KEYS);
        int other = (one + 1 + random.nextInt(KEYS - 1)) % KEYS;
        Document first = owners().find(session, new Document("_id", "o" + one)).first();
        Document second =
                owners().find(session, new Document("_id", "o" + other)).first();
        if (first != null && second != null) {
            sit(session, one, "between " + one + " and " + other);
            sit(session, other, first.getString("seat"));
            sit(session, one, second.getString("seat"));
        }
    }

    private void sit(ClientSession session, int owner, String seat) {
        Document set = new Document("$set", new Document("seat", seat)).append("$inc", new Document("count", 1));
        owners().updateOne(session, new Document("_id", "o" + owner), set);
    }

    /** Stops them; fails when one of them has. */
    void end() throws ExecutionException, InterruptedException {
        stop.set(true);
        for (Future<?> writer : running) {
            writer.get();
        }
    }

    @Override
    public void close() {
        stop.set(true);
        threads.close();
    }
}
