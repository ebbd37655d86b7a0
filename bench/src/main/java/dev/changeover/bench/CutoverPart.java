package dev.changeover.bench;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.zaxxer.hikari.HikariDataSource;
import dev.changeover.Namespace;
import dev.changeover.Phase;
import dev.changeover.Station;
import dev.changeover.bson.BsonType;
import dev.changeover.copy.CopySettings;
import dev.changeover.mongo.Mongo;
import dev.changeover.phase.Steps;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import dev.changeover.planfile.PlanFile;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.router.MongoTimes;
import dev.changeover.router.Route;
import dev.changeover.router.Router;
import dev.changeover.router.TrialSettings;
import dev.changeover.run.Run;
import dev.changeover.run.RunSettings;
import dev.changeover.run.Summary;
import dev.changeover.run.Until;
import dev.changeover.servers.ServerSettings;
import dev.changeover.servers.Servers;
import dev.changeover.state.Cutovers;
import dev.changeover.state.State;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.bson.Document;

/**
 * How long writes wait when PostgreSQL takes charge, and when MongoDB does again, while an application writes through the
 * router.
 */
public final class CutoverPart {
    private static final String DATABASE = "bench";
    private static final int DOCUMENTS = 10_000;
    private static final int WRITERS = 100;
    private static final int WRITES_A_SECOND = 2_000;
    private static final int CUTOVERS = 20;
    private static final Duration DWELL = Duration.ofSeconds(2);
    /** In phase both a fifth of the writes is rehearsed on PostgreSQL, as docs/router.md says. */
    private static final Duration REHEARSALS = Duration.ofSeconds(15);

    private CutoverPart() {}

    /** A counter on each database. */
    private interface Counters {
        void set(int id, long n) throws SQLException;
    }

    static Figures measure(Ground ground) throws InterruptedException, SQLException {
        Figures figures = new Figures("cutover");
        try (Servers servers = Servers.start(ServerSettings.WITH_USERS, ground::say)) {
            servers.createPostgresDatabase(DATABASE);
            String mongoUri = servers.mongoUri(DATABASE);
            try (MongoClient client = MongoClients.create(mongoUri)) {
                List<Document> some = new ArrayList<>();
                for (int i = 0; i < DOCUMENTS; i++) {
                    some.add(new Document("_id", "" + i).append("n", 0L).append("note", "x".repeat(300)));
                }
                client.getDatabase(DATABASE).getCollection("counters").insertMany(some);
            }
            try (Mongo mongo = Mongo.connect(mongoUri);
                    Pg pg = Pg.connect(servers.postgresUri(DATABASE), new PgSettings(12, Duration.ofSeconds(30)));
                    Load load = new Load(
                            servers.mongoApplicationUri(DATABASE), Databases.jdbc(servers.postgresUri(DATABASE)))) {
                Thread follower = follow(mongo, pg);
                moves(ground, State.open(pg), load, figures);
                follower.interrupt();
                follower.join();
            }
        }
        return figures;
    }

