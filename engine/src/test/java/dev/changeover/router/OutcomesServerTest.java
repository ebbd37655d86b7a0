package dev.changeover.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoException;
import com.mongodb.MongoNamespace;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.changeover.servers.FaultyProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** What a failure says about a write: not done and made again, done in part, or nobody knows. */
class OutcomesServerTest {
    private final AtomicInteger tries = new AtomicInteger();
    private World world;
    private Router router;
    private Route<Store> route;
    private MongoCollection<Document> ledger;

    @BeforeEach
    void begin() throws InterruptedException, SQLException {
        world = new World();
        router = world.router();
        route = router.route(Store.MONGO, Store.POSTGRES);
        ledger = world.mongo.getCollection("ledger");
    }

    @AfterEach
    void end() throws InterruptedException {
        router.close();
        world.close();
    }

    private void move(dev.changeover.Phase to) throws InterruptedException, SQLException {
        world.move(to);
        Awaitility.await().until(() -> router.phase().words().equals(to.words()));
    }

    private static Document entry(String name, int amount) {
        return new Document("_id", name).append("amount", amount);
    }

    /** The other fence: the collection's old name is a view. */
    @Test
    void aWriteToTheViewOfACollectionThatWasRenamedWaits() throws InterruptedException {
        ledger.insertOne(entry("a", 1));
        ledger.renameCollection(new MongoNamespace(world.mongo.getName(), "aside"));
        world.mongo.createView("ledger", "aside", List.of());
        Thread write = new Thread(() -> route.run(s -> {
            while (ledger.updateOne(Filters.eq("a"), Updates.inc("amount", 1)).getMatchedCount() == 0) {
                Thread.onSpinWait(); // for a moment below there is neither view nor collection
            }
        }));
        write.start();
        Awaitility.await().until(() -> router.figures().fenced() > 2);
        ledger.drop();
        world.mongo.getCollection("aside").renameCollection(new MongoNamespace(world.mongo.getName(), "ledger"));
        write.join();
        assertThat(ledger.find().first()).isEqualTo(entry("a", 2));
    }

    /** A fence aborts what is open, when it does not wait for it. */
    @Test
    void aTransactionThatWasAbortedIsMadeAnew() {
        route.run(s -> {
            try (ClientSession session = world.client.startSession()) {
                session.startTransaction();
                ledger.insertOne(session, entry("a" + tries.incrementAndGet(), 1));
                ledger.insertOne(session, entry("b" + tries.get(), 1));
                if (tries.get() < 3) {
                    world.abortTransactions();
                }
                session.commitTransaction();
            }
        });
        assertThat(ledger.find().map(entry -> entry.getString("_id")))
                .as("one try, both entries")
                .containsExactlyInAnyOrder("a3", "b3");
        assertThatThrownBy(() -> route.run(s -> {
                    try (ClientSession session = world.client.startSession()) {
                        session.startTransaction();
                        ledger.insertOne(session, entry("c", 1));
                        world.abortTransactions();
                        session.commitTransaction();
                    }
                }))
                .as("always: that is no fence")
                .isInstanceOf(MongoException.class);
    }

    /** The fence waits for it, or aborts it; in either case all of it is there once, or none. */
    @Test
    void aTransactionThatIsOpenWhenTheFenceComesIsDoneOnce() throws InterruptedException {
        Thread fence = new Thread(world::fence);
        Thread write = new Thread(() -> route.run(s -> {
            try (ClientSession session = world.client.startSession()) {
                session.startTransaction();
                ledger.insertOne(session, entry("a", 1));
                ledger.insertOne(session, entry("b", 1));
                if (tries.incrementAndGet() == 1) {
                    fence.start();
                    Awaitility.await()
                            .during(Duration.ofMillis(200))
                            .atMost(Duration.ofSeconds(5))
                            .until(() -> true);
                }
                session.commitTransaction();
            }
        }));
        write.start();
        Awaitility.await().until(() -> tries.get() > 0 && fence.getState() == Thread.State.TERMINATED);
        world.unfence();
        write.join();
        assertThat(ledger.countDocuments()).isEqualTo(2);
        assertThat(router.figures().notDone()).isZero();
    }

