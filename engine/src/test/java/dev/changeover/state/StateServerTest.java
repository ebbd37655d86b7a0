package dev.changeover.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.ResumeToken;
import dev.changeover.bson.BsonType;
import dev.changeover.mapping.Tally;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.postgres.Tx;
import dev.changeover.servers.FaultyProxy;
import dev.changeover.servers.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StateServerTest {
    private static final Namespace USERS = new Namespace("shop", "users");
    private static final Chunks.Copied TEN = new Chunks.Copied(10, 10, 3, 1000, 40, Duration.ofSeconds(1));

    private Pg pg;
    private State state;
    private Owner owner;

    @BeforeEach
    void begin() throws InterruptedException {
        pg = Pg.connect(TestServers.freshPostgres(), new PgSettings(4, Duration.ofSeconds(3)));
        state = State.open(pg);
        owner = state.own("tester");
    }

    @AfterEach
    void end() {
        owner.close();
        pg.close();
    }

    private static Plan plan() {
        return new Plan(
                List.of(new CollectionPlan(
                        USERS,
                        new TableName("shop", "users"),
                        BsonType.OBJECT_ID,
                        List.of(FieldPlan.Column.of("age", "age", ColumnType.INTEGER, BsonType.INT32)),
                        List.of(),
                        Notes.NONE)),
                List.of());
    }

    private static IdBound bound(int n) {
        return new IdBound(new byte[] {(byte) n});
    }

    private void sql(String text) throws InterruptedException {
        pg.change("prepare a test", tx -> {
            tx.execute(text);
        });
    }

    private List<Chunk> twoChunks() throws InterruptedException {
        state.chunks()
                .plan(
                        owner,
                        USERS,
                        List.of(
                                new Chunk(USERS, 0, Optional.empty(), Optional.of(bound(5))),
                                new Chunk(USERS, 1, Optional.of(bound(5)), Optional.empty())),
                        20,
                        2000);
        return state.chunks().open();
    }

    @Test
    void theSchemaIsCreatedOnceAndFoundAgain() throws InterruptedException {
        State.open(pg);
        assertThat(State.find(pg)).isPresent();
    }

    @Test
    void everyTableAndTheSchemaExplainThemselves() throws InterruptedException {
        assertThat(Look.texts(
                        pg,
                        "SELECT relname FROM pg_class WHERE relnamespace = 'changeover'::regnamespace AND relkind = 'r'"
                                + " AND obj_description(oid, 'pg_class') IS NULL"))
                .isEmpty();
    }

    @Test
    void aNewerFormOfTheSchemaIsRefused() throws InterruptedException {
        sql("INSERT INTO changeover.version (version) VALUES (99)");
        FailedException e = catchThrowableOfType(FailedException.class, () -> State.open(pg));
        assertThat(e.failure()).isInstanceOf(Failure.Refused.class);
    }

    @Test
    void aSecondRunIsToldWhoHoldsTheTarget() {
        FailedException e = catchThrowableOfType(FailedException.class, () -> state.own("other"));
        assertThat(e.failure()).isInstanceOfSatisfying(Failure.Refused.class, refused -> {
            assertThat(refused.reason()).contains("tester");
            assertThat(refused.remedy()).containsPattern("pg_terminate_backend\\([1-9]\\d*\\)");
        });
    }

    @Test
    void aRunThatWasReplacedCanCommitNothing() throws InterruptedException {
        Chunk chunk = twoChunks().getFirst();
        owner.close();
        Owner later = state.own("later");
        try (Tx tx = pg.begin("copy")) {
            assertThatThrownBy(() -> state.chunks().done(tx, owner, chunk, TEN))
                    .isInstanceOf(FailedException.class)
                    .hasMessageContaining("later");
        } finally {
            later.close();
        }
    }

    private void silentFor(int seconds) throws InterruptedException {
        sql("UPDATE changeover.owner SET beat = clock_timestamp() - interval '" + seconds + " s'");
    }

    @Test
    void aTargetIsTakenOverWhenItsOwnerHasGivenNoSignOfLifeForAMinute() throws InterruptedException {
        Chunk chunk = twoChunks().getFirst();
        silentFor(45);
        assertThatThrownBy(() -> state.own("early")).hasMessageContaining("tester is at it since");
        silentFor(61);
        try (Owner later = state.own("later");
                Tx tx = pg.begin("copy")) {
            assertThatThrownBy(() -> state.chunks().done(tx, owner, chunk, TEN))
                    .hasMessageContaining("later has taken over");
            assertThatThrownBy(() -> owner.beat("copy", 1, 2)).hasMessageContaining("later has taken over");
            later.beat("copy", 1, 2);
        }
    }

    @Test
    void aLostSessionIsReplacedAndTheLockTakenAgain() throws InterruptedException {
        pg.transaction(
                "cut",
                tx -> tx.rows(
                        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid"
                                + " FROM pg_database WHERE datname = current_database())",
                        row -> true));
        owner.beat("copy", 1, 2);
        assertThat(state.watch().beat().orElseThrow().step()).isEqualTo("copy");
        FailedException e = catchThrowableOfType(FailedException.class, () -> state.own("other"));
        assertThat(e.failure()).isInstanceOf(Failure.Refused.class);
    }

    /** Nobody has told the server, so its process still holds the lock: we end it, and only it. */
    @Test
    void theLockOfASilentSessionIsTakenAgain() throws InterruptedException {
        String uri = TestServers.freshPostgres();
        try (FaultyProxy proxy = FaultyProxy.before(uri);
                Pg through = Pg.connect(
                        TestServers.jdbc(proxy.through(uri)) + "&socketTimeout=1",
                        new PgSettings(4, Duration.ofSeconds(20)));
                Owner silent = State.open(through).own("silent")) {
            proxy.freeze();
            silent.beat("copy", 1, 2);
            assertThatThrownBy(() -> State.open(through).own("second"))
                    .isInstanceOf(FailedException.class)
                    .hasMessageContaining("silent is at it since");
        }
    }

    @Test
    void theFirstT0Stays() throws InterruptedException {
        state.runs().begin(owner, "rs/host", "plan");
        Runs.Start first = new Runs.Start(new ClusterTime(4_000_000_000L, 4_000_000_000L), new ResumeToken("{}"));
        assertThat(state.runs().noted(owner, first)).isEqualTo(first);
        assertThat(state.runs().noted(owner, new Runs.Start(new ClusterTime(5, 5), new ResumeToken("{\"x\":1}"))))
                .isEqualTo(first);
        assertThat(state.runs().begin(owner, "rs/host", "another").plan()).isEqualTo("plan");
    }

    @Test
    void aChunkIsDoneOnlyOnce() throws InterruptedException {
        Chunk chunk = twoChunks().getFirst();
        try (Tx tx = pg.begin("copy")) {
            state.chunks().done(tx, owner, chunk, TEN);
            tx.commit();
        }
        assertThat(state.chunks().isDone(chunk)).isTrue();
        try (Tx tx = pg.begin("copy")) {
            assertThatThrownBy(() -> state.chunks().done(tx, owner, chunk, TEN)).hasMessageContaining("came through");
        }
    }

    @Test
    void chunksArePlannedOnce() throws InterruptedException {
        List<Chunk> chunks = twoChunks();
        state.chunks().plan(owner, USERS, List.of(Chunk.whole(USERS)), 1, 1);
        assertThat(state.chunks().open()).isEqualTo(chunks).hasSize(2);
        assertThat(state.chunks().planned()).containsExactly(USERS);
    }

    @Test
    void aSplitChunkAndItsRestCoverWhatItCovered() throws InterruptedException {
        List<Chunk> chunks = twoChunks();
        Chunk chunk = chunks.getFirst();
        Chunk rest;
        try (Tx tx = pg.begin("copy")) {
            rest = state.chunks().split(tx, chunk, bound(3));
            state.chunks().done(tx, owner, chunk, TEN);
            tx.commit();
        }
        assertThat(rest).isEqualTo(new Chunk(USERS, 2, Optional.of(bound(3)), Optional.of(bound(5))));
        assertThat(state.chunks().open()).containsExactly(chunks.get(1), rest);
        assertThat(state.watch().collections().getFirst().chunks()).isEqualTo(3);
    }

    @Test
    void talliesAddUpOverChunks() throws InterruptedException {
        for (int i = 0; i < 2; i++) {
            pg.change("copy", tx -> {
                state.chunks()
                        .add(
                                tx,
                                USERS,
                                List.of(
                                        new Tally.Line("b", Tally.Outcome.KEPT, "n/a", 2, "x"),
                                        new Tally.Line("a", Tally.Outcome.EXACT, "", 5, "y")));
            });
        }
        assertThat(state.watch().tallies().get(USERS))
                .containsExactly(
                        new Tally.Line("a", Tally.Outcome.EXACT, "", 10, "y"),
                        new Tally.Line("b", Tally.Outcome.KEPT, "n/a", 4, "x"));
    }

    @Test
    void aTableThatWasThereIsRefusedAndLeftAlone() throws InterruptedException {
        sql("CREATE SCHEMA shop; CREATE TABLE shop.users (x integer); INSERT INTO shop.users VALUES (1)");
        FailedException e =
                catchThrowableOfType(FailedException.class, () -> state.tables().create(owner, plan(), false));
        assertThat(e.failure()).isInstanceOf(Failure.Refused.class);
        assertThat(e).hasMessageContaining("shop.users");
        state.tables().startOver(owner);
        assertThat(Look.texts(pg, "SELECT x FROM shop.users")).containsExactly("1");
    }

    @Test
    void anExistingTableIsTakenOnlyEmptyAndWithThePlansColumns() throws InterruptedException {
        sql("CREATE SCHEMA shop; CREATE TABLE shop.users (id uuid, mongo_id text, age bigint, must text NOT NULL)");
        FailedException e =
                catchThrowableOfType(FailedException.class, () -> state.tables().create(owner, plan(), true));
        assertThat(e)
                .hasMessageContaining("age is bigint")
                .hasMessageContaining("no column mongo_extra")
                .hasMessageContaining("must is NOT NULL");
        sql("ALTER TABLE shop.users ALTER age TYPE integer, DROP must, ADD mongo_extra jsonb, ADD more text");
        state.tables().create(owner, plan(), true);
        assertThat(state.tables().notMade()).containsExactly(new TableName("shop", "users"));
        state.tables().startOver(owner);
        sql("SELECT FROM shop.users");
    }

    @Test
    void startingOverDropsWhatWasMadeAndForgets() throws InterruptedException {
        state.runs().begin(owner, "rs/host", "plan");
        state.tables().create(owner, plan(), false);
        state.tables().create(owner, plan(), false);
        twoChunks();
        state.tables().startOver(owner);
        assertThat(state.runs().find()).isEmpty();
        assertThat(state.chunks().open()).isEmpty();
        state.tables().create(owner, plan(), false);
    }

    @Test
    void cutsOnlyMoveForward() throws InterruptedException {
        ClusterTime at = new ClusterTime(4_000_000_000L, 7);
        pg.change("cut", tx -> {
            Spool.Cut unused = state.spool().reached(tx, at, true);
        });
        for (ClusterTime notLater : List.of(at, at.before())) {
            try (Tx tx = pg.begin("cut")) {
                assertThatThrownBy(() -> state.spool().reached(tx, notLater, true))
                        .hasMessageContaining("a later cut");
            }
        }
        assertThat(state.spool().cut()).contains(new Spool.Cut(at, 1, true));
    }

    /** I4: in both, as a cut takes what changed first at or before it, and forgets what changed last at or before it. */
    @Test
    void aKeySpooledAgainKeepsItsFirstChangeAndTakesTheLast() throws InterruptedException {
        UUID id = new UUID(1, 2);
        ClusterTime first = new ClusterTime(1_000, 1);
        ClusterTime last = new ClusterTime(1_000, 9);
        for (ClusterTime at : List.of(first, last)) {
            state.spool().add(owner, List.of(new Spool.Dirty(USERS, id, bound(5), at, at)), List.of(), at);
        }
        List<Spool.Dirty> due = pg.transaction("look", tx -> state.spool().due(tx, first, 10));
        assertThat(due).containsExactly(new Spool.Dirty(USERS, id, bound(5), first, last));
        pg.change("cut", tx -> state.spool().applied(tx, due, first));
        List<Spool.Dirty> left = pg.transaction("look", tx -> state.spool().due(tx, last, 10));
        assertThat(left).containsExactly(new Spool.Dirty(USERS, id, bound(5), new ClusterTime(1_000, 2), last));
    }

    @Test
    void limitsMayBeSetAndLifted() throws InterruptedException {
        Watch.Limits limits = new Watch.Limits(OptionalDouble.of(100), OptionalDouble.empty());
        state.watch().limit(limits);
        assertThat(state.watch().limits()).isEqualTo(limits);
        state.watch().limit(Watch.Limits.NONE);
        assertThat(state.watch().limits()).isEqualTo(Watch.Limits.NONE);
    }
}
