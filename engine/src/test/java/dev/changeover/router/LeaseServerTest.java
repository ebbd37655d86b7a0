package dev.changeover.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An instance goes by an epoch while its lease lasts, and acknowledges the next when all its calls do. */
class LeaseServerTest {
    private static final Duration LEASE = Duration.ofMillis(900);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private World world;
    private Holding holding;
    private Router router;
    private Route<Ledger> ledger;

    @BeforeEach
    void begin() throws InterruptedException, SQLException {
        world = new World();
        holding = new Holding(world.source);
        router = Router.builder(holding.source())
                .name("app")
                .settings(RouterSettings.DEFAULT
                        .withLease(LEASE)
                        .withPatience(Duration.ofSeconds(20))
                        .withCutPatience(Duration.ofSeconds(2)))
                .start();
        ledger = world.route(router);
    }

    @AfterEach
    void end() throws InterruptedException {
        router.close();
        threads.shutdownNow();
        world.close();
    }

    private long acknowledged() throws InterruptedException {
        return world.phases.instances().stream()
                .filter(one -> one.name().equals("app"))
                .findFirst()
                .orElseThrow()
                .epoch();
    }

    @Test
    void anEpochIsAcknowledgedWhenTheLastCallOfTheOneBeforeHasEnded() throws InterruptedException, Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ends = new CountDownLatch(1);
        CompletableFuture<String> slow = CompletableFuture.supplyAsync(
                () -> ledger.<String, RuntimeException>read(l -> {
                    begun.countDown();
                    awaitIn(ends);
                    return "read on " + l.getClass().getSimpleName();
                }),
                threads);
        begun.await();
        world.move(dev.changeover.Phase.BOTH);
        Awaitility.await().until(() -> router.phase() == Phase.BOTH);
        ledger.run(l -> l.save("new calls go on", 1));
        Awaitility.await()
                .during(LEASE.multipliedBy(2))
                .atMost(Duration.ofSeconds(20))
                .until(() -> acknowledged() == 0);
        ends.countDown();
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> acknowledged() == 1);
        assertThat(slow.get()).isEqualTo("read on OnMongo");
        assertThat(router.figures().rereads()).isZero();
    }

    private static void awaitIn(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** As a process that was stopped, and goes on in the middle of a read. */
    @Test
    void whatWasReadWhileTheLeaseRanOutIsReadAnewByThePhaseThatIs() throws InterruptedException, Exception {
        ledger.run(l -> l.save("a", 1));
        world.move(dev.changeover.Phase.BOTH);
        Awaitility.await().until(() -> router.phase() == Phase.BOTH);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ends = new CountDownLatch(1);
        CompletableFuture<Object> paused = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return ledger.<Integer, Exception>read(l -> {
                            int read = l.find("a").orElse(-1);
                            begun.countDown();
                            ends.await();
                            return read;
                        });
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                threads);
        begun.await();
        holding.hold();
        Thread.sleep(LEASE.plusMillis(300));
        world.move(dev.changeover.Phase.POSTGRES);
        try (Router other = World.quick(Router.builder(world.source)).start()) {
            world.route(other).run(l -> l.save("a", 2));
        }
        ends.countDown();
        Awaitility.await().during(Duration.ofMillis(300)).until(() -> !paused.isDone());
        holding.release();
        assertThat(paused.get()).as("MongoDB says 1").isEqualTo(2);
        assertThat(router.figures().rereads()).isOne();
    }

    @Test
    void noCallBeginsWithoutALease() throws InterruptedException, Exception {
        holding.hold();
        Thread.sleep(LEASE.plusMillis(300));
        CompletableFuture<Boolean> waits =
                CompletableFuture.supplyAsync(() -> ledger.<Boolean, RuntimeException>read(l -> true), threads);
        Awaitility.await().during(Duration.ofMillis(500)).until(() -> !waits.isDone());
        holding.release();
        assertThat(waits.get()).isTrue();
    }

    @Test
    void whoWaitsInVainIsToldThatNothingWasDone() throws InterruptedException, Exception {
        try (Router impatient = Router.builder(holding.source())
                .settings(RouterSettings.DEFAULT
                        .withLease(LEASE)
                        .withPatience(Duration.ofMillis(200))
                        .withCutPatience(Duration.ofSeconds(2)))
                .start()) {
            Route<Ledger> route = world.route(impatient);
            route.run(l -> l.save("a", 1));
            holding.hold();
            Thread.sleep(LEASE.plusMillis(300));
            assertThatThrownBy(() -> route.run(l -> l.save("a", 2)))
                    .isInstanceOf(NotDoneException.class)
                    .hasMessageContaining("the lease is over");
            holding.release();
            assertThat(world.onMongo().find("a")).contains(1);
        }
    }

    @Test
    void anApplicationMayGoOnWithMongoAloneWhilePostgresIsAway() throws InterruptedException, Exception {
        world.move(dev.changeover.Phase.PG_READS);
        RouterSettings staying = RouterSettings.DEFAULT
                .withLease(LEASE)
                .withPatience(Duration.ofMillis(500))
                .withLostLease(RouterSettings.LostLease.STAY_ON_MONGO);
        try (Router independent =
                Router.builder(holding.source()).settings(staying).start()) {
            Route<Ledger> route = world.route(independent);
            holding.hold();
            Thread.sleep(LEASE.plusMillis(300));
            long begun = System.nanoTime();
            route.run(l -> l.save("a", 1));
            boolean onMongo = route.read(l -> l instanceof Ledger.OnMongo);
            assertThat(onMongo).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .as("no cut is waited for")
                    .isLessThan(Duration.ofSeconds(2));
            world.move(dev.changeover.Phase.POSTGRES);
            assertThatThrownBy(() -> route.run(l -> l.save("a", 2)))
                    .as("the fence does not depend on what the instance knows")
                    .isInstanceOf(NotDoneException.class);
            holding.release();
            route.run(l -> l.save("a", 3));
            assertThat(world.onPostgres().find("a")).contains(3);
        }
    }

    @Test
    void closingWaitsForCallsAndGivesTheLeaseBack() throws InterruptedException, Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch ends = new CountDownLatch(1);
        CompletableFuture<Boolean> slow = CompletableFuture.supplyAsync(
                () -> ledger.<Boolean, RuntimeException>read(l -> {
                    begun.countDown();
                    awaitIn(ends);
                    return true;
                }),
                threads);
        begun.await();
        CompletableFuture<Void> closing = CompletableFuture.runAsync(router::close, threads);
        Awaitility.await()
                .untilAsserted(() -> assertThatThrownBy(() -> ledger.<Boolean, RuntimeException>read(l -> true))
                        .isInstanceOf(NotDoneException.class)
                        .hasMessageContaining("the router is closed"));
        assertThat(closing.isDone()).isFalse();
        assertThat(world.phases.instances()).hasSize(1);
        ends.countDown();
        closing.get();
        assertThat(slow.get()).isTrue();
        assertThat(world.phases.instances()).isEmpty();
    }
}
