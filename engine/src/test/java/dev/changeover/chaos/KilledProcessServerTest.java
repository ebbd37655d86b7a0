package dev.changeover.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.Shop;
import dev.changeover.servers.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole program as a process of its own, killed with SIGKILL at random moments; replay with -Dseed=N. */
class KilledProcessServerTest {
    private static final Logger LOG = LoggerFactory.getLogger(KilledProcessServerTest.class);
    private static final int KILLS_LEAST = 20;
    private static final int USERS = 6_000;
    private static final int ORDERS = 4_000;

    @TempDir
    Path folder;

    @Test
    void aCopyKilledAgainAndAgainEndsWithEveryRowExactlyOnce() throws IOException, InterruptedException {
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        String target = TestServers.freshPostgres();
        Path plan = folder.resolve("changeover.yaml");
        Program program = new Program(folder);
        int kills = 0;
        int killsWhileCopying = 0;
        try (Shop shop = new Shop().fill(seed, USERS, ORDERS);
                Pg pg = Pg.connect(target, new PgSettings(2, Duration.ofSeconds(30)))) {
            Files.writeString(plan, shop.planFile());
            long before = 0;
            while (kills < KILLS_LEAST || killsWhileCopying < KILLS_LEAST / 2) {
                Process process = program.start(arguments(shop, target, plan, 200));
                boolean ended = kills % 2 == 0
                        ? process.waitFor(random.nextLong(700, 2_500), TimeUnit.MILLISECONDS)
                        : awaitMore(process, pg, before)
                                || process.waitFor(random.nextLong(500), TimeUnit.MILLISECONDS);
                if (ended) {
                    throw new AssertionError("seed " + seed + ": the copy ended after " + kills + " kills, exit code "
                            + process.exitValue() + "\n" + program.log());
                }
                process.destroyForcibly().waitFor();
                kills++;
                long now = documentsCopied(pg);
                killsWhileCopying += now > before ? 1 : 0;
                before = now;
            }
            int last = program.run(arguments(shop, target, plan, 1_000_000));
            assertThat(last).as("seed %d%n%s", seed, program.log()).isZero();
            assertThat(Shop.contents(pg)).as("seed %d, %d kills", seed, kills).isEqualTo(shop.expected());
            assertThat(before)
                    .as("seed %d: documents copied when the kills ended", seed)
                    .isLessThan(USERS + ORDERS);
            LOG.atWarn()
                    .addKeyValue("seed", seed)
                    .addKeyValue("kills", kills)
                    .addKeyValue("killsAfterChunks", killsWhileCopying)
                    .addKeyValue("documentsBefore", before)
                    .addKeyValue("documents", USERS + ORDERS)
                    .log("killed and ended exact");
        }
    }

    /** On a busy machine the program takes long to begin. True when it has ended. */
    private static boolean awaitMore(Process process, Pg pg, long than) throws InterruptedException {
        while (documentsCopied(pg) <= than) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        return false;
    }

    private static long documentsCopied(Pg pg) throws InterruptedException {
        if (Look.texts(pg, "SELECT 1 WHERE to_regclass('changeover.chunk') IS NOT NULL")
                .isEmpty()) {
            return 0;
        }
        return Look.number(pg, "SELECT coalesce(sum(documents), 0) FROM changeover.chunk");
    }

    private String[] arguments(Shop shop, String target, Path plan, int documentsPerSecond) {
        return new String[] {
            "run",
            "--until",
            "copied",
            "--workers",
            "3",
            "--chunk-mb",
            "0.01",
            "--plan",
            plan.toString(),
            "--mongo",
            shop.mongoUri,
            "--pg",
            target,
            "--max-docs-per-second",
            "" + documentsPerSecond
        };
    }
}
