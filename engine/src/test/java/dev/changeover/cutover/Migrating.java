package dev.changeover.cutover;

import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import dev.changeover.FailedException;
import dev.changeover.Namespace;
import dev.changeover.Phase;
import dev.changeover.Station;
import dev.changeover.bson.BsonType;
import dev.changeover.copy.CopySettings;
import dev.changeover.mongo.Mongo;
import dev.changeover.phase.Steps;
import dev.changeover.phase.Told;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import dev.changeover.planfile.PlanFile;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.Run;
import dev.changeover.run.RunSettings;
import dev.changeover.run.Summary;
import dev.changeover.run.Until;
import dev.changeover.servers.MongoWithUsers;
import dev.changeover.servers.TestServers;
import dev.changeover.state.Phases;
import dev.changeover.state.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** Accounts in a MongoDB with users, a run that follows them, and a person who moves the phase. */
final class Migrating implements AutoCloseable {
    private static final int USER_WRITES_BLOCKED = 371;
    private static final AtomicInteger DATABASES = new AtomicInteger();

    /** Nothing is verified here. */
    private static final Set<String> FORCED = Set.of("verified");

    private final Told outside = new Told();
    final List<String> told = outside.lines;
    final String database = "bank" + DATABASES.incrementAndGet();
    final String postgres = TestServers.freshPostgres();
    final Pg pg = Pg.connect(postgres, new PgSettings(12, Duration.ofSeconds(20)));
    final State state;
    private final MongoClient application = MongoClients.create(MongoWithUsers.application(database));
    private final Mongo mongo = Mongo.connect(MongoWithUsers.changeover(database));
    private @Nullable FutureTask<Summary> running;
    private @Nullable Thread runner;

    Migrating(int accounts) throws InterruptedException {
        state = State.open(pg);
        for (int i = 0; i < accounts; i++) {
            accounts()
                    .insertOne(
                            new Document("_id", "" + i).append("balance", 100L).append("note", "from MongoDB"));
        }
    }

    /** As the application writes. */
    MongoCollection<Document> accounts() {
        return application.getDatabase(database).getCollection("accounts");
    }

    String planFile() {
        CollectionPlan accounts = new CollectionPlan(
                new Namespace(database, "accounts"),
                new TableName("public", "accounts"),
                BsonType.STRING,
                List.of(
                        FieldPlan.Column.of("balance", "balance", ColumnType.BIGINT, BsonType.INT64),
                        FieldPlan.Column.of("note", "note", ColumnType.TEXT, BsonType.STRING)),
                List.of(),
                Notes.NONE);
        return PlanFile.write(new Plan(List.of(accounts), List.of()));
    }

    /** Begins a run that follows, and waits until it does. */
    Migrating run(Station.Listener stations) {
        RunSettings settings = new RunSettings(
                new CopySettings(
                        1, 1 << 20, Duration.ofSeconds(20), Runtime.getRuntime().maxMemory()),
                false,
                false,
                Optional.empty(),
                "test");
        FutureTask<Summary> task =
                new FutureTask<>(() -> new Run(mongo, pg, settings, stations).until(Until.STOPPED, "test", planFile()));
        running = task;
        runner = Thread.ofPlatform().name("run").start(task);
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> task.isDone() || follows());
        if (task.isDone()) {
            throw new AssertionError("it ended", outcome().orElse(null));
        }
        return this;
    }

    private boolean follows() throws InterruptedException {
        return state.watch()
                .beat()
                .filter(beat -> beat.step().equals("follow") || beat.step().equals("reverse"))
                .isPresent();
    }

    /** Ends the run as SIGTERM does; what it ended with, if not with that. */
    Optional<Throwable> stop() throws InterruptedException {
        if (runner == null) {
            return Optional.empty();
        }
        runner.interrupt();
        runner.join();
        return outcome();
    }

    boolean hasEnded() {
        return running != null && running.isDone();
    }

    private Optional<Throwable> outcome() {
        try {
            if (running != null) {
                Summary unused = running.get(30, TimeUnit.SECONDS);
            }
            return Optional.empty();
        } catch (ExecutionException e) {
            return e.getCause() instanceof InterruptedException ? Optional.empty() : Optional.ofNullable(e.getCause());
        } catch (InterruptedException | java.util.concurrent.TimeoutException e) {
            return Optional.of(e);
        }
    }

    Steps steps(Duration budget, Set<String> forced, boolean unfenced) {
        return new Steps(
                state,
                new Steps.Settings("tester", Optional.empty(), Duration.ofSeconds(20), forced, budget, unfenced),
                outside,
                Station.Listener.NONE);
    }

    Phases.Now move(Phase to) throws InterruptedException {
        return steps(Duration.ofSeconds(20), FORCED, false).move(to);
    }

    /** What it failed with, the budget being {@code budget}. */
    Optional<FailedException> tryToMove(Phase to, Duration budget) throws InterruptedException {
        try {
            Phases.Now unused = steps(budget, FORCED, false).move(to);
            return Optional.empty();
        } catch (FailedException e) {
            return Optional.of(e);
        }
    }

    Migrating toPgReads() throws InterruptedException {
        Phases.Now both = move(Phase.BOTH);
        Phases.Now reads = move(Phase.PG_READS);
        if (reads.epoch() != both.epoch() + 1) {
            throw new AssertionError(reads);
        }
        return this;
    }

    /** As an application that does not know the phase writes. */
    void sql(String statement) throws InterruptedException {
        pg.change("write", tx -> tx.execute(statement));
    }

    /** By _id. */
    TreeMap<Integer, String> inMongo() {
        TreeMap<Integer, String> all = new TreeMap<>();
        for (Document found : accounts().find()) {
            all.put(Integer.parseInt(found.getString("_id")), found.getLong("balance") + " " + found.getString("note"));
        }
        return all;
    }

    TreeMap<Integer, String> inPostgres() throws InterruptedException {
        TreeMap<Integer, String> all = new TreeMap<>();
        for (String row : Look.texts(pg, "SELECT mongo_id || ' ' || balance || ' ' || note FROM public.accounts")) {
            int space = row.indexOf(' ');
            all.put(Integer.parseInt(row.substring(0, space)), row.substring(space + 1));
        }
        return all;
    }

    /** Waits until both databases hold the same. */
    void awaitEqual() {
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> inMongo().equals(inPostgres()));
    }

    /** Whether MongoDB refuses what an application writes. */
    boolean isFenced() {
        try {
            application.getDatabase(database).getCollection("probes").insertOne(new Document());
            return false;
        } catch (MongoWriteException e) {
            if (e.getCode() != USER_WRITES_BLOCKED) {
                throw e;
            }
            return true;
        }
    }

    void lowerTheFence() throws InterruptedException {
        mongo.fence().lower();
    }

    @Override
    public void close() {
        try {
            Optional<Throwable> unused = stop();
            lowerTheFence();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        accounts().drop();
        application.getDatabase(database).getCollection("probes").drop();
        application.close();
        mongo.close();
        pg.close();
    }
}
