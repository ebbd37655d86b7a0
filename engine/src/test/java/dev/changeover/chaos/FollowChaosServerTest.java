package dev.changeover.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The whole program as a process of its own, that copies and follows under a load of writes, while it is killed, its
 * connections are cut or fall silent, PostgreSQL restarts and MongoDB's primary dies. More of it with -Dfaults=100.
 * Replay with the seed and the number of faults that a failure names, {@code -Dfaults=25 -Dseed=N}: the same faults come in
 * the same order and the writers write by the same chance. Threads and elections keep their own time, so a fault of the
 * engine shows again, but not always after as many faults. To see it fail, let {@code follow.Spooler} pass over some of the
 * first keys after each opening of the stream.
 */
class FollowChaosServerTest {
    private static final Logger LOG = LoggerFactory.getLogger(FollowChaosServerTest.class);
    private static final int FAULTS = Integer.getInteger("faults", 25);

    /** In which the follower must have taken a cut, whatever has happened to it. */
    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Map<Fault, Integer> faults = new EnumMap<>(Fault.class);
    private long longestSilence;

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 30 * 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whateverFailsWhileItFollowsInTheEndEveryRowIsItsDocument() throws IOException, InterruptedException {
        long begun = System.nanoTime();
        try (Surroundings around = new Surroundings();
                WriteLoad load = new WriteLoad(around.mongoUri(), Surroundings.DATABASE);
                Pg pg = Pg.connect(around.postgresUri(), new PgSettings(2, PATIENCE))) {
            load.fill(seed);
            Planned planned = Planned.of(around.mongoUri(), folder);
            load.start(seed);
            try (Follower follower =
                    new Follower(seed, folder, arguments(around, planned, "--max-docs-per-second", "1500"))) {
                for (Fault fault : Fault.deal(FAULTS, seed)) {
                    strike(fault, follower, around);
                    recover(follower, pg);
                    around.revive();
                }
                around.awaitWhole();
                load.stop();
                follower.kill();
                int exit = follower.runToItsEnd(arguments(around, planned, "--until", "caught-up"));
                assertThat(exit).as("seed %d%n%s", seed, follower.log()).isZero();
                assertThat(planned.differences(around.mongoUri(), pg))
                        .as("seed %d", seed)
                        .isEmpty();
                report(load, follower, cuts(pg), Duration.ofNanos(System.nanoTime() - begun));
            }
            assertThat(cuts(pg)).as("seed %d: cuts", seed).isGreaterThan(2L * FAULTS);
            assertThat(load.writes()).as("seed %d: writes", seed).isGreaterThan(20L * FAULTS);
        }
    }

    private static String[] arguments(Surroundings around, Planned planned, String... others) {
        return planned.run(
                around.mongoThroughProxies(),
                around.postgresThroughProxy(),
                Stream.concat(Stream.of("--workers", "2", "--chunk-mb", "0.02"), Stream.of(others))
                        .toArray(String[]::new));
    }

    private void strike(Fault fault, Follower follower, Surroundings around) throws IOException, InterruptedException {
        faults.merge(fault, 1, Integer::sum);
        if (fault == Fault.FOLLOWER_KILLED) {
            follower.kill();
            follower.start();
        } else {
            around.strike(fault);
        }
        LOG.atDebug().addKeyValue("fault", fault).log("struck");
    }

    /** Mostly until there are some more cuts, and now and then too short a time for any. */
    private void recover(Follower follower, Pg pg) throws IOException, InterruptedException {
        long wanted = cuts(pg) + random.nextInt(1, 5);
        Duration rest = Duration.ofMillis(random.nextInt(1_200));
        if (random.nextInt(4) > 0) {
            long since = System.nanoTime();
            while (cuts(pg) < wanted) {
                follower.run(Duration.ofMillis(50));
                long waited = System.nanoTime() - since;
                longestSilence = Math.max(longestSilence, waited);
                if (waited > PATIENCE.toNanos()) {
                    throw new AssertionError(
                            "seed " + seed + ": no cut within " + PATIENCE + " of " + faults + "\n" + follower.log());
                }
            }
            rest = rest.dividedBy(4);
        }
        follower.run(rest);
        requireOneInstant(pg);
    }

    /** How many cuts there have been. */
    private static long cuts(Pg pg) throws InterruptedException {
        if (Look.texts(pg, "SELECT 1 WHERE to_regclass('changeover.cut') IS NOT NULL")
                .isEmpty()) {
            return 0;
        }
        return Look.number(pg, "SELECT number FROM changeover.cut");
    }

    /** I1: transfers between the two collections keep the sum, so every cut has it. */
    private void requireOneInstant(Pg pg) throws InterruptedException {
        if (cuts(pg) > 0) {
            assertThat(Look.number(
                            pg,
                            "SELECT (SELECT sum(balance) FROM public.checking)"
                                    + " + (SELECT sum(balance) FROM public.savings)"))
                    .as("seed %d: sum of all balances after %s", seed, faults)
                    .isEqualTo(2L * WriteLoad.ACCOUNTS * WriteLoad.BALANCE);
        }
    }

    private void report(WriteLoad load, Follower follower, long cuts, Duration took) {
        LOG.atWarn()
                .addKeyValue("seed", seed)
                .addKeyValue(
                        "faults",
                        faults.values().stream().mapToInt(Integer::intValue).sum())
                .addKeyValue("kinds", faults)
                .addKeyValue("cuts", cuts)
                .addKeyValue("writes", load.writes())
                .addKeyValue("transactions", load.transactions())
                .addKeyValue("writesFailed", load.failed())
                .addKeyValue("gaveUp", follower.gaveUp())
                .addKeyValue("refused", follower.refused())
                .addKeyValue("longestWithoutCutMillis", longestSilence / 1_000_000)
                .addKeyValue("seconds", took.toSeconds())
                .log("chaos ended exact");
    }
}