    @Test
    void whatIsDoneInPartIsNotDoneTwice() {
        assertThatThrownBy(() -> route.run(s -> {
                    ledger.insertOne(entry("a" + tries.incrementAndGet(), 1));
                    world.fence();
                    ledger.insertOne(entry("b", 1));
                }))
                .isInstanceOf(PartlyDoneException.class)
                .hasMessageContaining("Put what belongs together into one transaction");
        assertThat(tries).hasValue(1);
        world.unfence();
        route.idempotent().run(s -> {
            ledger.replaceOne(Filters.eq("a1"), entry("a1", 2));
            if (tries.incrementAndGet() == 2) {
                world.fence();
                new Thread(() -> {
                            Awaitility.await().until(() -> router.figures().fenced() > 0);
                            world.unfence();
                        })
                        .start();
            }
            ledger.insertOne(entry("b", 1));
        });
        assertThat(ledger.countDocuments()).isEqualTo(2);
    }

    @Test
    void whatTheApplicationGetsWrongIsItsOwn() {
        ledger.insertOne(entry("a", 1));
        assertThatThrownBy(() -> route.run(s -> {
                    tries.incrementAndGet();
                    ledger.insertOne(entry("a", 2));
                }))
                .isInstanceOf(MongoException.class)
                .hasMessageContaining("E11000");
        assertThatThrownBy(() -> route.write(s -> {
                    throw new IllegalArgumentException("no");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(tries).hasValue(1);
    }

    @Test
    void aFenceThatStaysEndsInAnExceptionThatSaysNothingWasDone() throws SQLException {
        try (Router impatient = Router.builder(world.source)
                .settings(RouterSettings.DEFAULT
                        .withLease(Duration.ofSeconds(2))
                        .withPatience(Duration.ofMillis(500))
                        .withCutPatience(Duration.ofSeconds(2)))
                .start()) {
            world.fence();
            assertThatThrownBy(() -> impatient.route(1, 2).run(s -> ledger.insertOne(entry("a", 1))))
                    .isInstanceOf(NotDoneException.class)
                    .hasMessageContaining("nothing of the call was done")
                    .hasCauseInstanceOf(MongoException.class);
            assertThat(impatient.figures().notDone()).isOne();
        }
    }

    @Test
    void writesThatAFenceRefusesTakeTurns() throws InterruptedException {
        int writers = 60;
        try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
            world.fence();
            long begun = System.nanoTime();
            for (int i = 0; i < writers; i++) {
                Document entry = entry("n" + i, i);
                Future<?> unused = threads.submit(() -> route.run(s -> ledger.insertOne(entry)));
            }
            Awaitility.await().until(() -> router.figures().fenced() >= writers);
            TimeUnit.SECONDS.sleep(1);
            long refused = router.figures().fenced();
            long turns = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 10;
            world.unfence();
            assertThat(refused).as("each at once, and then one every 10 ms").isLessThanOrEqualTo(writers + turns + 1);
        }
        assertThat(ledger.countDocuments()).isEqualTo(writers);
    }

    @Test
    void whatIsTakenAgainEndsTheWaitOfTheOthers() throws InterruptedException {
        Gate gate = new Gate(false);
        gate.hear(new PhaseTable.Answer(Phase.MONGO, 1), System.nanoTime(), System.nanoTime());
        Era era = Objects.requireNonNull(gate.newest());
        Thread waits = Thread.ofPlatform()
                .start(() -> gate.awaitTurn(era, Duration.ofDays(1), Deadline.in(Duration.ofDays(1))));
        Awaitility.await().until(() -> waits.getState() == Thread.State.TIMED_WAITING);
        gate.takenAgain();
        assertThat(waits.join(Duration.ofSeconds(20))).isTrue();
    }

    @Test
    void aWriteToMongoWithoutAnAnswerIsReported() {
        try (FaultyProxy proxy = FaultyProxy.before(world.mongoUri());
                MongoClient client = MongoClients.create(
                        World.watched(proxy.through(world.mongoUri()) + "&directConnection=true&retryWrites=false"))) {
            MongoCollection<Document> through =
                    client.getDatabase(world.mongo.getName()).getCollection("ledger");
            assertThatThrownBy(() -> route.run(s -> {
                        tries.incrementAndGet();
                        through.countDocuments();
                        proxy.cutAfter(0);
                        through.insertOne(entry("a", 1));
                    }))
                    .isInstanceOf(UnknownOutcomeException.class)
                    .extracting(e -> ((UnknownOutcomeException) e).store())
                    .isEqualTo(Store.MONGO);
            assertThat(tries).hasValue(1);
            assertThat(ledger.countDocuments()).as("it was done").isOne();
            route.idempotent().run(s -> {
                proxy.mend();
                through.countDocuments();
                if (tries.incrementAndGet() == 2) {
                    proxy.cutAfter(0);
                }
                through.replaceOne(Filters.eq("a"), entry("a", 2));
            });
            assertThat(tries).hasValue(3);
            assertThatThrownBy(() -> route.run(s -> {
                        proxy.cutAfter(0);
                        through.countDocuments();
                    }))
                    .as("only a question got no answer")
                    .isInstanceOf(MongoException.class);
        }
    }

    @Test
    void aWriteToMongoWithoutAnAnswerIsNeverTriedOnPostgres() throws InterruptedException, Exception {
        move(dev.changeover.Phase.PG_READS);
        try (FaultyProxy proxy = FaultyProxy.before(world.mongoUri());
                MongoClient client = MongoClients.create(
                        World.watched(proxy.through(world.mongoUri()) + "&directConnection=true&retryWrites=false"))) {
            MongoCollection<Document> through =
                    client.getDatabase(world.mongo.getName()).getCollection("ledger");
            assertThatThrownBy(() -> route.idempotent().run(s -> {
                        tries.incrementAndGet();
                        through.countDocuments();
                        proxy.cutAfter(0);
                        try {
                            through.insertOne(entry("a", 1));
                        } finally {
                            world.move(dev.changeover.Phase.POSTGRES);
                        }
                    }))
                    .isInstanceOf(UnknownOutcomeException.class);
            assertThat(tries).hasValue(1);
            assertThat(world.onPostgres().find("a"))
                    .as("the drain brought it over")
                    .contains(1);
        }
    }

    @Test
    void aCommitOnPostgresWithoutAnAnswerIsReported() throws InterruptedException, Exception {
        move(dev.changeover.Phase.POSTGRES);
        try (FaultyProxy proxy = FaultyProxy.before(world.source.getJdbcUrl())) {
            PGSimpleDataSource plain = new PGSimpleDataSource();
            plain.setUrl(proxy.through(world.source.getJdbcUrl()));
            DataSource fenced = router.dataSource(plain);
            assertThatThrownBy(() -> route.run(s -> commit(fenced, proxy, tries.incrementAndGet() == 1)))
                    .isInstanceOf(UnknownOutcomeException.class)
                    .extracting(e -> ((UnknownOutcomeException) e).store())
                    .isEqualTo(Store.POSTGRES);
            assertThat(tries).hasValue(1);
            assertThat(world.onPostgres().find("a")).as("it was done").contains(1);
            route.idempotent().run(s -> {
                proxy.mend();
                commit(fenced, proxy, tries.incrementAndGet() == 2);
            });
            assertThat(tries).hasValue(3);
            proxy.mend();
            assertThatThrownBy(() -> route.run(s -> {
                        try (Connection connection = fenced.getConnection()) {
                            connection.setAutoCommit(false);
                            proxy.cut();
                            insert(connection);
                        }
                    }))
                    .as("it was not committed")
                    .isInstanceOf(SQLException.class);
        }
    }

    private static void commit(DataSource source, FaultyProxy proxy, boolean cut) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            insert(connection);
            if (cut) {
                proxy.cutAfter(0);
            }
            connection.commit();
        }
    }

