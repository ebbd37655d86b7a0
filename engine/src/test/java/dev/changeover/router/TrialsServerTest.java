package dev.changeover.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What phase both tries on PostgreSQL tells what would go wrong there, and changes nothing. */
class TrialsServerTest {
    private final List<String> told = new CopyOnWriteArrayList<>();
    private World world;
    private Router router;
    private Route<Ledger> ledger;

    @BeforeEach
    void begin() throws InterruptedException, SQLException {
        world = new World();
        world.move(dev.changeover.Phase.BOTH);
        router = router(TrialSettings.NONE.withShadows(1).withRehearsals(1).withHold(Duration.ofSeconds(5)));
        ledger = world.route(router).named("ledger");
    }

    private Router router(TrialSettings trials) throws SQLException {
        return World.quick(Router.builder(world.source))
                .trials(trials)
                .listener(new Told())
                .start();
    }

    private final class Told implements RouterListener {
        @Override
        public void shadowFailed(String route, Exception cause) {
            told.add(route + " read failed: " + cause.getMessage());
        }

        @Override
        public void shadowDiffers(String route, @Nullable Object onMongo, @Nullable Object onPostgres) {
            told.add(route + " read differs: " + onMongo + ", " + onPostgres);
        }

        @Override
        public void rehearsalFailed(String route, Exception cause, boolean late) {
            told.add(route + " write failed: " + cause.getMessage());
        }

        @Override
        public void rehearsalDiffers(String route, @Nullable Object rehearsed, @Nullable Object followed) {
            told.add(route + " write differs: " + rehearsed + ", " + followed);
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        router.close();
        world.close();
    }

    private Figures.Trials figures() {
        return router.figures().trials();
    }

    @Test
    void readsAreComparedWithWhatPostgresSays() throws InterruptedException, Exception {
        ledger.run(l -> l.save("a", 1));
        assertThat(ledger.<Optional<Integer>, SQLException>read(l -> l.find("a")))
                .contains(1);
        Awaitility.await().until(() -> figures().shadowsSame() == 1);
        assertThat(figures().onPostgres().count()).isOne();
        assertThat(figures().onMongo().median()).isPositive();

        int[] reads = new int[1];
        ledger.<Integer, SQLException>read(l -> l instanceof Ledger.OnMongo ? ++reads[0] : -1);
        Awaitility.await().until(() -> told.size() == 1);
        assertThat(told).as("read three times before it is told").containsExactly("ledger read differs: 3, -1");
        ledger.comparing((one, other) -> true).<Integer, SQLException>read(l -> l instanceof Ledger.OnMongo ? 1 : -1);
        Awaitility.await().until(() -> figures().shadowsSame() == 2);

        String answer = ledger.read(l -> {
            if (l instanceof Ledger.OnMongo) {
                return "well";
            }
            throw new SQLException("no such column");
        });
        assertThat(answer).isEqualTo("well");
        Awaitility.await().until(() -> figures().shadowsFailed() == 1);
        assertThat(told).contains("ledger read failed: no such column");
    }

    /** What the follower does not have yet is no difference. */
    @Test
    void aReadIsComparedOnceTheFollowerHasIt() throws InterruptedException, Exception {
        world.follower().stop();
        world.onMongo().save("a", 1);
        assertThat(ledger.<Optional<Integer>, SQLException>read(l -> l.find("a")))
                .contains(1);
        Awaitility.await().during(Duration.ofMillis(300)).until(() -> figures().shadowsSame() == 0);
        world.follower().go();
        Awaitility.await().until(() -> figures().shadowsSame() == 1);
        assertThat(told).isEmpty();
    }

    @Test
    void aRehearsalNeverCommits() throws InterruptedException, Exception {
        world.follower().stop();
        ledger.run(l -> {
            if (l instanceof Ledger.OnPostgres) {
                l.save("rehearsed", 1);
                l.save("rehearsed", 2); // another transaction, which sees the one before
                assertThat(l.find("rehearsed")).contains(2);
            } else {
                l.save("real", 1);
            }
        });
        assertThat(figures().rehearsalsWell()).isOne();
        assertThat(told).isEmpty();
        assertThat(world.onPostgres().find("rehearsed")).isEmpty();
        assertThat(world.onMongo().find("real")).contains(1);
    }

