package dev.changeover.chaos;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Indexes;
import dev.changeover.FailedException;
import dev.changeover.Namespace;
import dev.changeover.Phase;
import dev.changeover.Station;
import dev.changeover.bson.BsonType;
import dev.changeover.mongo.Mongo;
import dev.changeover.phase.Steps;
import dev.changeover.phase.Told;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.IndexPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import dev.changeover.planfile.PlanFile;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.servers.MongoWithUsers;
import dev.changeover.servers.TestServers;
import dev.changeover.state.Phases;
import dev.changeover.state.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.bson.Document;

/** Three instances of an application, each behind a network of its own, the run that follows, and a person. */
final class RoutedWorld implements AutoCloseable {
    private static final int INSTANCES = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** Nothing is verified here, and an instance that was cut off has not acknowledged. */
    private static final Set<String> FORCED = Set.of("verified", "acknowledged", "lag");

    private final long seed;
    private final String database;
    private final String postgres = TestServers.freshPostgres();
    private final Pg pg = Pg.connect(postgres, new PgSettings(4, Duration.ofSeconds(20)));
    private final State state;
    private final MongoClient client;
    private final List<RoutedProcess> instances = new ArrayList<>();
    private final Follower follower;
    private final Told told = new Told();

    RoutedWorld(Path folder, long seed) throws IOException, InterruptedException {
        this.seed = seed;
        database = "routed" + Math.abs(seed % 1_000_000_007);
        client = MongoClients.create(MongoWithUsers.application(database));
        String index = notes().createIndex(Indexes.ascending("key"));
        state = State.open(pg);
        Path plan = folder.resolve("changeover.yaml");
        Files.writeString(plan, planFile(index));
        follower = new Follower(
                seed,
                folder,
                "run",
                "--plan",
                plan.toString(),
                "--mongo",
                MongoWithUsers.changeover(database),
                "--pg",
                postgres);
        awaitFollowing();
        for (int i = 0; i < INSTANCES; i++) {
            instances.add(new RoutedProcess(folder, "app" + i, MongoWithUsers.application(database), postgres));
        }
    }

    private MongoCollection<Document> notes() {
        return client.getDatabase(database).getCollection("notes");
    }

    private String planFile(String index) {
        CollectionPlan notes = new CollectionPlan(
                new Namespace(database, "notes"),
                new TableName("public", "notes"),
                BsonType.OBJECT_ID,
                List.of(FieldPlan.Column.of("key", "key", ColumnType.TEXT, BsonType.STRING)),
                List.of(new IndexPlan(
                        index,
                        "{\"v\":2,\"key\":{\"key\":1},\"name\":\"" + index + "\"}",
                        Optional.empty(),
                        false,
                        Notes.NONE)),
                Notes.NONE);
        return PlanFile.write(new Plan(List.of(notes), List.of()));
    }

    private void awaitFollowing() {
        Awaitility.await().atMost(PATIENCE).until(() -> {
            follower.run(Duration.ofMillis(100));
            return state.watch()
                    .beat()
                    .filter(beat -> beat.step().equals("follow") || beat.step().equals("reverse"))
                    .isPresent();
        });
    }

    Phase phase() throws InterruptedException {
        return state.phases().now().phase();
    }

