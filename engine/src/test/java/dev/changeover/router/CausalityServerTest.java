package dev.changeover.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** I11: whoever has written reads it, wherever the call goes and whichever instance makes it. */
class CausalityServerTest {
    private World world;
    private Router here;
    private Router there;
    private Holding thereSees;

    @BeforeEach
    void begin() throws InterruptedException, SQLException {
        world = new World();
        here = router("here", world.source);
        thereSees = new Holding(world.source);
        there = router("there", thereSees.source());
    }

    private static Router router(String name, DataSource source) throws SQLException {
        return Router.builder(source)
                .name(name)
                .settings(RouterSettings.DEFAULT
                        .withLease(Duration.ofSeconds(5))
                        .withPatience(Duration.ofSeconds(20))
                        .withCutPatience(Duration.ofMillis(300)))
                .start();
    }

    @AfterEach
    void end() throws InterruptedException {
        here.close();
        there.close();
        world.close();
    }

    private static Object find(Route<Ledger> ledger, String name) throws SQLException {
        return ledger.<Integer, SQLException>read(l -> l.find(name).orElse(-1));
    }

    @Test
    void aReadOnPostgresIsNeverBeforeTheCallersOwnWrite() throws SQLException, InterruptedException {
        world.move(dev.changeover.Phase.PG_READS);
        Awaitility.await().until(() -> here.phase() == Phase.PG_READS && there.phase() == Phase.PG_READS);
        Route<Ledger> ledger = world.route(here);
        world.follower().stop();
        Causality writer = new Causality();
        try (Causality.Binding bound = writer.bind()) {
            ledger.run(l -> l.save("a", 1));
            assertThat(here.figures().cutWaitsInVain())
                    .as("acknowledged by MongoDB alone")
                    .isOne();
            assertThat(find(ledger, "a")).isEqualTo(1);
            assertThat(here.figures().fallbacks()).isOne();
        }
        try (Causality.Binding bound = new Causality().bind()) {
            assertThat(find(ledger, "a"))
                    .as("another caller may read what was before")
                    .isEqualTo(-1);
        }
        try (Causality.Binding bound = Causality.of(writer.text()).bind()) {
            assertThat(find(world.route(there), "a"))
                    .as("its session in another instance")
                    .isEqualTo(1);
            assertThat(there.figures().fallbacks()).isOne();
            world.follower().go();
            Awaitility.await().until(() -> world.onPostgres().find("a").isPresent());
            assertThat(find(world.route(there), "a")).isEqualTo(1);
            assertThat(there.figures().fallbacks()).as("PostgreSQL has it").isOne();
        }
    }

    /** The other instance has not heard yet that the phase moved; the caller has. */
    @Test
    void aCallerThatHasSeenALaterEpochIsNotSentBack() throws SQLException, InterruptedException {
        world.move(dev.changeover.Phase.PG_READS);
        Awaitility.await().until(() -> here.phase() == Phase.PG_READS && there.phase() == Phase.PG_READS);
        thereSees.hold();
        world.move(dev.changeover.Phase.POSTGRES);
        Awaitility.await().until(() -> here.phase() == Phase.POSTGRES);
        Causality writer = new Causality();
        try (Causality.Binding bound = writer.bind()) {
            world.route(here).run(l -> l.save("a", 1));
        }
        assertThat(there.phase()).as("it was not told").isEqualTo(Phase.PG_READS);
        try (Causality.Binding bound = Causality.of(writer.text()).bind()) {
            boolean onPostgres = world.route(there).read(l -> l instanceof Ledger.OnPostgres);
            assertThat(onPostgres).isTrue();
            assertThat(there.phase()).isEqualTo(Phase.POSTGRES);
        }
        thereSees.release();
    }

    @Test
    void aWriteInPhaseBothIsAnsweredWhenPostgresHasIt() throws SQLException, InterruptedException {
        world.move(dev.changeover.Phase.BOTH);
        Awaitility.await().until(() -> here.phase() == Phase.BOTH);
        for (int i = 0; i < 20; i++) {
            int amount = i;
            world.route(here).run(l -> l.save("a", amount));
            assertThat(world.onPostgres().find("a")).contains(amount);
        }
        assertThat(here.figures().cutWaits()).isEqualTo(20);
    }

    /** It began before the cutover, in an instance that has not heard of it. */
    @Test
    void aReadThatFellBackIsMadeAnewWhenThePhaseHasMoved() throws InterruptedException, Exception {
        world.move(dev.changeover.Phase.PG_READS);
        Awaitility.await().until(() -> here.phase() == Phase.PG_READS && there.phase() == Phase.PG_READS);
        world.follower().stop();
        AtomicInteger reads = new AtomicInteger();
        try (Causality.Binding bound = new Causality().bind()) {
            Route<Ledger> ledger = world.route(there);
            ledger.run(l -> l.save("a", 1));
            int read = ledger.<Integer, Exception>read(l -> {
                int found = l.find("a").orElse(-1);
                if (reads.incrementAndGet() == 1) {
                    thereSees.hold();
                    world.move(dev.changeover.Phase.POSTGRES);
                    Awaitility.await().until(() -> here.phase() == Phase.POSTGRES);
                    Thread other = new Thread(() -> write(here, 2));
                    other.start();
                    other.join();
                }
                return found;
            });
            assertThat(read).isEqualTo(2);
        } finally {
            thereSees.release();
        }
        assertThat(there.figures().fallbacks()).isOne();
        assertThat(there.figures().rereads()).isOne();
    }

    private void write(Router router, int amount) {
        try {
            world.route(router).run(l -> l.save("a", amount));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
