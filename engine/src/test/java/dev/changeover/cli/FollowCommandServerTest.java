package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.UpdateOptions;
import dev.changeover.ClusterTime;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.Shop;
import dev.changeover.servers.FaultyProxy;
import dev.changeover.servers.TestServers;
import java.io.IOException;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the people around a following run see of it. */
class FollowCommandServerTest {
    @TempDir
    Path folder;

    private Shop shop;
    private FaultyProxy proxy;
    private String target;
    private Pg pg;
    private int port;
    private final StringWriter out = new StringWriter();
    private Thread run;

    @BeforeEach
    void follow() throws IOException {
        shop = new Shop().fill(1, 100, 50);
        target = TestServers.freshPostgres();
        pg = Pg.connect(target, PgSettings.FEW);
        proxy = FaultyProxy.before(shop.mongoUri);
        Files.writeString(folder.resolve("changeover.yaml"), shop.planFile());
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String[] arguments = {
            "run",
            "--json",
            "--metrics-port",
            String.valueOf(port),
            "--pg",
            target,
            "--mongo",
            proxy.through(shop.mongoUri),
            "--plan",
            folder.resolve("changeover.yaml").toString()
        };
        run = Thread.ofPlatform().daemon().start(() -> {
            int unused = Main.run(Output.to(out, new StringWriter(), Map.of()), arguments);
        });
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> status("--json").contains("\"step\":\"follow\""));
    }

    @AfterEach
    void end() throws InterruptedException {
        run.interrupt();
        run.join(Duration.ofSeconds(30));
        proxy.close();
        pg.close();
        shop.close();
    }

    private String status(String... options) {
        StringWriter shown = new StringWriter();
        String[] all = new String[options.length + 3];
        all[0] = "status";
        all[1] = "--pg";
        all[2] = target;
        System.arraycopy(options, 0, all, 3, options.length);
        int unused = Main.run(Output.to(shown, new StringWriter(), Map.of()), all);
        return shown.toString();
    }

    private String scrape() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    void aFieldThatThePlanDoesNotKnowIsShown() {
        shop.db().getCollection("users").insertOne(new Document("_id", "late").append("nickname", "n"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(status())
                        .contains("not in the plan: " + shop.users() + ": ")
                        .contains("nickname (string, 1 values)"));
        assertThat(status("--json")).contains("\"field\":\"nickname\",\"type\":\"string\",\"values\":1");
    }

    private String plan(String... options) {
        List<String> all = new ArrayList<>(List.of("plan", "--mongo", shop.mongoUri, "--pg", target, "--plan"));
        all.add(folder.resolve("changeover.yaml").toString());
        all.addAll(List.of(options));
        return Typed.changeover(all);
    }

    /** What a person does when status tells of a new field. */
    @Test
    void aNewFieldGetsItsColumnByPlanAndApply() throws IOException, InterruptedException {
        assertThat(plan("--apply")).contains("The run has this plan already").endsWith("exit 0");
        shop.db()
                .getCollection("users")
                .updateMany(new Document(), new Document("$set", new Document("nickname", "n")));
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> status().contains("nickname (string, "));
        assertThat(plan("--sample", "1", "--include", "orders"))
                .contains(shop.users() + ": nickname: the run has met it (string, 100 values)");
        assertThat(plan()).contains("nickname: new field").doesNotContain("the run has met it");
        assertThat(plan("--apply"))
                .contains("adds " + shop.users() + ": nickname as column nickname (text)")
                .contains("Done: the columns are there and filled.")
                .endsWith("exit 0");
        assertThat(Look.number(pg, "SELECT count(*) FROM shop.users WHERE nickname = 'n'"))
                .isEqualTo(100);
        assertThat(status()).doesNotContain("nickname");
        Path file = folder.resolve("changeover.yaml");
        Files.writeString(file, Files.readString(file).replace("column: nickname", "column: alias"));
        assertThat(plan("--apply"))
                .contains("field nickname of " + shop.users() + " becomes something else")
                .endsWith("exit 4");
        assertThat(plan("--apply", "--sql")).endsWith("exit 2");
        run.interrupt();
        run.join(Duration.ofSeconds(30));
        Files.writeString(
                file,
                Files.readString(file)
                        .replace(
                                "      nickname:\n        column: alias",
                                "      later:\n        column: later\n        type: text\n      nickname:\n        column: nickname"));
        assertThat(plan("--apply"))
                .contains("adds " + shop.users() + ": later as column later (text)", "No run is at it")
                .endsWith("exit 0");
        assertThat(status()).contains("a changed plan waits");
        assertThat(status("--json")).contains("\"new_plan_waits\":true");
    }

    @Test
    void aWriteIsReadHereAfterTheWaitForItsTime() throws InterruptedException {
        try (MongoClient client = MongoClients.create(shop.mongoUri);
                ClientSession session = client.startSession()) {
            for (int i = 0; i < 20; i++) {
                ObjectId id = new ObjectId();
                client.getDatabase(shop.database)
                        .getCollection("users")
                        .insertOne(session, new Document("_id", id).append("email", "own" + i));
                ClusterTime time = ClusterTime.ofBits(
                        Objects.requireNonNull(session.getOperationTime()).getValue());
                assertThat(Look.texts(
                                pg,
                                "SELECT changeover.wait_until_applied(" + time.seconds() + ", " + time.ordinal()
                                        + ", '20 s')"))
                        .containsExactly("t");
                assertThat(Look.number(pg, "SELECT count(*) FROM shop.users WHERE mongo_id = '" + id + "'"))
                        .isOne();
            }
        }
    }

    @Test
    void statusMetricsAndDisplayTellTheSame() throws IOException, InterruptedException {
        ObjectId hot = new ObjectId();
        for (int i = 0; i < 30; i++) {
            shop.db()
                    .getCollection("users")
                    .updateOne(
                            new Document("_id", hot),
                            new Document("$set", new Document("age", i)),
                            new UpdateOptions().upsert(true));
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() ->
                        Look.number(pg, "SELECT count(*) FROM shop.users WHERE mongo_id = '" + hot + "' AND age = 29")
                                        == 1
                                && status("--json").contains("\"events\":30,")
                                && status("--json").contains("\"oplog_window_seconds\":"));
        assertThat(status("--json"))
                .contains("\"alive\":true")
                .contains("\"cut_time\":\"20")
                .contains("\"exact\":true")
                .contains("\"lag_seconds\":")
                .contains("\"keys_collapsed\":");
        assertThat(status())
                .contains("is at it: follow")
                .contains(", exact")
                .contains("  lag ")
                .contains("30 events")
                .contains("oplog window left: ")
                .doesNotContain("unknown");
        assertThat(scrape())
                .contains("changeover_events_total 30.0")
                .contains("changeover_exact 1.0")
                .containsPattern("changeover_cuts_total [1-9]")
                .containsPattern("changeover_oplog_window_seconds \\d");
        assertThat(out.toString().lines().filter(line -> line.contains("\"step\":\"follow\"")))
                .isNotEmpty()
                .allMatch(line -> line.contains("\"following\":{") && line.contains("\"lag_seconds\":"));
        run.interrupt();
        run.join(Duration.ofSeconds(30));
        assertThat(status()).contains("nobody is at it").contains("  cut ");
        assertThat(status("--json")).contains("\"alive\":false");
    }

    @Test
    void aSourceThatIsGoneIsLagUntilItIsBack() throws InterruptedException {
        proxy.refuse();
        proxy.cut();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> status().contains("the source was last heard"));
        assertThat(Look.number(pg, "SELECT lag_seconds FROM changeover.follower"))
                .isGreaterThanOrEqualTo(5);
        proxy.mend();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> !status().contains("the source was last heard")
                        && Look.number(pg, "SELECT lag_seconds FROM changeover.follower") < 5);
    }

    @Test
    void whatTheRunEndedWithIsTheLastError() throws InterruptedException {
        pg.change("break the target", tx -> tx.execute("ALTER TABLE shop.users RENAME TO gone"));
        shop.db().getCollection("users").insertOne(new Document("_id", "late"));
        assertThat(run.join(Duration.ofSeconds(30))).isTrue();
        assertThat(status()).contains("last error at ").contains("users");
        assertThat(status("--json")).contains("\"last_error\":\"");
    }
}
