package dev.changeover.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.state.Phases;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each call goes where the phase says, and waits while the phase moves. */
class RouterServerTest {
    private World world;
    private Router router;
    private Route<Ledger> ledger;

    @BeforeEach
    void begin() throws InterruptedException, SQLException {
        world = new World();
        router = world.router();
        ledger = world.route(router);
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

    private void awaitAcknowledged() throws InterruptedException {
        long epoch = world.phases.now().epoch();
        Awaitility.await().until(() -> world.phases.instances().stream().allMatch(one -> one.epoch() == epoch));
    }

    @Test
    void eachPhaseReadsAndWritesWhereItSays() throws SQLException, InterruptedException {
        for (dev.changeover.Phase phase : dev.changeover.Phase.values()) {
            move(phase);
            ledger.run(l -> l.save("in " + phase, 1));
            assertThat(ledger.<Object, SQLException>read(l -> l.find("in " + phase)))
                    .hasToString("Optional[1]");
            boolean onPostgres = ledger.read(l -> l instanceof Ledger.OnPostgres);
            assertThat(onPostgres).isEqualTo(phase.ordinal() >= dev.changeover.Phase.PG_READS.ordinal());
            if (phase == dev.changeover.Phase.BOTH) {
                assertThat(world.onPostgres().find("in BOTH"))
                        .as("answered when PostgreSQL has it")
                        .isPresent();
            }
            awaitAcknowledged();
        }
        assertThat(world.onMongo().find("in POSTGRES")).isEmpty();
        move(dev.changeover.Phase.PG_READS);
        ledger.run(l -> l.save("back", 1));
        assertThat(world.onMongo().find("back")).isPresent();
        assertThat(world.onMongo().find("in POSTGRES")).isPresent();
        assertThat(router.figures().unseen()).isZero();
        assertThat(router.figures().cutWaitsInVain()).isZero();
    }

    @Test
    void noCallFailsWhileThePhaseGoesThereAndBack() throws SQLException, InterruptedException {
        move(dev.changeover.Phase.PG_READS);
        try (Traffic traffic = new Traffic()) {
            for (int i = 0; i < 3; i++) {
                traffic.goOn(100);
                move(dev.changeover.Phase.POSTGRES);
                awaitAcknowledged();
                traffic.goOn(100);
                move(dev.changeover.Phase.PG_READS);
                awaitAcknowledged();
            }
            traffic.goOn(100);
            move(dev.changeover.Phase.MONGO);
            traffic.goOn(100);
        }
        assertThat(router.figures().fenced()).isPositive();
        assertThat(router.figures().notDone()).isZero();
    }

    /** Writers that each count upwards in an entry of their own, and read it back. */
    private final class Traffic implements AutoCloseable {
        private static final int WRITERS = 4;

        private final Map<String, Integer> written = new ConcurrentHashMap<>();
        private final Map<String, Throwable> failures = new ConcurrentHashMap<>();
        private final AtomicInteger calls = new AtomicInteger();
        private final AtomicBoolean stop = new AtomicBoolean();
        private final List<Thread> threads = java.util.stream.IntStream.range(0, WRITERS)
                .mapToObj(i -> new Thread(() -> write("writer " + i)))
                .toList();

        Traffic() {
            threads.forEach(Thread::start);
        }

        private void write(String name) {
            try {
                for (int i = 1; !stop.get(); i++) {
                    int amount = i;
                    ledger.run(l -> l.save(name, amount));
                    written.put(name, amount);
                    int read =
                            ledger.<Integer, SQLException>read(l -> l.find(name).orElse(-1));
                    if (read != amount) {
                        throw new AssertionError(name + " wrote " + amount + " and read " + read);
                    }
                    calls.incrementAndGet();
                }
            } catch (Throwable e) {
                failures.put(name, e);
            }
        }

        void goOn(int more) {
            int goal = calls.get() + more;
            Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> calls.get() >= goal || !failures.isEmpty());
            assertThat(failures).isEmpty();
        }

        @Override
        public void close() throws InterruptedException, SQLException {
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            for (var entry : written.entrySet()) {
                Object there = ledger.<Integer, SQLException>read(
                        l -> l.find(entry.getKey()).orElse(-1));
                assertThat(there).isEqualTo(entry.getValue());
            }
        }
    }

    @Test
    void aFenceThatIsTakenDownAgainIsWaitedFor() throws SQLException, InterruptedException {
        move(dev.changeover.Phase.PG_READS);
        try (Traffic traffic = new Traffic()) {
            traffic.goOn(50);
            world.fence();
            Awaitility.await().until(() -> router.figures().fenced() > 5);
            Phases.Now now = world.phases.now();
            world.unfence();
            traffic.goOn(50);
            assertThat(world.phases.now().epoch()).isEqualTo(now.epoch());
        }
        assertThat(router.figures().notDone()).isZero();
    }

    @Test
    void aCallWithinACallGoesWhereTheOuterOneGoes() throws SQLException, InterruptedException {
        move(dev.changeover.Phase.PG_READS);
        String where = ledger.write(outer -> {
            outer.save("a", 1);
            ledger.run(inner -> inner.save("b", 1));
            return ledger.read(inner -> inner.getClass().getSimpleName());
        });
        assertThat(where).as("a read within a write sees it").isEqualTo("OnMongo");
        assertThatThrownBy(() -> ledger.<Integer, SQLException>read(outer -> {
                    ledger.run(inner -> inner.save("c", 1));
                    return 0;
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("a write within a read");
        try (Router other = World.quick(Router.builder(world.source)).start()) {
            assertThatThrownBy(() -> ledger.<Integer, SQLException>read(
                            outer -> world.route(other).<Integer, SQLException>read(inner -> 0)))
                    .hasMessageContaining("another");
        }
        assertThat(world.onMongo().find("c")).isEmpty();
    }
}