    private static Thread follow(Mongo mongo, Pg pg) throws InterruptedException {
        CollectionPlan counters = new CollectionPlan(
                new Namespace(DATABASE, "counters"),
                new TableName("public", "counters"),
                BsonType.STRING,
                List.of(
                        FieldPlan.Column.of("n", "n", ColumnType.BIGINT, BsonType.INT64),
                        FieldPlan.Column.of("note", "note", ColumnType.TEXT, BsonType.STRING)),
                List.of(),
                Notes.NONE);
        String plan = PlanFile.write(new Plan(List.of(counters), List.of()));
        CopySettings copy = new CopySettings(
                1, 1 << 24, Duration.ofSeconds(20), Runtime.getRuntime().maxMemory());
        Run run = new Run(
                mongo, pg, new RunSettings(copy, false, false, Optional.empty(), "bench"), Station.Listener.NONE);
        Thread thread = Thread.ofPlatform().name("run").start(() -> {
            try {
                Summary unused = run.until(Until.STOPPED, DATABASE, plan);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        State state = State.open(pg);
        while (state.watch().beat().filter(beat -> beat.step().equals("follow")).isEmpty()) {
            Thread.sleep(Duration.ofMillis(50));
        }
        return thread;
    }

    private static void moves(Ground ground, State state, Load load, Figures figures)
            throws SQLException, InterruptedException {
        load.start();
        move(state, Phase.BOTH);
        Thread.sleep(REHEARSALS);
        move(state, Phase.PG_READS);
        Thread.sleep(DWELL);
        load.longest.set(0); // the moves before are no cutovers
        long before = load.done.get();
        long begun = System.nanoTime();
        for (int i = 0; i < CUTOVERS; i++) {
            ground.say("cutover " + (i + 1) + " of " + CUTOVERS);
            add(figures, "to PostgreSQL", move(state, Phase.POSTGRES), load);
            add(figures, "back to MongoDB", move(state, Phase.PG_READS), load);
        }
        figures.add(
                "writes of the application",
                "writes/s",
                (load.done.get() - before) * 1e9 / (System.nanoTime() - begun));
        figures.add("writes that failed", "writes", load.failed.get());
        figures.note("Asked for: " + WRITES_A_SECOND + " writes/s, which the pauses, too, keep below that.");
        figures.note(
                "Writes waited: as the process says. Longest write: as the " + WRITERS + " writing clients saw it.");
    }

    private static void add(Figures figures, String move, long waitedMillis, Load load) throws InterruptedException {
        Thread.sleep(DWELL.dividedBy(4)); // those that waited have ended
        figures.add(move + ": writes waited", "ms", waitedMillis);
        figures.add(move + ": longest write", "ms", load.longest.getAndSet(0) / 1e6);
        Thread.sleep(DWELL);
        load.longest.set(0);
    }

    private static long move(State state, Phase to) throws InterruptedException {
        Steps.Outside outside = new Steps.Outside() {
            @Override
            public void tell(String line) {}

            @Override
            public void pause() throws InterruptedException {
                Thread.sleep(Duration.ofMillis(20));
            }

            @Override
            public void undo() {}
        };
        Steps.Settings settings = new Steps.Settings(
                "bench",
                Optional.empty(),
                Duration.ofSeconds(30),
                Set.of("verified", "lag"),
                Duration.ofSeconds(5),
                false);
        var unused = new Steps(state, settings, outside, Station.Listener.NONE).move(to);
        return state.cutovers()
                .last()
                .flatMap(Cutovers.Row::pause)
                .map(Duration::toMillis)
                .orElse(0L);
    }

    /** An application that writes at a pace. */
    private static final class Load implements AutoCloseable {
        final AtomicLong done = new AtomicLong();
        final AtomicLong failed = new AtomicLong();
        final AtomicLong longest = new AtomicLong();
        private final AtomicBoolean over = new AtomicBoolean();
        private final List<Thread> threads = new ArrayList<>();
        private final MongoClient client;
        private final HikariDataSource source = new HikariDataSource();
        private final long paceNanos;

        Load(String mongoUri, String postgresUrl) {
            client = MongoClients.create(MongoClientSettings.builder()
                    .applyConnectionString(new ConnectionString(mongoUri))
                    .addCommandListener(new MongoTimes())
                    .build());
            source.setJdbcUrl(postgresUrl);
            source.setMaximumPoolSize(20);
            paceNanos = 1_000_000_000L * WRITERS / WRITES_A_SECOND;
        }

        void start() throws SQLException {
            Router router = Router.builder(source)
                    .name("bench")
                    .trials(TrialSettings.NONE.withRehearsals(0.2))
                    .start();
            var counters = client.getDatabase(DATABASE).getCollection("counters");
            var routed = router.dataSource(source);
            Route<Counters> route = router.route(
                    (id, n) -> counters.updateOne(Filters.eq("_id", "" + id), Updates.set("n", n)), (id, n) -> {
                        try (Connection connection = routed.getConnection();
                                PreparedStatement update = connection.prepareStatement(
                                        "UPDATE public.counters SET n = ? WHERE mongo_id = ?")) {
                            connection.setAutoCommit(false);
                            update.setLong(1, n);
                            update.setString(2, "" + id);
                            int unused = update.executeUpdate();
                            connection.commit();
                        }
                    });
            for (int i = 0; i < WRITERS; i++) {
                int writer = i;
                threads.add(Thread.ofPlatform().daemon().start(() -> write(route, writer)));
            }
        }

        private void write(Route<Counters> route, int writer) {
            long due = System.nanoTime();
            for (long n = 1; !over.get(); n++) {
                long begun = System.nanoTime();
                int id = (int) ((n * WRITERS + writer) % DOCUMENTS);
                long value = n;
                try {
                    route.run(counters -> counters.set(id, value));
                    done.incrementAndGet();
                } catch (SQLException | RuntimeException e) {
                    failed.incrementAndGet();
                }
                longest.accumulateAndGet(System.nanoTime() - begun, Math::max);
                due = Math.max(due + paceNanos, System.nanoTime());
                java.util.concurrent.locks.LockSupport.parkNanos(due - System.nanoTime());
            }
        }

        @Override
        public void close() {
            over.set(true);
            for (Thread thread : threads) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            source.close();
            client.close();
        }
    }
}
