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
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code verify --repair} and the run that does the repair as processes of their own, either killed with SIGKILL while rows
 * are being put right; replay with -Dseed=N.
 */
class KilledRepairServerTest {
    private static final int USERS = 3_000;
    private static final int ORDERS = 2_000;

    /** What a repair has got to when somebody is killed. */
    private static final List<String> MOMENTS = List.of(
            "SELECT count(*) FROM changeover.difference",
            "SELECT count(*) FROM changeover.repair",
            "SELECT (SELECT count(*) FROM changeover.repair) + count(*) FROM changeover.dirty");

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final Shop shop = new Shop().fill(seed, USERS, ORDERS);
    private final String target = TestServers.freshPostgres();
    private final Pg pg = Pg.connect(target, new PgSettings(2, Duration.ofSeconds(30)));

    @TempDir
    Path folder;

    @AfterEach
    void close() {
        pg.close();
        shop.close();
    }

    private String[] run(String... more) {
        String plan = folder.resolve("changeover.yaml").toString();
        return with(List.of("run", "--plan", plan), more);
    }

    private String[] with(List<String> command, String... more) {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(more));
        all.addAll(List.of("--mongo", shop.mongoUri, "--pg", target));
        return all.toArray(String[]::new);
    }

    private void damage() throws InterruptedException {
        pg.change("damage", tx -> {
            tx.execute("UPDATE shop.users SET name = 'wrong' WHERE random() < 0.3");
            tx.execute("DELETE FROM shop.users WHERE random() < 0.1");
            tx.execute(
                    "UPDATE shop.orders SET id = gen_random_uuid() WHERE id IN (SELECT id FROM shop.orders LIMIT 50)");
            tx.execute("DELETE FROM shop.orders_items WHERE random() < 0.2");
        });
    }

    /** The application writes too. */
    private void write() {
        shop.db()
                .getCollection("users")
                .updateMany(
                        new Document("age", new Document("$lt", random.nextInt(50))),
                        new Document("$inc", new Document("age", 1)));
        shop.db().getCollection("orders").insertOne(new Document("note", "new " + random.nextInt()));
    }

    @Test
    void whoeverIsKilledAmidARepairTheNextOneEndsEqual() throws IOException, InterruptedException {
        Files.writeString(folder.resolve("changeover.yaml"), shop.planFile());
        Program follower = new Program(Files.createDirectory(folder.resolve("run")));
        Program verify = new Program(Files.createDirectory(folder.resolve("verify")));
        assertThat(follower.run(run("--until", "copied"))).as(follower.log()).isZero();
        Process follows = follower.start(run());
        for (int kill = 0; kill < 6; kill++) {
            damage();
            Process repairs = verify.start(with(List.of("verify", "--repair", "--fresh")));
            String moment = MOMENTS.get(kill % MOMENTS.size());
            Awaitility.await()
                    .atMost(Duration.ofSeconds(90))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> Look.number(pg, moment) > 0 || !repairs.isAlive());
            write();
            assertThat(repairs.waitFor(random.nextInt(400), TimeUnit.MILLISECONDS))
                    .as("seed %d: %s", seed, verify.log())
                    .isFalse();
            repairs.destroyForcibly().waitFor();
            if (kill % 2 == 1) {
                follows.destroyForcibly().waitFor();
                follows = follower.start(run());
            }
        }
        int repaired = verify.run(with(List.of("verify", "--repair", "--fresh")));
        assertThat(repaired)
                .as("seed %d: %s\n%s", seed, verify.log(), follower.log())
                .isZero();
        assertThat(verify.run(with(List.of("verify"))))
                .as("seed %d: %s", seed, verify.log())
                .isZero();
        follows.destroyForcibly().waitFor();
        assertThat(follower.run(run("--until", "caught-up"))).as(follower.log()).isZero();
        assertThat(Shop.contents(pg)).as("seed %d", seed).isEqualTo(shop.expected());
        assertThat(Look.number(pg, "SELECT (SELECT count(*) FROM changeover.repair) + count(*) FROM changeover.dirty"))
                .isZero();
    }
}
