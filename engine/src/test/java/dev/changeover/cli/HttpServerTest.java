package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.changeover.ClusterTime;
import dev.changeover.run.Shop;
import dev.changeover.servers.FaultyProxy;
import dev.changeover.servers.TestServers;
import java.io.IOException;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an application sees that goes by HTTP beside a run that follows, and what a person sees of it. */
class HttpServerTest {
    private static final String END = "the stream ended";

    @TempDir
    Path folder;

    private final Shop shop = new Shop().fill(1, 50, 20);
    private final String target = TestServers.freshPostgres();
    private final FaultyProxy proxy = FaultyProxy.before(target);
    private final HttpClient client = HttpClient.newHttpClient();
    private int port;
    private Thread run;

    @BeforeEach
    void follow() throws IOException {
        Files.writeString(folder.resolve("changeover.yaml"), shop.planFile());
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        String[] arguments = {
            "run",
            "--json",
            "--http",
            String.valueOf(port),
            "--pg",
            proxy.through(target),
            "--mongo",
            shop.mongoUri,
            "--plan",
            folder.resolve("changeover.yaml").toString()
        };
        run = Thread.ofPlatform().daemon().start(() -> {
            int unused = Main.run(Output.to(new StringWriter(), new StringWriter(), Map.of()), arguments);
        });
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> changeover("phase", "both", "--dry-run").endsWith("exit 0"));
    }

    @AfterEach
    void end() throws InterruptedException {
        run.interrupt();
        run.join(Duration.ofSeconds(30));
        client.shutdownNow();
        proxy.close();
        shop.close();
    }

    private String changeover(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--pg", target));
        return Typed.changeover(all);
    }

    private HttpRequest.Builder at(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private HttpResponse<String> send(String method, String path, String body)
            throws IOException, InterruptedException {
        return client.send(
                at(path).method(method, BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private String told(String method, String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> answer = send(method, path, body);
        return answer.statusCode() + " " + answer.body().strip();
    }

    /** The lines of an open stream, as they come. */
    private BlockingQueue<String> events() {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        Thread unused = Thread.ofVirtual().start(() -> {
            try (Stream<String> all = client.send(at("/v1/events").build(), BodyHandlers.ofLines())
                    .body()) {
                all.filter(line -> !line.isEmpty()).forEach(lines::add);
                lines.add(END);
            } catch (IOException | RuntimeException cut) {
                lines.add(END);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
        return lines;
    }

    private static String next(BlockingQueue<String> lines) throws InterruptedException {
        String line = lines.poll(20, TimeUnit.SECONDS);
        return line == null || !line.startsWith(":") ? String.valueOf(line) : next(lines);
    }

    @Test
    void aStreamTellsThePhaseAtOnceAndThenEachChange() throws InterruptedException {
        BlockingQueue<String> lines = events();
        assertThat(next(lines)).isEqualTo("id: 0");
        assertThat(next(lines)).isEqualTo("event: phase");
        assertThat(next(lines)).isEqualTo("data: {\"phase\":\"mongo\",\"db_target\":\"mongo\",\"epoch\":0}");
        assertThat(changeover("phase", "both")).endsWith("exit 0");
        assertThat(next(lines)).isEqualTo("id: 1");
        assertThat(next(lines)).isEqualTo("event: phase");
        assertThat(next(lines)).isEqualTo("data: {\"phase\":\"both\",\"db_target\":\"both\",\"epoch\":1}");
        assertThat(lines.poll(20, TimeUnit.SECONDS))
                .as("a heartbeat while nothing changes")
                .isEqualTo(": still epoch 1");
        assertThat(changeover("rollback")).endsWith("exit 0");
        assertThat(next(lines)).isEqualTo("id: 2");
    }

    @Test
    void aStepWaitsForAnInstanceUntilItHasAcknowledgedOrItsLeaseHasEnded() throws IOException, InterruptedException {
        String instance = "/v1/instances/app%201";
        assertThat(told("PUT", instance, "{\"epoch\": 0, \"lease_seconds\": 300}"))
                .isEqualTo("200 {\"phase\":\"mongo\",\"db_target\":\"mongo\",\"epoch\":0}");
        assertThat(changeover("phase", "both", "--wait", "1"))
                .contains("not acknowledged within 1 s by app 1")
                .endsWith("exit 4");
        assertThat(told("GET", "/v1/phase", "")).contains("\"phase\":\"mongo\"", "\"epoch\":2");
        assertThat(changeover("phase", "both", "--dry-run"))
                .contains("NO  acknowledged")
                .endsWith("exit 1");
        assertThat(told("PUT", instance, "{\"epoch\": 2, \"lease_seconds\": 300}"))
                .startsWith("200");
        assertThat(changeover("phase", "both", "--dry-run"))
                .contains("yes acknowledged")
                .endsWith("exit 0");
        assertThat(told("DELETE", instance, "")).startsWith("200 {\"phase\":\"mongo\"");
        assertThat(changeover("phase", "both", "--wait", "1")).endsWith("exit 0");
        assertThat(told("PUT", instance, "{\"epoch\": 3, \"lease_seconds\": 0.5}"))
                .startsWith("200 {\"phase\":\"both\"");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> changeover("rollback", "--wait", "1").endsWith("exit 0"));
    }

    @Test
    void aWriteIsWaitedForUntilPostgresHasIt() throws IOException, InterruptedException {
        try (MongoClient mongo = MongoClients.create(shop.mongoUri);
                ClientSession session = mongo.startSession()) {
            mongo.getDatabase(shop.database).getCollection("users").insertOne(session, new Document("email", "own"));
            ClusterTime time = ClusterTime.ofBits(
                    Objects.requireNonNull(session.getOperationTime()).getValue());
            String at = "/v1/applied?ordinal=" + time.ordinal() + "&timeout_ms=10000&seconds=";
            assertThat(told("GET", at + time.seconds(), "")).isEqualTo("200 {\"applied\":true}");
            String soon = at.replace("10000", "300");
            assertThat(told("GET", soon + (time.seconds() + 9_000), "")).isEqualTo("200 {\"applied\":false}");
        }
    }

    @Test
    void whatIsWrongIsAnsweredWithWhatToDo() throws IOException, InterruptedException {
        String instance = "/v1/instances/app-1";
        for (String body : List.of(
                "",
                "x",
                "[]",
                "{}",
                "{\"epoch\": \"0\"}",
                "{\"epoch\": 0.5}",
                "{\"epoch\": -1}",
                "{\"epoch\": 1e999999999}",
                "{\"epoch\": 0, \"lease\": 3}",
                "{\"epoch\": 0, \"lease_seconds\": 0}",
                "{\"epoch\": 0, \"lease_seconds\": 601}",
                "{\"epoch\": 0} {}",
                "{\"epoch\": 77}")) {
            assertThat(told("PUT", instance, body))
                    .as(body)
                    .startsWith("400 {\"error\":")
                    .contains("\"remedy\":");
        }
        assertThat(told("PUT", "/v1/instances/" + "n".repeat(201), "{\"epoch\": 0}"))
                .startsWith("400");
        assertThat(told("PUT", instance, " ".repeat(5000) + "{\"epoch\": 0}")).startsWith("413");
        for (String query : List.of("", "?ordinal=1", "?seconds=x", "?seconds=1&timeout_ms=99999", "?seconds=-1")) {
            assertThat(told("GET", "/v1/applied" + query, "")).as(query).startsWith("400");
        }
        assertThat(told("GET", "/v1/elsewhere", "")).startsWith("404").contains("/v1/phase");
        assertThat(told("PUT", "/v1/instances/", "{\"epoch\": 0}")).startsWith("404");
        assertThat(told("PUT", "/v1/instances/a/b", "{\"epoch\": 0}")).startsWith("404");
        HttpResponse<String> other = send("POST", "/v1/phase", "");
        assertThat(other.statusCode()).isEqualTo(405);
        assertThat(other.headers().firstValue("Allow")).contains("GET");
        assertThat(told("GET", "/metrics", "")).startsWith("200").contains("changeover_cuts_total");
        assertThat(changeover("phase", "--json")).contains("\"instances\":[]");
    }

    @Test
    void withoutPostgresNothingIsToldThatMayBeOverAndItGoesOnAfterwards() throws IOException, InterruptedException {
        BlockingQueue<String> lines = events();
        assertThat(next(lines)).isEqualTo("id: 0");
        proxy.refuse();
        proxy.cut();
        for (String path : List.of("/v1/phase", "/v1/events", "/v1/applied?seconds=1")) {
            HttpResponse<String> answer = send("GET", path, "");
            assertThat(answer.statusCode()).as(path).isEqualTo(503);
            assertThat(answer.headers().firstValue("Retry-After")).contains("1");
        }
        assertThat(told("PUT", "/v1/instances/app-1", "{\"epoch\": 0}"))
                .startsWith("503")
                .contains("remedy");
        assertThat(Stream.generate(() -> lines)
                        .limit(10) // heartbeats, at most
                        .map(HttpServerTest::orEnd)
                        .filter(line -> line.equals(END))
                        .findFirst())
                .as("a stream that cannot know ends")
                .isPresent();
        proxy.mend();
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        told("PUT", "/v1/instances/app-1", "{\"epoch\": 0}").startsWith("200"));
        assertThat(run.isAlive()).isTrue();
        assertThat(next(events())).isEqualTo("id: 0");
    }

    private static String orEnd(BlockingQueue<String> lines) {
        try {
            return String.valueOf(lines.poll(30, TimeUnit.SECONDS));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            return END;
        }
    }

    @Test
    void manyStreamsDoNotHoldUpTheOthers() throws InterruptedException, IOException {
        List<BlockingQueue<String>> all = new ArrayList<>();
        for (int i = 0; i < 199; i++) {
            all.add(events());
        }
        for (BlockingQueue<String> lines : all) {
            assertThat(next(lines)).isEqualTo("id: 0");
        }
        assertThat(told("PUT", "/v1/instances/app-1", "{\"epoch\": 0}")).startsWith("200");
        assertThat(told("DELETE", "/v1/instances/app-1", "")).startsWith("200");
        assertThat(changeover("phase", "both")).endsWith("exit 0");
        for (BlockingQueue<String> lines : all) {
            assertThat(Stream.of(next(lines), next(lines), next(lines))).contains("id: 1");
        }
        BlockingQueue<String> last = events();
        assertThat(next(last)).isEqualTo("id: 1");
        assertThat(told("GET", "/v1/events", "")).startsWith("503").contains("200 streams");
    }
}
