package dev.changeover.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.mapping.DocumentMapper;
import dev.changeover.plan.Plan;
import dev.changeover.servers.FaultyProxy;
import dev.changeover.servers.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PgServerTest {
    private static Failure failureOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        Throwable thrown = org.assertj.core.api.Assertions.catchThrowable(call);
        assertThat(thrown).isInstanceOf(FailedException.class);
        return ((FailedException) thrown).failure();
    }

    @Test
    void aServerThatIsNotThereIsUnreachable() {
        assertThat(failureOf(() -> Pg.connect("postgresql://u@127.0.0.1:1/d", PgSettings.FEW)))
                .isInstanceOf(Failure.Unreachable.class);
    }

    @Test
    void aHostThatDoesNotExistIsUnreachable() {
        assertThat(failureOf(() -> Pg.connect("postgresql://u@no-such-host.invalid/d", PgSettings.FEW)))
                .isInstanceOf(Failure.Unreachable.class);
    }

    @Test
    void aDatabaseOrRoleThatDoesNotExistIsRefusedWithTheRemedy() {
        String uri = TestServers.freshPostgres();
        assertThat(failureOf(() -> Pg.connect(uri + "_gone", PgSettings.FEW)))
                .isInstanceOfSatisfying(
                        Failure.Refused.class, f -> assertThat(f.remedy()).contains("CREATE DATABASE"));
        assertThat(failureOf(() -> Pg.connect(uri.replaceFirst("//[^@]+@", "//nobody@"), PgSettings.FEW)))
                .isInstanceOfSatisfying(
                        Failure.Refused.class, f -> assertThat(f.remedy()).contains("PG_URI"));
    }

    @Test
    void whatIsNotCommittedIsNotThere() throws InterruptedException {
        try (Pg pg = Pg.connect(TestServers.freshPostgresJdbc(), PgSettings.FEW)) {
            pg.change("make", tx -> {
                tx.execute("CREATE TABLE public.t (n integer)");
            });
            try (Tx tx = pg.begin("forget")) {
                tx.update("INSERT INTO public.t VALUES (1)");
            }
            assertThat(Look.texts(pg, "SELECT n FROM public.t")).isEmpty();
        }
    }

    @Test
    void aConnectionCutByTheServerIsReplacedAndTheWorkDoneOnce() throws InterruptedException {
        try (Pg pg = Pg.connect(TestServers.freshPostgres(), PgSettings.FEW)) {
            AtomicInteger tries = new AtomicInteger();
            int seen = pg.transaction("survive", tx -> {
                if (tries.incrementAndGet() == 1) {
                    tx.rows("SELECT pg_terminate_backend(pg_backend_pid())", row -> true);
                }
                return tx.row("SELECT 7", row -> row.getInt(1)).orElseThrow();
            });
            assertThat(seen).isEqualTo(7);
            assertThat(tries).hasValue(2);
        }
    }

    @Test
    void aCommitWhoseConnectionIsGoneIsInDoubt() throws InterruptedException {
        try (Pg pg = Pg.connect(TestServers.freshPostgres(), PgSettings.FEW);
                Tx tx = pg.begin("be cut")) {
            int pid = tx.row("SELECT pg_backend_pid()", row -> row.getInt(1)).orElseThrow();
            pg.transaction("cut", other -> other.rows("SELECT pg_terminate_backend(" + pid + ")", row -> true));
            assertThatThrownBy(tx::commit).isInstanceOf(CommitInDoubtException.class);
        }
    }

    @Test
    void aRoleWithoutTheRightIsRefusedWithTheRemedy() throws InterruptedException {
        String uri = TestServers.freshPostgres();
        try (Pg pg = Pg.connect(uri, PgSettings.FEW)) {
            pg.change("make a poor role", tx -> {
                tx.execute("DO $$ BEGIN CREATE ROLE poor LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$");
            });
        }
        try (Pg poor = Pg.connect(uri.replaceFirst("//[^@]+@", "//poor@"), PgSettings.FEW)) {
            assertThat(failureOf(() -> poor.transaction("make", tx -> {
                        tx.execute("CREATE SCHEMA s");
                        return true;
                    })))
                    .isInstanceOfSatisfying(
                            Failure.Refused.class, f -> assertThat(f.remedy()).contains("Grant"));
            assertThat(poor.facts().mayCreate()).isFalse();
        }
    }

    @Test
    void theScriptOfAPlanRunsOnTheNewestAndTheOldestServer() throws InterruptedException {
        for (String uri : List.of(TestServers.freshPostgres(), TestServers.freshOldestPostgres())) {
            try (Pg pg = Pg.connect(uri, PgSettings.FEW)) {
                PgFacts facts = pg.facts();
                assertThat(facts.encoding()).isEqualTo("UTF8");
                assertThat(facts.pooling()).isEqualTo(PgFacts.Pooling.NONE);
                assertThat(facts.mayCreate()).isTrue();
                assertThat(facts.readOnly()).isFalse();
                pg.change("run the script", tx -> {
                    tx.execute(Ddl.script(new Plan(List.of(DdlTest.orders()), List.of()), facts.major()));
                });
                assertThat(Look.texts(
                                pg,
                                "SELECT conname FROM pg_constraint WHERE contype IN ('p', 'u') AND connamespace ="
                                        + " (SELECT oid FROM pg_namespace WHERE nspname = 'Sh\"op')"))
                        .hasSize(3);
            }
        }
    }

    /** Writing, not reading, is what blocks here: the time-outs of sockets do not hold for it. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void rowsThatNobodyTakesAreGivenUpAsAPassingFailure() throws InterruptedException {
        String uri = TestServers.freshPostgres();
        try (FaultyProxy proxy = FaultyProxy.before(uri);
                Pg pg = Pg.connect(TestServers.jdbc(proxy.through(uri)) + "&socketTimeout=2", PgSettings.FEW)) {
            Table table = Table.of(DdlTest.orders()).getFirst();
            pg.change("make", tx -> {
                tx.execute("CREATE SCHEMA \"Sh\"\"op\"");
                Ddl.create(table, 18).forEach(tx::execute);
            });
            DocumentMapper mapper = DocumentMapper.compile(DdlTest.orders());
            RawBsonDocument document = new RawBsonDocument(
                    new BsonDocument("_id", new BsonInt32(1)).append("no", new BsonString("x".repeat(1 << 20))),
                    new BsonDocumentCodec());
            byte[] bytes = document.getByteBuffer().array();
            mapper.map(bytes, 0, document.getByteBuffer().remaining());
            try (Tx tx = pg.begin("copy to nobody");
                    Rows rows = tx.copy(table.name(), mapper.columns(0))) {
                proxy.freeze();
                assertThat(failureOf(() -> {
                            for (int i = 0; i < 200; i++) {
                                rows.write(mapper.rows().getFirst());
                            }
                        }))
                        .isInstanceOfSatisfying(
                                Failure.Transient.class,
                                again -> assertThat(again.reason()).contains("did not answer for 2 s"));
            }
        }
    }

    /** The index is built, or not, long before anybody could say so. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aLongStatementWhoseAnswerNeverComesIsGivenUpAndItsLocksAreFree()
            throws ExecutionException, InterruptedException {
        String uri = TestServers.freshPostgres();
        try (FaultyProxy proxy = FaultyProxy.before(uri);
                Pg pg = Pg.connect(TestServers.jdbc(proxy.through(uri)) + "&socketTimeout=1", PgSettings.FEW)) {
            pg.change("make", tx -> tx.execute("CREATE TABLE public.t (n integer)"));
            FutureTask<Failure> building = new FutureTask<>(() -> failureOf(() -> {
                try (Tx tx = pg.begin("build")) {
                    tx.execute("CREATE UNIQUE INDEX i ON public.t (n); SELECT pg_sleep(3)");
                }
            }));
            Thread.ofPlatform().start(building);
            Thread.sleep(Duration.ofSeconds(1));
            proxy.freeze();
            assertThat(building.get())
                    .isInstanceOfSatisfying(
                            Failure.Transient.class,
                            again -> assertThat(again.reason()).contains("its answer did not come"));
            pg.change("build again", tx -> tx.execute("CREATE UNIQUE INDEX i ON public.t (n)"));
        }
    }

    @Test
    void aLongStatementThatIsAtWorkIsLeftInPeace() {
        String uri = TestServers.freshPostgresJdbc();
        try (Pg pg = Pg.connect(uri + "&socketTimeout=1", PgSettings.FEW);
                Tx tx = pg.begin("take long")) {
            assertThat(tx.search("SELECT pg_sleep(5)", row -> true)).hasSize(1);
        }
    }

    @Test
    void interruptionReachesAConnectionThatIsBeingMade() throws InterruptedException {
        String uri = TestServers.freshPostgres();
        try (FaultyProxy proxy = FaultyProxy.before(uri);
                Pg pg = Pg.connect(proxy.through(uri), PgSettings.FEW)) {
            proxy.stall();
            FutureTask<Pg.Session> connecting = new FutureTask<>(() -> pg.until(() -> pg.session("wait")));
            Thread thread = Thread.ofPlatform().start(connecting);
            Thread.sleep(Duration.ofMillis(500));
            thread.interrupt();
            assertThatThrownBy(() -> connecting.get(5, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(InterruptedException.class);
        }
    }
}
