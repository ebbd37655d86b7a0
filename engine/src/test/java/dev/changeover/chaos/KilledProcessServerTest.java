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
import java.util.ArrayList;
import java.util.List;
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
        int kills = 0;
        int killsWhileCopying = 0;
        try (Shop shop = new Shop().fill(seed, USERS, ORDERS);
                Pg pg = Pg.connect(target, new PgSettings(2, Duration.ofSeconds(30)))) {
            Files.writeString(plan, shop.planFile());
            long before = 0;
            while (kills < KILLS_LEAST || killsWhileCopying < KILLS_LEAST / 2) {
                Process process = start(shop.mongoUri, target, plan, true);
                boolean ended = process.waitFor(random.nextLong(700, 2_500), TimeUnit.MILLISECONDS);
                if (ended) {
                    throw new AssertionError("seed " + seed + ": the copy ended after " + kills + " kills, exit code "
                            + process.exitValue() + "\n" + log());
                }
                process.destroyForcibly().waitFor();
                kills++;
                long now = documentsCopied(pg);
                if (now > before) {
                    killsWhileCopying++;
                }
                before = now;
            }
            Process last = start(shop.mongoUri, target, plan, false);
            assertThat(last.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(last.exitValue()).as("seed %d%n%s", seed, log()).isZero();
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

    private static long documentsCopied(Pg pg) throws InterruptedException {
        if (Look.texts(pg, "SELECT 1 WHERE to_regclass('changeover.chunk') IS NOT NULL")
                .isEmpty()) {
            return 0;
        }
        return Look.number(pg, "SELECT coalesce(sum(documents), 0) FROM changeover.chunk");
    }

    private Process start(String mongo, String postgres, Path plan, boolean slow) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.changeover.cli.Main",
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
                mongo,
                "--pg",
                postgres));
        command.addAll(List.of("--max-docs-per-second", slow ? "400" : "1000000"));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    private String log() throws IOException {
        String all = Files.readString(folder.resolve("log"));
        return all.substring(Math.max(0, all.length() - 4_000));
    }
}
