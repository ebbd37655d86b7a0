package dev.changeover.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.Station;
import dev.changeover.copy.CopySettings;
import dev.changeover.mongo.Mongo;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.Run;
import dev.changeover.run.RunSettings;
import dev.changeover.run.Shop;
import dev.changeover.run.Until;
import dev.changeover.servers.FaultyProxy;
import dev.changeover.servers.TestServers;
import dev.changeover.state.Watch;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections of both sides cut at random moments, or silent; replay with -Dseed=N. */
class FaultyNetworkServerTest {
    private static final RunSettings SLOW = new RunSettings(
            new CopySettings(3, 10_000, Duration.ofSeconds(20), 256 << 20),
            false,
            false,
            Optional.of(new Watch.Limits(OptionalDouble.of(700), OptionalDouble.empty())),
            "test");

    private final String target = TestServers.freshPostgres();

    @Test
    void aCopyThroughANetworkThatCutsBothSidesEndsExact() throws InterruptedException {
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        try (Shop shop = new Shop().fill(seed, 3_000, 2_000);
                FaultyProxy beforeMongo = FaultyProxy.before(shop.mongoUri);
                FaultyProxy beforePg = FaultyProxy.before(target);
                Mongo mongo = Mongo.connect(beforeMongo.through(shop.mongoUri));
                Pg pg = Pg.connect(beforePg.through(target), new PgSettings(8, Duration.ofSeconds(60)))) {
            int cuts = copyWhile(shop, new Run(mongo, pg, SLOW, Station.Listener.NONE), () -> {
                rest(random.nextInt(100, 700));
                (random.nextBoolean() ? beforeMongo : beforePg).cut();
            });
            assertThat(cuts).as("seed %d", seed).isGreaterThan(10);
        }
    }

    /** Peers that are silent for ever, on connections that nobody ends. */
    @Test
    @Timeout(value = 150, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void connectionsThatFallSilentAreGivenUpAndTheCopyEndsExact() throws InterruptedException {
        AtomicInteger turn = new AtomicInteger();
        try (Shop shop = new Shop().fill(1, 3_000, 2_000);
                FaultyProxy beforeMongo = FaultyProxy.before(shop.mongoUri);
                FaultyProxy beforePg = FaultyProxy.before(target);
                Mongo mongo = Mongo.connect(beforeMongo.through(shop.mongoUri) + "socketTimeoutMS=1000");
                Pg pg = Pg.connect(
                        TestServers.jdbc(beforePg.through(target)) + "&socketTimeout=1",
                        new PgSettings(8, Duration.ofSeconds(60)))) {
            int freezes = copyWhile(shop, new Run(mongo, pg, SLOW, Station.Listener.NONE), () -> {
                rest(3_000);
                if (turn.incrementAndGet() <= 4) { // a network must be whole for longer than a pause between tries
                    (turn.get() % 2 == 0 ? beforeMongo : beforePg).freeze();
                }
            });
            assertThat(freezes).isGreaterThan(3);
        }
    }

    /** Disturbs the run again and again until it is over, and returns how often. */
    private int copyWhile(Shop shop, Run run, Runnable disturbance) throws InterruptedException {
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger disturbed = new AtomicInteger();
        Thread disturber = Thread.ofVirtual().start(() -> {
            while (!over.get()) {
                disturbance.run();
                disturbed.incrementAndGet();
            }
        });
        try {
            run.until(Until.COPIED, "test", shop.planFile());
        } finally {
            over.set(true);
            boolean unused = Thread.interrupted(); // else the join would hide what the run has failed with
            disturber.join();
        }
        try (Pg direct = Pg.connect(target, PgSettings.FEW)) {
            assertThat(Shop.contents(direct)).isEqualTo(shop.expected());
        }
        return disturbed.get();
    }

    private static void rest(int millis) {
        try {
            Thread.sleep(Duration.ofMillis(millis));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
