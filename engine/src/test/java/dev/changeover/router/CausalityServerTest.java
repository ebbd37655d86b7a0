package dev.changeover.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
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
}
