package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees who verifies and repairs. */
class VerifyCommandServerTest {
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
        if (!words[0].equals("status")) {
            all.addAll(List.of("--mongo", shop.mongoUri));
        }
        return Typed.changeover(all);
    }

    private String run(String... more) throws IOException {
        Path file = folder.resolve("changeover.yaml");
        Files.writeString(file, shop.planFile());
        List<String> words = new ArrayList<>(List.of("run", "--json", "--plan", file.toString()));
        words.addAll(List.of(more));
        return changeover(words.toArray(String[]::new));
    }

    private void damage(String sql) throws InterruptedException {
        pg.change("damage", tx -> tx.execute(sql));
    }

    @Test
    void aPersonVerifiesRepairsAndVerifiesAgain() throws IOException, InterruptedException {
        assertThat(changeover("verify")).contains("no run has begun there").endsWith("exit 4");
        assertThat(run("--until", "copied")).endsWith("exit 0");
        assertThat(changeover("verify"))
                .contains("Every document is equal to its rows, and there are no other rows.")
                .endsWith("exit 0");
        damage("UPDATE shop.users SET email = 'wrong' WHERE email = (SELECT min(email) FROM shop.users)");
        assertThat(changeover("verify", "--counts")).contains("equal    ").endsWith("exit 0");
        assertThat(changeover("verify", "--counts", "--json"))
                .contains("\"mode\":\"counts\",\"equal\":true")
                .endsWith("exit 0");
        assertThat(changeover("verify", "--sample", "1000", "--include", "*.users"))
                .contains("email is wrong, MongoDB says ")
                .endsWith("exit 1");
        assertThat(changeover("verify", "--json"))
                .contains("\"equal\":false", "\"column\":\"email\"", "\"postgresql\":\"wrong\"")
                .endsWith("exit 1");
        assertThat(changeover("verify", "--repair"))
                .contains("nobody follows; what is to be put right is noted")
                .endsWith("exit 4");
        assertThat(run("--until", "caught-up")).endsWith("exit 0");
        assertThat(changeover("verify")).endsWith("exit 0");
        assertThat(changeover("verify", "--exclude", "*"))
                .contains("no collection of the plan")
                .endsWith("exit 2");
        assertThat(changeover("verify", "--sample", "0")).endsWith("exit 2");
        damage("UPDATE changeover.cut SET at = at - 300 * 4294967296");
        for (String mode : List.of("--counts", "--sample=5", "--fresh")) {
            assertThat(changeover("verify", mode))
                    .contains("the last cut is 3", "Let changeover run follow meanwhile")
                    .endsWith("exit 4");
        }
    }

    @Test
    void nullsOfRequiredFieldsAreFoundAndNamed() throws IOException, InterruptedException {
        assertThat(run("--until", "copied")).endsWith("exit 0");
        assertThat(changeover("verify", "--nulls"))
                .contains("No validator of these collections requires a field.")
                .endsWith("exit 0");
        shop.db()
                .runCommand(new Document("collMod", "users")
                        .append("validator", Document.parse("{$jsonSchema: {required: ['email', 'age']}}")));
        assertThat(changeover("verify", "--nulls"))
                .contains("no NULL  shop.users.email: validator: email: required")
                .contains(
                        "NULL     shop.users.age: 2 rows hold NULL, 2 of them because the column cannot hold the value")
                .contains("documents: ")
                .endsWith("exit 1");
        assertThat(changeover("verify", "--nulls", "--json"))
                .contains("\"mode\":\"nulls\",\"equal\":false", "\"column\":\"age\",\"holds\":false")
                .endsWith("exit 1");
        assertThat(changeover("verify", "--nulls", "--exclude", "*.users")).endsWith("exit 0");
        assertThat(changeover("verify", "--nulls", "--counts"))
                .contains("two ways")
                .endsWith("exit 2");
    }

    @Test
    void whatWouldBeIgnoredIsRefused() throws IOException {
        assertThat(run("--until", "copied")).endsWith("exit 0");
        for (String other : List.of("--repair", "--sample=5", "--fresh")) {
            assertThat(changeover("verify", "--counts", other))
                    .contains("--counts goes with none of")
                    .endsWith("exit 2");
        }
        for (String mode : List.of("--counts", "--nulls", "--sample=5", "--repair")) {
            assertThat(changeover("verify", mode, "--exclude", "*"))
                    .contains("no collection of the plan is meant")
                    .endsWith("exit 2");
        }
    }

    @Test
    void aRepairGoesThroughTheRunThatFollows() throws IOException, InterruptedException {
        Thread follower = Thread.ofPlatform().daemon().start(() -> {
            try {
                String unused = run();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> changeover("status", "--json").contains("\"step\":\"follow\""));
        damage("UPDATE shop.users SET id = gen_random_uuid() WHERE email = (SELECT min(email) FROM shop.users)");
        damage("DELETE FROM shop.users WHERE email = (SELECT max(email) FROM shop.users)");
        shop.db().getCollection("users").insertOne(new Document("_id", "new").append("email", "new"));
        assertThat(changeover("verify", "--repair"))
                .contains(
                        "DIFFERS  ",
                        "no row",
                        "without a document",
                        "rows are to be written anew by the run that follows")
                .contains("Every document is equal to its rows")
                .endsWith("exit 0");
        assertThat(changeover("verify")).endsWith("exit 0");
        follower.interrupt();
        assertThat(follower.join(Duration.ofSeconds(30))).isTrue();
    }
}
