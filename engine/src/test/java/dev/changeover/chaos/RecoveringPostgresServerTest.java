package dev.changeover.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.run.Shop;
import dev.changeover.servers.MortalPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands that are given while PostgreSQL recovers from a crash. */
class RecoveringPostgresServerTest {
    @TempDir
    Path folder;

    @Test
    void runAndStatusSayThatTheyWaitAndGoOnOnceItTakesConnections() throws IOException, InterruptedException {
        Program running = new Program(Files.createDirectory(folder.resolve("run")));
        Program asking = new Program(Files.createDirectory(folder.resolve("status")));
        try (MortalPostgres postgres = MortalPostgres.start();
                Shop shop = new Shop().fill(1, 100, 100)) {
            postgres.createDatabase("shop");
            String target = postgres.uri("shop");
            Path plan = Files.writeString(folder.resolve("changeover.yaml"), shop.planFile());
            String[] run = new Planned(shop.plan(), plan).run(shop.mongoUri, target, "--until", "caught-up");
            assertThat(running.run(run)).as(running.log()).isZero();
            postgres.recover();
            Process follower = running.start(run);
            Process status = asking.start("status", "--pg", target);
            awaitWaiting(running);
            awaitWaiting(asking);
            postgres.recovered();
            assertThat(follower.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(follower.exitValue()).as(running.log()).isZero();
            assertThat(status.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(status.exitValue()).as(asking.log()).isZero();
            assertThat(asking.log()).contains("goes on").contains("copied at");
        }
    }

    private static void awaitWaiting(Program program) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(program.log())
                        .contains("waits for a database, trying again")
                        .containsPattern("connect to PostgreSQL at .*: the database system is"));
    }
}