    /** All instances are there, and PostgreSQL is read. */
    void begin() throws IOException, InterruptedException {
        for (RoutedProcess instance : instances) {
            instance.start();
        }
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> state.phases().instances().size() == INSTANCES);
        Phases.Now both = steps().move(Phase.BOTH);
        Phases.Now reads = steps().move(Phase.PG_READS);
        if (reads.epoch() <= both.epoch()) {
            throw new AssertionError(reads);
        }
    }

    private Steps steps() {
        return new Steps(
                state,
                new Steps.Settings(
                        "chaos", Optional.empty(), Duration.ofSeconds(10), FORCED, Duration.ofSeconds(10), false),
                told,
                Station.Listener.NONE);
    }

    /** Changes the database in charge in spite of {@code trouble}; how often that was tried. */
    int move(Phase to, Trouble trouble, SplittableRandom random) throws IOException, InterruptedException {
        told.lines.clear();
        RoutedProcess victim = instances.get(random.nextInt(INSTANCES));
        Duration pause = Duration.ofMillis(random.nextLong(50, 1_500));
        boolean pauses = trouble == Trouble.INSTANCE_PAUSED || trouble == Trouble.RUN_KILLED_AND_INSTANCE_PAUSED;
        if (pauses) {
            victim.pause();
        }
        AtomicReference<String> answer = new AtomicReference<>("");
        Thread person = Thread.ofPlatform().start(() -> answer.set(tryTo(to)));
        Thread.sleep(pause);
        switch (trouble) {
            case RUN_KILLED, RUN_KILLED_AND_INSTANCE_PAUSED -> {
                follower.kill();
                follower.start();
            }
            case INSTANCE_KILLED -> victim.kill();
            case INSTANCE_SILENCED -> victim.silence();
            case INSTANCE_CUT -> victim.cut();
            case INSTANCE_PAUSED -> {}
        }
        if (!person.join(Duration.ofMinutes(5))) {
            throw new AssertionError("seed " + seed + ", " + trouble + ": the command to move to " + to
                    + " does not end: " + told.lines + "\n" + follower.log());
        }
        int tries = 1;
        while (phase() != to) {
            awaitFollowing();
            answer.set(tryTo(to));
            if (++tries > 20) {
                throw new AssertionError("seed " + seed + ", " + trouble + ": still " + phase() + ": " + answer + "\n"
                        + told.lines + "\n" + follower.log());
            }
        }
        if (pauses) {
            Thread.sleep(RoutedInstance.LEASE.plusMillis(500));
            victim.wake();
        }
        mend(trouble, victim);
        return tries;
    }

    private void mend(Trouble trouble, RoutedProcess victim) throws IOException, InterruptedException {
        victim.mend();
        if (trouble == Trouble.INSTANCE_KILLED) {
            victim.start();
        }
        awaitFollowing();
        long before = victim.progress();
        Awaitility.await()
                .alias("seed " + seed + ": " + victim.name() + " goes on after " + trouble)
                .atMost(PATIENCE)
                .until(() -> {
                    follower.run(Duration.ofMillis(50));
                    return victim.progress() > before + 2_000;
                });
    }

    /** What it failed with, or nothing. */
    private String tryTo(Phase to) {
        try {
            return steps().move(to).toString();
        } catch (FailedException e) {
            return String.valueOf(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    /** Lets the instances end, and waits until both databases hold the same. */
    void end() throws IOException, InterruptedException {
        for (RoutedProcess instance : instances) {
            instance.end();
        }
        Awaitility.await()
                .alias("seed " + seed + ": both databases hold the same")
                .atMost(PATIENCE)
                .until(() -> inMongo().equals(inPostgres()));
    }

    Ledger ledger() throws IOException {
        Ledger ledger = new Ledger();
        for (RoutedProcess instance : instances) {
            instance.addTo(ledger);
        }
        return ledger;
    }

    String log() throws IOException {
        return follower.log();
    }

    /** How often each key is there. */
    private Map<String, Integer> inMongo() {
        Map<String, Integer> all = new TreeMap<>();
        for (Document found : notes().find()) {
            all.merge(found.getString("key"), 1, Integer::sum);
        }
        return all;
    }

    private Map<String, Integer> inPostgres() throws InterruptedException {
        Map<String, Integer> all = new TreeMap<>();
        for (String key : Look.texts(pg, "SELECT key FROM public.notes")) {
            all.merge(key, 1, Integer::sum);
        }
        return all;
    }

    /** Everything that must not be. */
    List<String> violations(Ledger ledger) throws InterruptedException {
        List<String> all = new ArrayList<>();
        Map<String, Integer> there = inMongo();
        ledger.done.keySet().stream().filter(key -> !there.containsKey(key)).forEach(key -> all.add("lost: " + key));
        there.forEach((key, times) -> {
            if (times > 1) {
                all.add("done " + times + " times: " + key);
            }
            if (!ledger.tried.contains(key)) {
                all.add("nobody wrote: " + key);
            }
            if (ledger.undone.contains(key)) {
                all.add("done, though it was said not to be: " + key);
            }
        });
        List<Charge> charges = Charge.of(state.phases().steps(10_000));
        for (Ledger.Done done : ledger.done.values()) {
            if (charges.stream().noneMatch(charge -> charge.allows(done))) {
                all.add("written to the database that was not in charge: " + done);
            }
        }
        for (Ledger.Line line : ledger.others) {
            boolean excused = !line.what().equals("stale")
                    && instances.stream().anyMatch(one -> one.name().equals(line.instance()) && one.excuses(line.at()));
            if (!excused) {
                all.add(line.words());
            }
        }
        return all;
    }

    @Override
    public void close() throws InterruptedException {
        for (RoutedProcess instance : instances) {
            instance.close();
        }
        follower.close();
        try (Mongo mongo = Mongo.connect(MongoWithUsers.changeover(database))) {
            mongo.fence().lower();
        }
        notes().drop();
        client.close();
        pg.close();
    }
}
