package dev.changeover.chaos;

import com.mongodb.MongoException;
import com.mongodb.MongoServerException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.Updates;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * Writers that change a database without pause: single documents of several collections, transactions over several, keys
 * that change their type, arrays that grow and shrink. They survive elections; of a write that failed the outcome does
 * not matter, since only what MongoDB holds in the end is compared. Transactions keep the sum of all balances, and unique
 * addresses are swapped in them.
 */
final class WriteLoad implements AutoCloseable {
    static final int ACCOUNTS = 60;
    static final int BALANCE = 1_000;
    private static final int WRITERS = 3;
    private static final int DUPLICATE_KEY = 11000;

    private final MongoClient client;
    private final MongoDatabase database;
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong writes = new AtomicLong();
    private final AtomicLong transactions = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
    private final List<Future<?>> writers = new ArrayList<>();

    WriteLoad(String uri, String name) {
        client = MongoClients.create(uri + "&w=majority");
        database = client.getDatabase(name);
    }

    /** What is there before the copy begins. */
    void fill(long seed) {
        WriteDocuments documents = new WriteDocuments(new SplittableRandom(seed));
        for (String name : List.of("checking", "savings")) {
            List<Document> accounts = new ArrayList<>();
            for (int i = 0; i < ACCOUNTS; i++) {
                accounts.add(new Document("_id", i).append("balance", BALANCE));
            }
            database.getCollection(name).insertMany(accounts);
        }
        users().createIndex(new Document("email", 1), new IndexOptions().unique(true));
        for (int i = 0; i < 1_500; i++) {
            upsert(users(), documents.id(), documents.user());
        }
        List<Document> orders = new ArrayList<>();
        for (int i = 0; i < 2_500; i++) {
            orders.add(documents.order().append("_id", i));
        }
        orders().insertMany(orders);
    }

    void start(long seed) {
        for (int i = 0; i < WRITERS; i++) {
            SplittableRandom random = new SplittableRandom(seed + i);
            writers.add(threads.submit(() -> write(random)));
        }
    }

    long writes() {
        return writes.get();
    }

    long transactions() {
        return transactions.get();
    }

    /** Writes that MongoDB refused or never answered. */
    long failed() {
        return failed.get();
    }

    /** Returns when nothing is written any more; fails if a writer has. */
    void stop() throws InterruptedException {
        stop.set(true);
        for (Future<?> writer : writers) {
            try {
                writer.get();
            } catch (ExecutionException e) {
                throw new AssertionError("a writer failed", e);
            }
        }
    }

    private void write(SplittableRandom random) {
        WriteDocuments documents = new WriteDocuments(random);
        try (ClientSession session = client.startSession()) {
            while (!stop.get()) {
                try {
                    if (random.nextInt(5) == 0) {
                        session.withTransaction(() -> transaction(session, documents, random));
                        transactions.incrementAndGet();
                    } else {
                        single(documents, random);
                    }
                    writes.incrementAndGet();
                } catch (MongoException e) { // an election, or another one has that address
                    failed.incrementAndGet();
                }
            }
        }
    }

    private MongoCollection<Document> users() {
        return database.getCollection("users");
    }

    private MongoCollection<Document> orders() {
        return database.getCollection("orders");
    }

    private void single(WriteDocuments documents, SplittableRandom random) {
        Bson user = Filters.eq(documents.id());
        Bson order = Filters.eq(documents.orderId());
        switch (random.nextInt(10)) {
            case 0, 1 -> upsert(users(), documents.id(), documents.user());
            case 2 -> users().updateOne(user, Updates.set("name", documents.text()));
            case 3 -> users().updateOne(user, Updates.set("field" + random.nextInt(5), documents.anything()));
            case 4 -> users().deleteOne(user);
            case 5 -> upsert(orders(), documents.orderId(), documents.order());
            case 6 -> orders().updateOne(order, Updates.push("items", documents.item()));
            case 7 -> orders().updateOne(order, Updates.pull("items", Filters.lt("price", random.nextDouble())));
            case 8 -> orders().updateOne(order, Updates.set("items", documents.anything()));
            default -> orders().deleteMany(Filters.eq("customer", random.nextInt(WriteDocuments.CUSTOMERS)));
        }
    }

    /** Where another document has the address, nothing is written. */
    private static void upsert(MongoCollection<Document> into, Object id, Document document) {
        try {
            into.replaceOne(Filters.eq(id), document, new ReplaceOptions().upsert(true));
        } catch (MongoServerException e) {
            if (e.getCode() != DUPLICATE_KEY) {
                throw e;
            }
        }
    }

    private int transaction(ClientSession session, WriteDocuments documents, SplittableRandom random) {
        switch (random.nextInt(3)) {
            case 0 -> transfer(session, random);
            case 1 -> swap(session, documents.id(), documents.id());
            default -> {
                for (int i = random.nextInt(2, 6); i > 0; i--) {
                    orders().deleteOne(session, Filters.eq(documents.orderId()));
                    Object id = documents.orderId();
                    orders().replaceOne(session, Filters.eq(id), documents.order(), new ReplaceOptions().upsert(true));
                }
                transfer(session, random);
            }
        }
        return 1;
    }

    private void transfer(ClientSession session, SplittableRandom random) {
        int amount = random.nextInt(100);
        database.getCollection("checking")
                .updateOne(session, Filters.eq(random.nextInt(ACCOUNTS)), Updates.inc("balance", -amount));
        database.getCollection("savings")
                .updateOne(session, Filters.eq(random.nextInt(ACCOUNTS)), Updates.inc("balance", amount));
    }

    private void swap(ClientSession session, Object one, Object other) {
        Document first = users().find(session, Filters.eq(one)).first();
        Document second = users().find(session, Filters.eq(other)).first();
        if (first == null || second == null || first.get("email").equals(second.get("email"))) {
            return;
        }
        users().updateOne(session, Filters.eq(one), Updates.set("email", "moving " + first.get("email")));
        users().updateOne(session, Filters.eq(other), Updates.set("email", first.get("email")));
        users().updateOne(session, Filters.eq(one), Updates.set("email", second.get("email")));
    }

    @Override
    public void close() {
        stop.set(true);
        threads.shutdownNow();
        client.close();
    }
}