    /** Whatever the application does with its connections. */
    @Test
    void aRehearsalPlaysTransactionsAsTheyWouldBe() throws InterruptedException, Exception {
        DataSource source = router.dataSource(world.source);
        Route<Store> route = router.route(Store.MONGO, Store.POSTGRES);
        route.run(s -> {
            if (s == Store.MONGO) {
                return;
            }
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("INSERT INTO ledger VALUES ('alone', 1)");
                try {
                    statement.execute("INSERT INTO ledger VALUES ('alone', 2)");
                } catch (SQLException twice) {
                    assertThat(twice.getSQLState()).isEqualTo("23505");
                }
                connection.setAutoCommit(false);
                statement.execute("INSERT INTO ledger VALUES ('kept', 1)");
                connection.commit();
                statement.execute("INSERT INTO ledger VALUES ('taken back', 1)");
                connection.rollback();
                statement.execute("INSERT INTO ledger VALUES ('left open', 1)");
            }
            assertThat(new Ledger.OnPostgres(source).find("alone")).contains(1);
            assertThat(new Ledger.OnPostgres(source).find("kept")).isPresent();
            assertThat(new Ledger.OnPostgres(source).find("taken back")).isEmpty();
            assertThat(new Ledger.OnPostgres(source).find("left open")).isEmpty();
        });
        assertThat(told).isEmpty();
        assertThat(figures().rehearsalsWell()).isOne();
        for (String name : List.of("alone", "kept", "taken back", "left open")) {
            assertThat(world.onPostgres().find(name)).isEmpty();
        }
    }

    @Test
    void aRehearsalWithoutTheWrappedPoolIsKeptFromCommittingByTheServer() throws InterruptedException, Exception {
        Route<Store> route = router.route(Store.MONGO, Store.POSTGRES);
        route.run(s -> {
            if (s == Store.POSTGRES) {
                try (Connection connection = world.source.getConnection();
                        Statement statement = connection.createStatement()) {
                    connection.setAutoCommit(false);
                    router.beginWrite(connection);
                    statement.execute("INSERT INTO ledger VALUES ('a', 1)");
                    connection.commit();
                }
            }
        });
        assertThat(figures().rehearsalsWell()).isOne();
        assertThat(world.onPostgres().find("a")).isEmpty();
    }

    @Test
    void whatFailsInARehearsalIsToldAndHarmsNothing() throws InterruptedException, Exception {
        world.execute("ALTER TABLE ledger ADD CHECK (amount < 100)");
        world.follower().stop();
        ledger.run(l -> l.save("a", 100));
        assertThat(world.onMongo().find("a")).contains(100);
        assertThat(told).singleElement().asString().contains("ledger write failed", "violates check constraint");
        assertThat(figures().rehearsalsFailed()).isOne();
    }

    @Test
    void whatARehearsalLeavesIsComparedWithWhatTheFollowerBrings() throws InterruptedException, Exception {
        ledger.write(
                l -> {
                    l.save("a", 1);
                    return 0;
                },
                l -> l.find("a"));
        Awaitility.await().during(Duration.ofMillis(300)).until(told::isEmpty);
        ledger.write(
                l -> {
                    l.save("b", l instanceof Ledger.OnMongo ? 1 : 2);
                    return 0;
                },
                l -> l.find("b"));
        Awaitility.await().until(() -> figures().rehearsalsDiffering() == 1);
        assertThat(told).containsExactly("ledger write differs: Optional[2], Optional[1]");
    }

    @Test
    void whatFindsNoRoomIsDropped() throws InterruptedException, Exception {
        router.close();
        router = router(TrialSettings.NONE.withShadows(1).withThreads(1, 1));
        Route<Ledger> route = world.route(router);
        CountDownLatch ends = new CountDownLatch(1);
        for (int i = 0; i < 5; i++) {
            assertThat(route.<Integer, InterruptedException>read(l -> {
                        if (l instanceof Ledger.OnPostgres) {
                            ends.await();
                        }
                        return 1;
                    }))
                    .isEqualTo(1);
        }
        assertThat(figures().dropped()).isEqualTo(3);
        ends.countDown();
        Awaitility.await().until(() -> figures().shadowsSame() == 2);
    }
}