    private static void insert(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("INSERT INTO ledger VALUES ('a', 1) ON CONFLICT DO NOTHING");
        }
    }

    @Test
    void aWriteThatBeginsWhileThePhaseIsLockedGoesOnMongoAfterwards() throws InterruptedException, Exception {
        move(dev.changeover.Phase.POSTGRES);
        Route<Ledger> entries = world.route(router);
        Thread write = new Thread(() -> {
            try {
                entries.run(l -> l.save("a", tries.incrementAndGet()));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        world.wayBack(() -> {
            write.start();
            Awaitility.await().until(() -> tries.get() == 1);
            Awaitility.await().during(Duration.ofMillis(300)).until(write::isAlive);
        });
        write.join();
        assertThat(world.onMongo().find("a")).isPresent();
        assertThat(router.phase()).isEqualTo(Phase.PG_READS);
        assertThat(router.figures().fenced()).isPositive();
    }

    /** A pool's or a role's own limits are shorter than a way back may take. */
    @Test
    void aLockTimeoutWhileThePhaseIsLockedIsNoFailure() throws InterruptedException, Exception {
        move(dev.changeover.Phase.POSTGRES);
        PGSimpleDataSource limited = new PGSimpleDataSource();
        limited.setUrl(world.source.getJdbcUrl());
        limited.setOptions("-c lock_timeout=50ms");
        Ledger onPostgres = new Ledger.OnPostgres(router.dataSource(limited));
        Route<Ledger> entries = router.route(world.onMongo(), onPostgres);
        Thread write = new Thread(() -> {
            try {
                entries.run(l -> l.save("a", tries.incrementAndGet()));
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        });
        world.wayBack(() -> {
            write.start();
            Awaitility.await().until(() -> tries.get() > 2);
        });
        write.join();
        assertThat(world.onMongo().find("a")).isPresent();
    }

    /** Programs that do not use the wrapped pool, or write in autocommit mode, are stopped by the tables' own trigger. */
    @Test
    void aStatementOfAnOldEpochIsRefusedByTheTableItself() throws InterruptedException, Exception {
        move(dev.changeover.Phase.POSTGRES);
        Awaitility.await().until(() -> world.phases.instances().get(0).epoch() == 3);
        route.run(s -> {
            if (tries.incrementAndGet() == 1) {
                assertThat(s).isEqualTo(Store.POSTGRES);
                world.wayBack(() -> {});
            }
            if (s == Store.POSTGRES) {
                try (Connection connection = router.dataSource(world.source).getConnection()) {
                    insert(connection);
                }
            } else {
                ledger.insertOne(entry("a", 1));
            }
        });
        assertThat(tries).hasValue(2);
        assertThat(world.onMongo().find("a")).contains(1);
    }

    /** There and back and there again, while it was about to begin. */
    @Test
    void aWriteOfAnEpochThatIsOverIsMadeAnew() throws InterruptedException, Exception {
        move(dev.changeover.Phase.POSTGRES);
        DataSource source = router.dataSource(world.source);
        route.run(s -> {
            if (tries.incrementAndGet() == 1) {
                world.move(dev.changeover.Phase.PG_READS);
                world.move(dev.changeover.Phase.POSTGRES);
            }
            try (Connection connection = source.getConnection()) {
                connection.setAutoCommit(false);
                insert(connection);
                connection.commit();
            }
        });
        assertThat(tries).hasValue(2);
        assertThat(world.onPostgres().find("a")).contains(1);
    }
}
