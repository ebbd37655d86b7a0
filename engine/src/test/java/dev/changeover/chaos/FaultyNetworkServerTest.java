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

/** Connections of both sides cut at random moments; replay with -Dseed=N. */
class FaultyNetworkServerTest {
    private static final CopySettings SMALL_CHUNKS = new CopySettings(3, 10_000, Duration.ofSeconds(20), 256 << 20);

    @Test
    void aCopyThroughANetworkThatCutsBothSidesEndsExact() throws InterruptedException {
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        String target = TestServers.freshPostgres();
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger cuts = new AtomicInteger();
        try (Shop shop = new Shop().fill(seed, 3_000, 2_000);
                FaultyProxy beforeMongo = FaultyProxy.before(shop.mongoUri);
                FaultyProxy beforePg = FaultyProxy.before(target);
                Mongo mongo = Mongo.connect(beforeMongo.through(shop.mongoUri));
                Pg pg = Pg.connect(beforePg.through(target), new PgSettings(8, Duration.ofSeconds(60)))) {
            Thread cutter = Thread.ofVirtual().start(() -> {
                while (!over.get()) {
                    rest(random.nextInt(100, 700));
                    (random.nextBoolean() ? beforeMongo : beforePg).cut();
                    cuts.incrementAndGet();
                }
            });
            RunSettings slow = new RunSettings(
                    SMALL_CHUNKS,
                    false,
                    false,
                    Optional.of(new Watch.Limits(OptionalDouble.of(700), OptionalDouble.empty())),
                    "test");
            try {
                new Run(mongo, pg, slow, Station.Listener.NONE).untilCopied("test", shop.planFile());
            } finally {
                over.set(true);
                cutter.join();
            }
            assertThat(cuts.get()).as("seed %d", seed).isGreaterThan(10);
            try (Pg direct = Pg.connect(target, PgSettings.FEW)) {
                assertThat(Shop.contents(direct))
                        .as("seed %d, %d cuts", seed, cuts.get())
                        .isEqualTo(shop.expected());
            }
        }
    }

    private static void rest(int millis) {
        try {
            Thread.sleep(Duration.ofMillis(millis));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
