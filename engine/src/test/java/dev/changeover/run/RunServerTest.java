package dev.changeover.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.copy.CopySettings;
import dev.changeover.mapping.Tally;
import dev.changeover.mongo.Mongo;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.postgres.Tx;
import dev.changeover.servers.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RunServerTest {
    private static final CopySettings SMALL_CHUNKS = new CopySettings(
            3, 20_000, Duration.ofSeconds(20), Runtime.getRuntime().maxMemory());

    private static final String INVALID = "SELECT count(*) FROM pg_index WHERE NOT indisvalid";

    private Shop shop;
    private Pg pg;

    @BeforeEach
    void begin() {
        shop = new Shop();
        pg = Pg.connect(TestServers.freshPostgres(), new PgSettings(8, Duration.ofSeconds(10)));
    }

    @AfterEach
    void end() {
        pg.close();
        shop.close();
    }

    private static RunSettings settings(CopySettings copy) {
        return new RunSettings(copy, false, false, Optional.empty(), "test");
    }

    private Summary run(Pg target, RunSettings settings, Station.Listener stations) throws InterruptedException {
        try (Mongo mongo = Mongo.connect(shop.mongoUri)) {
            return new Run(mongo, target, settings, stations).until(Until.COPIED, "test", shop.planFile());
        }
    }

    private Summary run() throws InterruptedException {
        return run(pg, settings(SMALL_CHUNKS), Station.Listener.NONE);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyDocumentArrivesOnceOnTheNewestAndTheOldestServer(boolean newest) throws InterruptedException {
        shop.fill(1, 2_000, 3_000);
        String uri = newest ? TestServers.freshPostgres() : TestServers.freshOldestPostgres();
        try (Pg target = Pg.connect(uri, new PgSettings(8, Duration.ofSeconds(10)))) {
            Summary summary = run(target, settings(SMALL_CHUNKS), Station.Listener.NONE);
            assertThat(Shop.contents(target)).isEqualTo(shop.expected());
            assertThat(summary.notBuilt()).isEmpty();
            assertThat(summary.indexRemarks()).hasSize(newest ? 0 : 1);
            assertThat(summary.ledgers()).allSatisfy(Summary.Ledger::check);
            assertThat(Look.number(target, "SELECT count(*) FROM changeover.chunk"))
                    .isGreaterThan(10);
            assertThat(Look.texts(target, "SELECT indexdef FROM pg_indexes WHERE schemaname = 'shop'"))
                    .hasSize(newest ? 8 : 9) // before NULLS NOT DISTINCT a second index keeps NULL unique
                    .anyMatch(index -> index.contains("(email"))
                    .anyMatch(index -> index.contains("age DESC"));
        }
    }

    @Test
    void theLedgerTellsWhatBecameOfEveryValueWithAnExample() throws InterruptedException {
        shop.fill(2, 500, 0);
        Summary.Ledger users = run().ledgers().stream()
                .filter(ledger -> ledger.namespace().equals(shop.users()))
                .findFirst()
                .orElseThrow();
        assertThat(users.counts().documents()).isEqualTo(500);
        assertThat(users.values(Tally.Outcome.KEPT)).isPositive();
        assertThat(users.lines())
                .filteredOn(line -> line.field().equals("age") && line.outcome() == Tally.Outcome.KEPT)
                .singleElement()
                .satisfies(line -> {
                    assertThat(line.values()).isEqualTo(10);
                    assertThat(line.example()).isNotEmpty();
                });
    }

    @ParameterizedTest
    @EnumSource(
            value = Station.class,
            mode = EnumSource.Mode.MATCH_NONE,
            names = "(CUT|CUTOVER|BACK|PLAN|BACKFILL|REPAIR|VERIFY|FINISH|PHASE|REVERSE)_.*")
    void aRunThatDiesAnywhereGoesOnAndEndsExact(Station where) throws InterruptedException {
        shop.fill(3, 1_000, 500);
        for (int pass = 1; pass <= 3; pass++) {
            AtomicInteger passes = new AtomicInteger(pass);
            Throwable died = catchThrowable(() -> run(pg, settings(SMALL_CHUNKS), station -> {
                if (station == where && passes.decrementAndGet() == 0) {
                    throw new IllegalStateException("killed at " + where);
                }
            }));
            if (pass == 1) {
                assertThat(died).hasMessageContaining("killed at");
            }
        }
        run();
        assertThat(Shop.contents(pg)).isEqualTo(shop.expected());
    }

    @Test
    void aConnectionLostWhileCommittingIsSettledByLooking() throws InterruptedException {
        shop.fill(4, 1_000, 0);
        AtomicInteger cuts = new AtomicInteger();
        run(pg, settings(SMALL_CHUNKS), station -> {
            if ((station == Station.CHUNK_WRITTEN || station == Station.CHUNK_READ)
                    && cuts.incrementAndGet() % 7 == 3) {
                cutEveryCopy();
            }
        });
        assertThat(cuts.get()).isGreaterThan(7);
        assertThat(Shop.contents(pg)).isEqualTo(shop.expected());
    }

    /** Ends the sessions that are in a transaction, from the server's side. */
    private void cutEveryCopy() {
        try {
            Look.texts(
                    pg,
                    "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND pid <> pg_backend_pid() AND backend_xid IS NOT NULL");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aChunkThatTakesTooLongIsDivided() throws InterruptedException {
        shop.fill(5, 10, 0);
        for (int i = 0; i < 40; i++) {
            shop.db().getCollection("orders").insertOne(new Document("note", "x".repeat(1_000_000 + i)));
        }
        CopySettings slow = new CopySettings(2, 1 << 30, Duration.ofNanos(1), 256 << 20);
        run(pg, settings(slow), Station.Listener.NONE);
        assertThat(Look.number(pg, "SELECT count(*) FROM changeover.chunk WHERE done"))
                .isGreaterThan(2);
        assertThat(Shop.contents(pg)).isEqualTo(shop.expected());
    }

    @Test
    void theRestOfADividedChunkIsNotForgottenWhenTheRunDies() throws InterruptedException {
        for (int i = 0; i < 40; i++) {
            shop.db().getCollection("orders").insertOne(new Document("note", "x".repeat(1_000_000 + i)));
        }
        CopySettings slow = new CopySettings(2, 1 << 30, Duration.ofNanos(1), 256 << 20);
        for (int pass = 1; pass <= 3; pass++) {
            AtomicInteger commits = new AtomicInteger();
            int last = pass;
            assertThat(catchThrowable(() -> run(pg, settings(slow), station -> {
                        if (station == Station.CHUNK_COMMITTED && commits.incrementAndGet() == last) {
                            throw new IllegalStateException("killed");
                        }
                    })))
                    .hasMessageContaining("killed");
        }
        run(pg, settings(slow), Station.Listener.NONE);
        assertThat(Shop.contents(pg)).isEqualTo(shop.expected());
    }

    @Test
    void aChunkThatAZombieHasCommittedMeanwhileIsNotCopiedAgain() throws InterruptedException {
        shop.fill(12, 500, 0);
        AtomicInteger chunks = new AtomicInteger();
        run(pg, settings(new CopySettings(1, 20_000, Duration.ofSeconds(20), 256 << 20)), station -> {
            if (station == Station.CHUNK_READ && chunks.incrementAndGet() == 2) {
                commitAsAZombie();
            }
        });
        assertThat(Look.number(pg, "SELECT count(*) FROM changeover.chunk WHERE documents = 0 AND epoch IS NULL"))
                .isEqualTo(1);
    }

    /** Marks the first open chunk of users as done, as a process that is dead by now may still do. */
    private void commitAsAZombie() {
        try {
            pg.change(
                    "be a zombie",
                    tx -> tx.update(
                            "UPDATE changeover.chunk SET done = true, documents = 0, rows = 0, child_rows = 0, bytes = 0,"
                                    + " value_count = 0 WHERE (namespace, ordinal) = (SELECT namespace, ordinal FROM"
                                    + " changeover.chunk WHERE NOT done ORDER BY namespace DESC, ordinal LIMIT 1)"));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aFinishedRunSaysItsSummaryAgainAndChangesNothing() throws InterruptedException {
        shop.fill(6, 100, 100);
        Summary first = run();
        shop.db().getCollection("users").insertOne(new Document("_id", "late"));
        assertThat(run().ledgers()).isEqualTo(first.ledgers());
    }

    @Test
    void aPlanThatChangedSinceTheCopyBeganIsRefusedAndStartingOverTakesIt() throws InterruptedException {
        shop.fill(7, 100, 0);
        assertThat(catchThrowable(() -> run(pg, settings(SMALL_CHUNKS), station -> {
                    if (station == Station.CHUNK_COMMITTED) {
                        throw new IllegalStateException("stop");
                    }
                })))
                .hasMessageContaining("stop");
        String other = shop.planFile().replace("type: integer", "type: bigint");
        try (Mongo mongo = Mongo.connect(shop.mongoUri)) {
            FailedException e = catchThrowableOfType(
                    FailedException.class,
                    () -> new Run(mongo, pg, settings(SMALL_CHUNKS), Station.Listener.NONE)
                            .until(Until.COPIED, "test", other));
            assertThat(e.failure()).isInstanceOfSatisfying(Failure.Refused.class, refused -> {
                assertThat(refused.reason()).contains("age");
                assertThat(refused.remedy()).contains("--start-over");
            });
            RunSettings over = new RunSettings(SMALL_CHUNKS, false, true, Optional.empty(), "test");
            new Run(mongo, pg, over, Station.Listener.NONE).until(Until.COPIED, "test", other);
        }
        assertThat(Look.number(pg, "SELECT count(*) FROM shop.users")).isEqualTo(100);
    }

    @Test
    void aUniqueIndexThatTheDataBreakIsToldWithTheDocuments() throws InterruptedException {
        shop.fill(8, 100, 0);
        shop.db()
                .getCollection("users")
                .insertMany(List.of(
                        new Document("_id", "twin1").append("email", "same"),
                        new Document("_id", "twin2").append("email", "same")));
        Summary summary = run();
        assertThat(summary.notBuilt())
                .singleElement()
                .satisfies(
                        failed -> assertThat(failed.reason()).contains("twin1").contains("twin2"));
        assertThat(Look.number(pg, "SELECT count(*) FROM shop.users")).isEqualTo(102);
    }

    @Test
    void existingTablesAreFilledAndIndexedWhileOthersMayReadThem() throws InterruptedException {
        shop.fill(9, 200, 50);
        makeUsers();
        RunSettings existing = new RunSettings(SMALL_CHUNKS, true, false, Optional.empty(), "test");
        run(pg, existing, Station.Listener.NONE);
        assertThat(Look.number(pg, "SELECT count(*) FROM shop.users WHERE added = 'x'"))
                .isEqualTo(200);
        assertThat(Look.texts(pg, "SELECT indexdef FROM pg_indexes WHERE tablename = 'users' AND schemaname = 'shop'"))
                .hasSize(4);
    }

    private void makeUsers() throws InterruptedException {
        pg.change("make tables", tx -> tx.execute("""
                CREATE SCHEMA shop;
                CREATE TABLE shop.users (id uuid PRIMARY KEY, mongo_id text COLLATE "C", name text, age integer,
                    email text, born timestamptz, mongo_extra jsonb, added text DEFAULT 'x')"""));
    }

    /** What is left then is an index that nobody can use, whether a key's or another's. */
    @ParameterizedTest
    @EnumSource(
            value = Station.class,
            names = {"TABLES_CREATED", "KEYS_BUILT"})
    void anIndexWhoseBuildBesideOthersWasStoppedIsDroppedAndBuiltAnew(Station before) throws InterruptedException {
        shop.fill(13, 200, 0);
        makeUsers();
        RunSettings existing = new RunSettings(SMALL_CHUNKS, true, false, Optional.empty(), "test");
        AtomicReference<Tx> holding = new AtomicReference<>();
        FutureTask<Summary> task = new FutureTask<>(() -> run(pg, existing, station -> {
            if (station == before && holding.get() == null) {
                holding.set(pg.begin("use the table"));
                holding.get().execute("LOCK TABLE shop.users IN ROW EXCLUSIVE MODE");
            }
        }));
        Thread stopped = Thread.ofVirtual().start(task);
        Awaitility.await()
                .until(() -> holding.get() != null
                        && Look.number(
                                        pg,
                                        "SELECT count(*) FROM pg_stat_progress_create_index"
                                                + " WHERE datname = current_database() AND phase LIKE 'waiting%'")
                                == 1);
        stopped.interrupt();
        stopped.join();
        holding.get().close();
        assertThat(Look.number(pg, INVALID)).isEqualTo(1);

        assertThat(run(pg, existing, Station.Listener.NONE).notBuilt()).isEmpty();

        assertThat(Look.number(pg, INVALID)).isZero();
        assertThat(Look.texts(pg, "SELECT indexdef FROM pg_indexes WHERE tablename = 'users' AND schemaname = 'shop'"))
                .hasSize(4);
        assertThat(Look.number(pg, "SELECT count(*) FROM shop.users")).isEqualTo(200);
    }

    @Test
    void theSchemaOfTheStateTellsTheSameAsTheSummary() throws InterruptedException {
        shop.fill(10, 300, 200);
        run();
        assertThat(Look.texts(
                        pg,
                        "SELECT c.namespace FROM (SELECT namespace, sum(documents) d, sum(rows) r, sum(value_count) v FROM"
                                + " changeover.chunk GROUP BY 1) c JOIN (SELECT namespace, sum(value_count) v FROM"
                                + " changeover.tally GROUP BY 1) t USING (namespace) WHERE c.d = c.r AND c.v = t.v"))
                .hasSize(2);
        assertThat(Look.texts(pg, "SELECT rows_found FROM changeover.relation WHERE table_name = 'users'"))
                .containsExactly("300");
    }

    @Test
    void aCollectionThatIsGoneIsRefused() {
        shop.db().getCollection("orders").drop();
        FailedException e = catchThrowableOfType(FailedException.class, this::run);
        assertThat(e.failure()).isInstanceOf(Failure.Refused.class);
        assertThat(e).hasMessageContaining(".orders");
    }

    @Test
    void aLimitIsKept() throws InterruptedException {
        shop.fill(11, 600, 0);
        long begun = System.nanoTime();
        RunSettings limited = new RunSettings(
                SMALL_CHUNKS,
                false,
                false,
                Optional.of(new dev.changeover.state.Watch.Limits(
                        java.util.OptionalDouble.of(300), java.util.OptionalDouble.empty())),
                "test");
        run(pg, limited, Station.Listener.NONE);
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(1_500));
        assertThat(Look.number(pg, "SELECT count(*) FROM shop.users")).isEqualTo(600);
    }
}
