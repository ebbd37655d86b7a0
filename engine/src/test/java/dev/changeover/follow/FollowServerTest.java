package dev.changeover.follow;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.MongoException;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.IndexOptions;
import dev.changeover.Station;
import dev.changeover.copy.CopySettings;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.planfile.PlanFile;
import dev.changeover.planner.Planner;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.Run;
import dev.changeover.run.RunSettings;
import dev.changeover.run.Survey;
import dev.changeover.run.Until;
import dev.changeover.servers.TestServers;
import dev.changeover.state.Ends;
import dev.changeover.state.Owner;
import dev.changeover.state.State;
import dev.changeover.verify.Comparison;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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

/** I1: what PostgreSQL shows between any two commits is what MongoDB held at one instant. */
class FollowServerTest {
    /** Answers so small that they end in the middle of transactions. */
    private static final FollowSettings SMALL = new FollowSettings(10_000, 3);

    private static final int ACCOUNTS = 40;
    private static final int BALANCE = 1_000;
    private static final Duration LOAD = Duration.ofSeconds(6);

    private final String mongoUri = TestServers.freshMongoDatabase();
    private final MongoClient client = MongoClients.create(mongoUri);
    private final MongoDatabase source =
            client.getDatabase(Objects.requireNonNull(new ConnectionString(mongoUri).getDatabase()));
    private final Pg pg = Pg.connect(TestServers.freshPostgres(), new PgSettings(10, Duration.ofSeconds(10)));
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicLong transfers = new AtomicLong();

    @AfterEach
    void close() {
        source.drop();
        client.close();
        pg.close();
    }

    private void fill() {
        for (String name : List.of("checking", "savings")) {
            List<Document> accounts = new ArrayList<>();
            for (int i = 0; i < ACCOUNTS; i++) {
                accounts.add(new Document("_id", i).append("balance", BALANCE));
            }
            source.getCollection(name).insertMany(accounts);
        }
        List<Document> users = new ArrayList<>();
        for (int i = 0; i < ACCOUNTS; i++) {
            users.add(new Document("_id", "u" + i).append("email", "e" + i));
        }
        source.getCollection("users").insertMany(users);
        source.getCollection("users").createIndex(new Document("email", 1), new IndexOptions().unique(true));
    }

    @Test
    void everyCommittedStateIsMongosStateAtOneInstant() throws ExecutionException, InterruptedException {
        fill();
        try (Mongo mongo = Mongo.connect(mongoUri)) {
            Plan plan = copied(mongo);
            State state = State.open(pg);
            try (Owner owner = state.own("test");
                    ExecutorService threads = Executors.newCachedThreadPool()) {
                Ends ends = new Ends(
                        mongo,
                        pg,
                        state,
                        owner,
                        state.runs().find().orElseThrow().start().orElseThrow().t0());
                try (Follow follow = new Follow(ends, plan, SMALL, Station.Listener.NONE)) {
                    follow.start();
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
                            cuts = follow.until(mongo.note("test")).number();
                        }
                    } finally {
                        stop.set(true);
                    }
                    for (Future<?> writer : writers) {
                        writer.get();
                    }
                    follow.until(mongo.note("all written"));
                    assertThat(reader.get()).as("states looked at").isGreaterThan(50);
                    assertThat(cuts).isGreaterThan(10);
                    assertThat(transfers.get()).isGreaterThan(200);
                    for (CollectionPlan collection : plan.collections()) {
                        Comparison.Result result = new Comparison(mongo, pg).compare(collection, mongo.note("compare"));
                        assertThat(result.examples()).isEmpty();
                        assertThat(result.documents()).isEqualTo(ACCOUNTS);
                    }
                }
            }
        }
    }

    private Plan copied(Mongo mongo) throws InterruptedException {
        Survey.Found found = new Survey(mongo, new Survey.Settings(100, 1, namespace -> true)).read(progress -> {});
        Plan plan = new Planner(Survey.references(mongo), "public")
                .plan(found.sources(), found.notAsked(), Optional.empty())
                .plan();
        CopySettings copy = new CopySettings(2, 1 << 20, Duration.ofSeconds(20), 256L << 20);
        RunSettings settings = new RunSettings(copy, false, false, Optional.empty(), "test");
        new Run(mongo, pg, settings, Station.Listener.NONE).until(Until.COPIED, "test", PlanFile.write(plan));
        return plan;
    }

    /** Transfers between two collections, and users who swap their unique addresses, each in a transaction. */
    private void write(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        try (ClientSession session = client.startSession()) {
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
        source.getCollection("checking").updateOne(session, new Document("_id", from), debit);
        source.getCollection("savings").updateOne(session, new Document("_id", to), credit);
    }

    private void swap(ClientSession session, String one, String other) {
        MongoCollection<Document> users = source.getCollection("users");
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
                                    pg,
                                    "SELECT (SELECT sum(balance) FROM public.checking) + (SELECT sum(balance) FROM public.savings)"))
                    .as("sum of all balances")
                    .isEqualTo(2L * ACCOUNTS * BALANCE);
            assertThat(Look.number(pg, "SELECT count(DISTINCT email) FROM public.users WHERE email <> 'moving'"))
                    .as("addresses")
                    .isEqualTo(ACCOUNTS);
            states++;
        }
        return states;
    }
}
