package dev.changeover.cutover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Phase;
import dev.changeover.Station;
import dev.changeover.postgres.Look;
import dev.changeover.servers.MongoWithUsers;
import dev.changeover.servers.TestServers;
import dev.changeover.state.Cutovers;
import dev.changeover.state.Cutovers.Stage;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One database is in charge at any time, and whatever it has taken is in the other when that takes charge (I9, I10). */
class CutoverServerTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @Test
    void postgresTakesChargeAndGivesItBackAndEachTimeTheOtherHasEveryWrite() throws InterruptedException {
        try (Migrating bank = new Migrating(50).run(Station.Listener.NONE).toPgReads()) {
            bank.accounts().updateOne(Filters.eq("_id", "1"), Updates.set("balance", 7L));
            assertThat(bank.move(Phase.POSTGRES).phase()).isEqualTo(Phase.POSTGRES);
            assertThat(bank.inPostgres()).isEqualTo(bank.inMongo()).containsEntry(1, "7 from MongoDB");
            assertThatThrownBy(() -> bank.accounts().insertOne(new Document("_id", "100")))
                    .hasMessageContaining("371");
            bank.sql("UPDATE public.accounts SET note = 'from PostgreSQL', balance = balance + 1 WHERE mongo_id < '3'");
            bank.sql("DELETE FROM public.accounts WHERE mongo_id = '7'");
            bank.awaitEqual();
            assertThat(bank.inMongo()).containsEntry(1, "8 from PostgreSQL").doesNotContainKey(7);
            bank.sql("UPDATE public.accounts SET balance = 1 WHERE mongo_id = '5'");
            assertThat(bank.move(Phase.PG_READS).phase()).isEqualTo(Phase.PG_READS);
            assertThat(bank.inMongo()).containsEntry(5, "1 from MongoDB").isEqualTo(bank.inPostgres());
            bank.accounts().updateOne(Filters.eq("_id", "5"), Updates.inc("balance", 1L));
            bank.awaitEqual();
            assertThat(bank.inPostgres()).containsEntry(5, "2 from MongoDB");
            assertThat(bank.move(Phase.POSTGRES).epoch()).isEqualTo(5);
            assertThat(bank.told).anyMatch(line -> line.startsWith("writes waited for "));
            assertThat(bank.stop()).isEmpty();
        }
    }

    @Test
    void whoeverDoesNotGoByThePhaseIsKeptFromTheTablesOnTheServer() throws InterruptedException {
        try (Migrating bank = new Migrating(5).run(Station.Listener.NONE).toPgReads()) {
            bank.move(Phase.POSTGRES);
            bank.move(Phase.PG_READS);
            assertThatThrownBy(() -> bank.sql("UPDATE public.accounts SET balance = 0"))
                    .hasMessageContaining("MongoDB is in charge of public.accounts");
            assertThatThrownBy(() -> bank.sql("TRUNCATE public.accounts")).hasMessageContaining("MongoDB is in charge");
            bank.pg.transaction("rehearse", tx -> {
                tx.execute("SELECT changeover.begin_rehearsal(); UPDATE public.accounts SET balance = 0; ROLLBACK");
                return true;
            });
            assertThatThrownBy(() ->
                            bank.sql("SELECT changeover.begin_rehearsal(); UPDATE public.accounts SET balance = 0"))
                    .hasMessageContaining("a rehearsal is never committed");
            assertThat(bank.inPostgres()).isEqualTo(bank.inMongo());
            assertThatThrownBy(() -> bank.sql("SELECT changeover.begin_write(4)"))
                    .hasMessageContaining("pg-reads");
            long epoch = bank.move(Phase.POSTGRES).epoch();
            bank.sql("SELECT changeover.begin_write(" + epoch + "); UPDATE public.accounts SET balance = 3");
            assertThatThrownBy(() -> bank.sql("SELECT changeover.begin_write(" + (epoch - 1) + ")"))
                    .hasMessageContaining("too late or too early");
        }
    }

    /** The process is gone at {@code where}, as with SIGKILL: nothing of it runs any more. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    @ParameterizedTest
    @EnumSource(value = Station.class, mode = EnumSource.Mode.MATCH_ANY, names = "(CUTOVER|BACK)_.*")
    void aProcessThatDiesAnywhereLeavesOneInChargeAndTheNextOneFinishesOrUndoes(Station where)
            throws InterruptedException {
        boolean[] armed = {true};
        Station.Listener killer = station -> {
            if (station == where && armed[0]) {
                armed[0] = false;
                throw new Killed();
            }
        };
        try (Migrating bank = new Migrating(20).run(killer).toPgReads()) {
            boolean back = where.name().startsWith("BACK");
            if (back) {
                bank.move(Phase.POSTGRES);
                bank.sql("UPDATE public.accounts SET balance = 55 WHERE mongo_id = '3'");
            }
            Thread person = Thread.ofPlatform().start(() -> {
                try {
                    Optional<FailedException> unused = bank.tryToMove(back ? Phase.PG_READS : Phase.POSTGRES, LONG);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !armed[0]);
            Optional<Throwable> unused = bank.stop();
            boolean moved = where == Station.CUTOVER_MOVED || where == Station.BACK_MOVED;
            Phase expected = back == moved ? Phase.PG_READS : Phase.POSTGRES;
            assertThat(bank.state.phases().now().phase()).isEqualTo(expected);
            bank.run(Station.Listener.NONE);
            assertThat(person.join(Duration.ofSeconds(60)))
                    .as("the command ends, too")
                    .isTrue();
            assertThat(bank.isFenced()).isEqualTo(expected == Phase.POSTGRES);
            assertThat(bank.state.cutovers().last().map(Cutovers.Row::stage))
                    .contains(moved ? Stage.MOVED : Stage.UNDONE);
            if (expected == Phase.POSTGRES) {
                bank.sql("UPDATE public.accounts SET balance = 66 WHERE mongo_id = '4'");
            } else {
                bank.accounts().updateOne(Filters.eq("_id", "4"), Updates.set("balance", 66L));
            }
            bank.awaitEqual();
            assertThat(bank.inMongo()).containsEntry(4, "66 from MongoDB");
            if (back) {
                assertThat(bank.inMongo()).containsEntry(3, "55 from MongoDB");
            }
        }
    }

    @Test
    @Timeout(60) // else the command waits for ever
    void whatFailsAfterThePhaseHasMovedUndoesNothing() throws InterruptedException {
        Station.Listener stations = station -> {
            if (station == Station.CUTOVER_MOVED || station == Station.BACK_MOVED) {
                throw new IllegalStateException("after " + station);
            }
        };
        try (Migrating bank = new Migrating(20).run(stations).toPgReads()) {
            for (Phase to : List.of(Phase.POSTGRES, Phase.PG_READS)) {
                assertThat(bank.move(to).phase()).isEqualTo(to);
                assertThat(bank.isFenced()).isEqualTo(to == Phase.POSTGRES);
            }
            assertThat(bank.told)
                    .filteredOn(line -> line.startsWith("writes waited for "))
                    .hasSize(2);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Station.class,
            names = {"CUTOVER_FENCED", "CUTOVER_DRAINED", "BACK_FENCED", "BACK_DRAINED"})
    void whatTakesLongerThanTheBudgetIsUndone(Station where) throws InterruptedException {
        boolean[] slow = {true};
        Station.Listener stations = station -> {
            if (station == where && slow[0]) {
                long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
                while (System.nanoTime() < end) {
                    Thread.onSpinWait();
                }
            }
        };
        boolean back = where.name().startsWith("BACK");
        try (Migrating bank = new Migrating(20).run(stations).toPgReads()) {
            if (back) {
                bank.move(Phase.POSTGRES);
            }
            Phase to = back ? Phase.PG_READS : Phase.POSTGRES;
            assertThat(bank.tryToMove(to, Duration.ofMillis(700)))
                    .get()
                    .satisfies(e -> assertThat(e).hasMessageContaining("as long as they may"));
            assertThat(bank.isFenced()).isEqualTo(back);
            if (back) {
                bank.sql("UPDATE public.accounts SET balance = 4 WHERE mongo_id = '4'");
            } else {
                bank.accounts().updateOne(Filters.eq("_id", "4"), Updates.set("balance", 4L));
            }
            bank.awaitEqual();
            slow[0] = false;
            assertThat(bank.move(to).phase()).isEqualTo(to);
        }
    }

    @Test
    void aRehearsalTellsHowLongWritesWouldWaitAndChangesNothing() throws InterruptedException {
        try (Migrating bank = new Migrating(20).run(Station.Listener.NONE).toPgReads()) {
            long epoch = bank.state.phases().now().epoch();
            assertThat(bank.steps(LONG, Set.of("verified"), false).rehearse(Phase.POSTGRES))
                    .get()
                    .satisfies(pause -> assertThat(pause).isPositive().isLessThan(LONG));
            assertThat(bank.state.phases().now().epoch()).isEqualTo(epoch);
            assertThat(bank.isFenced()).isFalse();
            assertThat(Look.number(bank.pg, "SELECT n FROM changeover.canary")).isEqualTo(-1);
        }
    }

    @Test
    void whoElseIsConnectedToMongoIsNamed() throws InterruptedException {
        try (Migrating bank = new Migrating(20).run(Station.Listener.NONE).toPgReads();
                MongoClient cron = MongoClients.create(MongoClientSettings.builder()
                        .applyConnectionString(new ConnectionString(MongoWithUsers.application(bank.database)))
                        .applicationName("cron")
                        .build())) {
            cron.getDatabase(bank.database).getCollection("probes").insertOne(new Document());
            Optional<Duration> unused =
                    bank.steps(LONG, Set.of("verified"), false).rehearse(Phase.POSTGRES);
            assertThat(bank.told)
                    .contains("connected to MongoDB: cron (mongo-java-driver|sync) from 127.0.0.1 as application,"
                            + " 1 connection")
                    .noneMatch(line -> line.contains("connected to MongoDB: changeover"));
        }
    }

    @Test
    void aRehearsalOfTheWayBackDoesNotHoldUpWritesAndChangesNothing() throws InterruptedException {
        try (Migrating bank = new Migrating(200).run(Station.Listener.NONE).toPgReads()) {
            long epoch = bank.move(Phase.POSTGRES).epoch();
            FutureTask<Void> writer = onAndOn(() -> bank.sql("UPDATE public.accounts SET balance = balance + 1"));
            Awaitility.await().until(() -> Look.number(bank.pg, "SELECT sum(balance) FROM public.accounts") > 21_000);
            assertThat(bank.steps(LONG, Set.of(), false).rehearse(Phase.PG_READS))
                    .hasValueSatisfying(wait -> assertThat(wait).isBetween(Duration.ZERO, LONG));
            assertThat(writer).as("a writer that goes on").isNotDone();
            assertThat(bank.state.phases().now().epoch()).isEqualTo(epoch);
            assertThat(bank.tryToMove(Phase.PG_READS, LONG)).isEmpty();
            assertThat(writer).failsWithin(LONG);
            assertThat(bank.inMongo()).isEqualTo(bank.inPostgres());
        }
    }

    @Test
    void aWriteThatIsStillOpenInPostgresIsWaitedForOnTheWayBack() throws InterruptedException {
        try (Migrating bank = new Migrating(20).run(Station.Listener.NONE).toPgReads()) {
            bank.move(Phase.POSTGRES);
            FutureTask<Void> slow = new FutureTask<>(() -> {
                bank.sql("UPDATE public.accounts SET balance = 9 WHERE mongo_id = '9'; SELECT pg_sleep(4)");
                return null;
            });
            Thread.ofPlatform().start(slow);
            Awaitility.await()
                    .until(() -> Look.number(
                                    bank.pg,
                                    "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(4)' AND state = 'active'"
                                            + " AND pid <> pg_backend_pid() AND datname = current_database()")
                            > 0);
            assertThat(bank.tryToMove(Phase.PG_READS, Duration.ofSeconds(1)))
                    .get()
                    .satisfies(e -> assertThat(e).hasMessageContaining("transactions that write stayed open, pid "));
            assertThat(bank.state.phases().now().phase()).isEqualTo(Phase.POSTGRES);
            assertThat(slow).succeedsWithin(Duration.ofSeconds(30));
            assertThat(bank.move(Phase.PG_READS).phase()).isEqualTo(Phase.PG_READS);
            assertThat(bank.inMongo()).containsEntry(9, "9 from MongoDB");
        }
    }

    private interface Work {
        void go() throws InterruptedException;
    }

    /** Until it fails, as MongoDB is in charge then. */
    private static FutureTask<Void> onAndOn(Work work) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            while (true) {
                work.go();
            }
        });
        Thread.ofPlatform().start(task);
        return task;
    }

    @Test
    void theWayBackDoesNotWaitForAQueueThatNeverEmpties() throws InterruptedException {
        try (Migrating bank = new Migrating(1_500).run(Station.Listener.NONE).toPgReads()) {
            bank.move(Phase.POSTGRES);
            FutureTask<Void> writer = onAndOn(() -> {
                if (bank.state.reverse().size(3_000) < 3_000) {
                    bank.sql("UPDATE public.accounts SET balance = balance + 1");
                }
            });
            Awaitility.await().until(() -> bank.state.reverse().size(3_000) == 3_000);
            assertThat(bank.move(Phase.PG_READS).phase()).isEqualTo(Phase.PG_READS);
            assertThat(writer)
                    .failsWithin(LONG)
                    .withThrowableThat()
                    .withMessageContaining("MongoDB is in charge of public.accounts");
            assertThat(bank.inMongo()).isEqualTo(bank.inPostgres());
        }
    }

    @Test
    void nothingIsWrittenToMongoBetweenTheFenceAndTheTimeThatPostgresMustReach() throws InterruptedException {
        List<Boolean> fenced = new CopyOnWriteArrayList<>();
        try (Migrating bank = new Migrating(5)) {
            Station.Listener look = station -> {
                if (station == Station.CUTOVER_FENCED) {
                    fenced.add(bank.isFenced());
                }
            };
            bank.run(look).toPgReads();
            assertThat(bank.move(Phase.POSTGRES).phase()).isEqualTo(Phase.POSTGRES);
            assertThat(fenced).singleElement().satisfies(is -> assertThat(is).isTrue());
        }
    }

    @Test
    void aSequenceThatIsBehindItsColumnIsInTheWay() throws InterruptedException {
        try (Migrating bank = new Migrating(20).run(Station.Listener.NONE).toPgReads()) {
            bank.sql("ALTER TABLE public.accounts ADD COLUMN \"Number\" bigint GENERATED BY DEFAULT AS IDENTITY");
            bank.sql("UPDATE public.accounts SET \"Number\" = 500 WHERE mongo_id = '3'");
            FailedException refused =
                    bank.tryToMove(Phase.POSTGRES, LONG).orElseThrow(() -> new AssertionError("it moved"));
            assertThat(refused)
                    .hasMessageContaining(
                            "public.accounts_Number_seq would give 21, and public.accounts.Number has 500");
            String remedy = ((Failure.Refused) refused.failure()).remedy();
            assertThat(remedy).startsWith("SELECT setval(");
            bank.sql(remedy.substring(0, remedy.indexOf(';')));
            assertThat(bank.move(Phase.POSTGRES).phase()).isEqualTo(Phase.POSTGRES);
        }
    }

    /** Its snapshot shows the phase as it was, with PostgreSQL in charge. */
    @ParameterizedTest
    @ValueSource(strings = {"SELECT changeover.begin_write(%d)", "UPDATE public.accounts SET balance = 8"})
    void aTransactionWithAnOldSnapshotDoesNotWriteByAnOldPhase(String write) throws InterruptedException, SQLException {
        try (Migrating bank = new Migrating(20).run(Station.Listener.NONE).toPgReads()) {
            long epoch = bank.move(Phase.POSTGRES).epoch();
            try (Connection old = DriverManager.getConnection(TestServers.jdbc(bank.postgres));
                    Statement statement = old.createStatement()) {
                old.setAutoCommit(false);
                old.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
                statement.execute("SELECT count(*) FROM public.accounts");
                bank.move(Phase.PG_READS);
                assertThatThrownBy(() -> statement.execute(String.format(write, epoch)))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("40001"));
            }
        }
    }

    /** Of writes that overlap, there is always one that has a share of the phase. */
    @Test
    void aSteadyStreamOfWritesDoesNotKeepTheWayBackShut() throws InterruptedException {
        try (Migrating bank = new Migrating(100).run(Station.Listener.NONE).toPgReads()) {
            bank.move(Phase.POSTGRES);
            List<FutureTask<Void>> writers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                String update = "UPDATE public.accounts SET balance = balance + 1 WHERE mongo_id = '" + i
                        + "'; SELECT pg_sleep(0.02)";
                writers.add(onAndOn(() -> bank.sql(update)));
            }
            Awaitility.await().until(() -> Look.number(bank.pg, "SELECT sum(balance) FROM public.accounts") > 10_300);
            assertThat(bank.tryToMove(Phase.PG_READS, Duration.ofSeconds(5))).isEmpty();
            assertThat(writers).allSatisfy(writer -> assertThat(writer).failsWithin(LONG));
            assertThat(bank.inMongo()).isEqualTo(bank.inPostgres());
        }
    }

    /** As of an instance whose host is gone, or that is paused, amid a write. */
    @Test
    void aSessionThatIsSilentAmidAWriteIsEndedOnTheWayBack() throws InterruptedException, SQLException {
        try (Migrating bank = new Migrating(20).run(Station.Listener.NONE).toPgReads()) {
            long epoch = bank.move(Phase.POSTGRES).epoch();
            try (Connection silent = DriverManager.getConnection(TestServers.jdbc(bank.postgres));
                    Statement statement = silent.createStatement()) {
                silent.setAutoCommit(false);
                statement.execute("SELECT changeover.begin_write(" + epoch + ")");
                statement.execute("UPDATE public.accounts SET balance = 9 WHERE mongo_id = '9'");
                assertThat(bank.move(Phase.PG_READS).phase()).isEqualTo(Phase.PG_READS);
                assertThatThrownBy(silent::commit).isInstanceOf(SQLException.class);
            }
            bank.awaitEqual();
            assertThat(bank.inMongo()).containsEntry(9, "100 from MongoDB");
        }
    }

    @Test
    void aRowThatCameLastAndDiffersIsInTheWay() throws InterruptedException {
        try (Migrating bank = new Migrating(20)) {
            Station.Listener damage = station -> {
                if (station == Station.CUTOVER_FENCED) { // what is found before, is found as well: it is the same look
                    try {
                        bank.sql("SET LOCAL changeover.reverse = 'off';"
                                + " UPDATE public.accounts SET note = 'x' WHERE mongo_id = '1'");
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                }
            };
            bank.run(damage).toPgReads();
            bank.accounts().updateOne(Filters.eq("_id", "1"), Updates.set("balance", 7L));
            bank.awaitEqual();
            assertThat(bank.tryToMove(Phase.POSTGRES, LONG))
                    .get()
                    .satisfies(e -> assertThat(e)
                            .hasMessageContaining("differ in note")
                            .hasMessageContaining("--repair puts right"));
            assertThat(bank.isFenced()).isFalse();
        }
    }

    @Test
    void whatWasAskedOfAProcessThatIsGoneIsNotDoneByTheNextOne() throws InterruptedException {
        try (Migrating bank = new Migrating(5).run(Station.Listener.NONE).toPgReads()) {
            assertThat(bank.stop()).isEmpty();
            long number =
                    bank.state.cutovers().ask(new Cutovers.Wish(Phase.POSTGRES, "gone", List.of(), LONG, false, false));
            bank.run(Station.Listener.NONE);
            assertThat(bank.state.cutovers().last())
                    .get()
                    .satisfies(row -> assertThat(row.number()).isEqualTo(number))
                    .satisfies(row -> assertThat(row.stage()).isEqualTo(Stage.UNDONE));
            assertThat(bank.state.phases().now().phase()).isEqualTo(Phase.PG_READS);
        }
    }
}
