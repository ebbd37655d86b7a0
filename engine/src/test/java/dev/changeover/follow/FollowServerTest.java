package dev.changeover.follow;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexOptions;
import dev.changeover.Station;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.postgres.Look;
import dev.changeover.state.Spool;
import java.time.Duration;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** I1: what PostgreSQL shows between any two commits is what MongoDB held at one instant. */
class FollowServerTest {
    /** One event an answer: nearly every one ends in the middle of a transaction. */
    private static final FollowSettings SMALL = new FollowSettings(10_000, 1);

    private static final int ACCOUNTS = 40;
    private static final int BALANCE = 1_000;
    private static final Logger LOG = LoggerFactory.getLogger(FollowServerTest.class);

    /** More cuts with {@code -Dload=SECONDS}. */
    private static final Duration LOAD = Duration.ofSeconds(Integer.getInteger("load", 6));

    private final Following following = new Following();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong transfers = new AtomicLong();

    @AfterEach
    void close() throws InterruptedException {
        following.close();
    }

    private void fill() {
        for (String name : List.of("checking", "savings")) {
            List<Document> accounts = new ArrayList<>();
            for (int i = 0; i < ACCOUNTS; i++) {
                accounts.add(new Document("_id", i).append("balance", BALANCE));
            }
            following.source.getCollection(name).insertMany(accounts);
        }
        List<Document> users = new ArrayList<>();
        for (int i = 0; i < ACCOUNTS; i++) {
            users.add(new Document("_id", "u" + i).append("email", "e" + i));
        }
        following.source.getCollection("users").insertMany(users);
        following.source.getCollection("users").createIndex(new Document("email", 1), new IndexOptions().unique(true));
    }

    @Test
    void everyCommittedStateIsMongosStateAtOneInstant() throws ExecutionException, InterruptedException {
        fill();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            Follow follow = following.copied().start(SMALL, Station.Listener.NONE);
            List<Future<?>> writers = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                long seed = i;
                writers.add(threads.submit(() -> write(seed)));
            }
            Future<Integer> reader = threads.submit(this::readUntilStopped);
            long end = System.nanoTime() + LOAD.toNanos();
            long cuts = 0;
            try {
                while (System.nanoTime() < end) {
                    cuts = follow.until(following.mongo.note("test")).number();
                }
            } finally {
                stop.set(true);
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            Spool.Cut unused = following.catchUp();
            assertThat(reader.get()).as("states looked at").isGreaterThan(50);
            LOG.atWarn()
                    .addKeyValue("cuts", cuts)
                    .addKeyValue("states", reader.get())
                    .addKeyValue("transfers", transfers.get())
                    .log("no state broke what the transactions keep");
            assertThat(cuts).isGreaterThan(10);
            assertThat(transfers.get()).isGreaterThan(200);
            following.requireEqual("all written");
            for (CollectionPlan collection : following.plan().collections()) {
                assertThat(following
                                .source
                                .getCollection(collection.namespace().collection())
                                .countDocuments())
                        .isEqualTo(ACCOUNTS);
            }
        }
    }

    /** Transfers between two collections, and users who swap their unique addresses, each in a transaction. */
    private void write(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (ClientSession session = following.client.startSession()) {
            while (!stop.get()) {
                try {
                    session.startTransaction();
                    if (random.nextInt(3) == 0) {
                        swap(session, "u" + random.nextInt(ACCOUNTS), "u" + random.nextInt(ACCOUNTS));
                    } else {
                        transfer(session, random.nextInt(ACCOUNTS), random.nextInt(ACCOUNTS), random.nextInt(100));
                    }
                    session.commitTransaction();
                    transfers.incrementAndGet();
                } catch (MongoException conflict) { // two writers met: MongoDB has undone one
                    if (session.hasActiveTransaction()) {
                        session.abortTransaction();
                    }
                }
            }
        }
    }

    private void transfer(ClientSession session, int from, int to, int amount) {
        Document debit = new Document("$inc", new Document("balance", -amount));
        Document credit = new Document("$inc", new Document("balance", amount));
        following.source.getCollection("checking").updateOne(session, new Document("_id", from), debit);
        following.source.getCollection("savings").updateOne(session, new Document("_id", to), credit);
    }

    private void swap(ClientSession session, String one, String other) {
        MongoCollection<Document> users = following.source.getCollection("users");
        Document first = users.find(session, new Document("_id", one)).first();
        Document second = users.find(session, new Document("_id", other)).first();
        if (one.equals(other) || first == null || second == null) {
            return;
        }
        set(session, users, one, "moving");
        set(session, users, other, first.getString("email"));
        set(session, users, one, second.getString("email"));
    }

    private static void set(ClientSession session, MongoCollection<Document> users, String id, String email) {
        users.updateOne(session, new Document("_id", id), new Document("$set", new Document("email", email)));
    }

    /** How many states it has looked at; each must hold what every instant of the source holds. */
    private int readUntilStopped() throws InterruptedException {
        int states = 0;
        while (!stop.get()) {
            assertThat(
                            Look.number(
                                    following.pg,
                                    "SELECT (SELECT sum(balance) FROM public.checking) + (SELECT sum(balance) FROM public.savings)"))
                    .as("sum of all balances")
                    .isEqualTo(2L * ACCOUNTS * BALANCE);
            assertThat(Look.number(
                            following.pg, "SELECT count(DISTINCT email) FROM public.users WHERE email <> 'moving'"))
                    .as("addresses")
                    .isEqualTo(ACCOUNTS);
            states++;
        }
        return states;
    }
}
