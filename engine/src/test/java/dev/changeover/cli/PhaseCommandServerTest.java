package dev.changeover.cli;

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
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees who moves the application from phase to phase beside a run that follows. */
class PhaseCommandServerTest {
    @TempDir
    Path folder;

    private final Shop shop = new Shop().fill(1, 100, 50);
    private final String target = TestServers.freshPostgres();
    private final Pg pg = Pg.connect(target, PgSettings.FEW);

    @AfterEach
    void close() {
        pg.close();
        shop.close();
    }

    private String changeover(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--pg", target));
        return Typed.changeover(all);
    }

    private String run(String... more) {
        List<String> words = new ArrayList<>(List.of("run", "--json", "--mongo", shop.mongoUri, "--plan"));
        words.add(folder.resolve("changeover.yaml").toString());
        words.addAll(List.of(more));
        return changeover(words.toArray(String[]::new));
    }

    @Test
    void aPersonMovesThePhaseWhileARunFollowsAndNotBefore() throws IOException, InterruptedException {
        assertThat(changeover("phase")).contains("no run has begun there").endsWith("exit 4");
        Files.writeString(folder.resolve("changeover.yaml"), shop.planFile());
        assertThat(run("--until", "copied")).endsWith("exit 0");
        assertThat(changeover("phase", "both", "--dry-run"))
                .contains("phase mongo (DB_TARGET=mongo), epoch 0", "yes copied", "NO  followed     nobody follows")
                .endsWith("exit 1");
        assertThat(changeover("phase", "both"))
                .contains("nobody follows MongoDB", "--force followed")
                .endsWith("exit 4");
        Thread follower = Thread.ofPlatform().daemon().start(() -> {
            String unused = run();
        });
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> changeover("phase", "both", "--dry-run").endsWith("exit 0"));
        assertThat(changeover("phase", "both", "--hook", "echo target is $DB_TARGET"))
                .contains("hook: target is both", "phase both (DB_TARGET=both), epoch 1", "mongo -> both by ")
                .endsWith("exit 0");
        assertThat(changeover("phase", "pg-reads"))
                .contains("never verified: ", "--force verified")
                .endsWith("exit 4");
        assertThat(changeover("verify", "--mongo", shop.mongoUri)).endsWith("exit 0");
        assertThat(changeover("phase", "pg-reads"))
                .contains("phase pg-reads (DB_TARGET=both)")
                .endsWith("exit 0");
        assertThat(changeover("rollback")).contains("phase both").endsWith("exit 0");
        assertThat(Look.number(pg, "SELECT epoch FROM changeover.renew_lease('app-1', 3)"))
                .isEqualTo(3);
        assertThat(changeover("phase", "--json"))
                .contains("\"phase\":\"both\",\"db_target\":\"both\",\"epoch\":3", "\"name\":\"app-1\",\"epoch\":3")
                .endsWith("exit 0");
        assertThat(changeover("rollback", "--wait", "1"))
                .contains("waits for app-1", "not acknowledged within 1 s by app-1", "the phase is both again")
                .endsWith("exit 4");
        assertThat(Look.number(pg, "SELECT 1 FROM (SELECT changeover.end_lease('app-1')) ended"))
                .isOne();
        assertThat(changeover("rollback")).contains("phase mongo").endsWith("exit 0");
        assertThat(changeover("rollback")).contains("the first one").endsWith("exit 4");
        assertThat(Look.number(pg, "SELECT count(*) FROM changeover.verified")).isPositive();
        assertThat(changeover("phase", "nowhere")).contains("there is no phase").endsWith("exit 2");
        follower.interrupt();
        assertThat(follower.join(Duration.ofSeconds(30))).isTrue();
        assertThat(changeover("phase", "both", "--force", "followed,lag"))
                .contains("overridden: followed")
                .endsWith("exit 0");
        assertThat(run("--until", "copied", "--start-over"))
                .contains("the application is in phase both")
                .endsWith("exit 4");
        assertThat(changeover("rollback")).endsWith("exit 0");
        assertThat(run("--until", "copied", "--start-over")).endsWith("exit 0");
        assertThat(Look.number(pg, "SELECT count(*) FROM changeover.verified"))
                .as("what was verified is no more")
                .isZero();
    }
}
