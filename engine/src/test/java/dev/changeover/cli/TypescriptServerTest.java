package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import dev.changeover.Repository;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.servers.MongoWithUsers;
import java.io.IOException;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The example in TypeScript does not notice that the database in charge changes, there and back; two processes of it. */
class TypescriptServerTest {
    private static final String DATABASE = "typescript";
    private static final int ACCOUNTS = 6;
    private static final Path EXAMPLE = Repository.ROOT.resolve("examples/typescript");

    @TempDir
    Path folder;

    /** A program and what it has said. */
    private record Ended(int code, String said) {}

    private Ended shell(String... command) throws InterruptedException {
        Path log = folder.resolve("log");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(240, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            return new Ended(process.waitFor(), Files.readString(log));
        } catch (IOException missing) {
            return new Ended(127, String.valueOf(missing.getMessage()));
        }
    }

    /** Where there is no Node.js, or no registry, there is nothing to try. */
    private void build() throws IOException, InterruptedException {
        Ended node = shell("node", "--version");
        if (node.code() != 0 || Integer.parseInt(node.said().strip().replaceAll("^v|\\..*", "")) < 20) {
            abort("this needs Node.js 20 or later: " + node.said());
        }
        for (String file : List.of("package.json", "package-lock.json", "tsconfig.json")) {
            Files.copy(EXAMPLE.resolve(file), folder.resolve(file));
        }
        Files.createDirectory(folder.resolve("src"));
        try (Stream<Path> sources = Files.list(EXAMPLE.resolve("src"))) {
            for (Path source : sources.toList()) {
                Files.copy(source, folder.resolve("src").resolve(source.getFileName()));
            }
        }
        Ended installed = shell("npm", "ci", "--prefer-offline", "--no-audit", "--no-fund");
        if (installed.code() == 127
                || installed.said().matches("(?s).*(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|E403).*")) {
            abort("no package can be had: " + installed.said());
        }
        assertThat(installed.code()).as(installed.said()).isZero();
        Ended compiled = shell("npm", "run", "build");
        assertThat(compiled.code()).as(compiled.said()).isZero();
    }

    /** A process of the example. */
    private final class Instance implements AutoCloseable {
        private final Process process;
        private final Path log;
        private final String address;

        Instance(int number, String postgres) throws IOException {
            log = folder.resolve("instance" + number);
            ProcessBuilder builder = new ProcessBuilder("node", "dist/main.js")
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile());
            builder.environment()
                    .putAll(Map.of(
                            "MONGO_URI",
                            MongoWithUsers.application(DATABASE),
                            "PG_URI",
                            postgres,
                            "INSTANCE",
                            "instance-" + number,
                            "PORT",
                            "0"));
            process = builder.start();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> said().contains("listens on ") || !process.isAlive());
            assertThat(process.isAlive()).as(said()).isTrue();
            address = "http://127.0.0.1:" + said().strip().replaceAll("(?s).*listens on (\\d+).*", "$1");
        }

        String said() throws IOException {
            return Files.readString(log);
        }

        @Override
        public void close() throws InterruptedException, IOException {
            process.destroy(); // SIGTERM
            boolean ended = process.waitFor(30, TimeUnit.SECONDS);
            int code = ended ? process.exitValue() : -1;
            process.destroyForcibly();
            assertThat(code).as(said()).isZero();
        }
    }

    /** One user per account, who asks now the one instance, now the other, and knows what the balance must be. */
    private static final class Users implements AutoCloseable {
        final AtomicInteger requests = new AtomicInteger();
        final AtomicInteger failed = new AtomicInteger();
        final AtomicInteger stale = new AtomicInteger();
        final Map<String, Long> balances = new ConcurrentHashMap<>();
        final Map<String, String> first = new ConcurrentHashMap<>();
        private final AtomicBoolean stop = new AtomicBoolean();
        private final HttpClient client = HttpClient.newHttpClient();
        private final List<Instance> instances;
        private final List<Thread> threads = new ArrayList<>();

        Users(List<Instance> instances) {
            this.instances = instances;
            for (int i = 0; i < ACCOUNTS; i++) {
                String id = "a" + i;
                threads.add(Thread.ofVirtual().start(() -> work(id)));
            }
        }

        private void work(String id) {
            long balance = 100;
            String seen = "";
            for (int turn = 0; !stop.get(); turn++) {
                boolean deposit = turn % 2 == 0;
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create(instances.get(turn % 3 % instances.size()).address + "/accounts/" + id))
                        .method(deposit ? "POST" : "GET", HttpRequest.BodyPublishers.noBody())
                        .header("X-Seen", seen)
                        .timeout(Duration.ofSeconds(60))
                        .build();
                try {
                    HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                    requests.incrementAndGet();
                    if (answer.statusCode() != 200) {
                        failed.incrementAndGet();
                        first.putIfAbsent("failed", answer.statusCode() + " " + answer.body());
                        continue;
                    }
                    balance += deposit ? 1 : 0;
                    seen = answer.headers().firstValue("X-Seen").orElseThrow();
                    if (Long.parseLong(answer.body().strip()) != balance) {
                        stale.incrementAndGet();
                        first.putIfAbsent(
                                "stale", id + " should be " + balance + ", is " + answer.body() + " seen " + seen);
                    }
                    balances.put(id, balance);
                } catch (IOException | RuntimeException e) {
                    failed.incrementAndGet();
                    first.putIfAbsent("failed", e.toString());
                } catch (InterruptedException end) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }

        void goOn(int more) {
            int goal = requests.get() + more;
            Awaitility.await().atMost(Duration.ofSeconds(90)).until(() -> requests.get() >= goal);
            assertThat(first).isEmpty();
        }

        @Override
        public void close() throws InterruptedException {
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            client.close();
        }
    }

    private static void move(Followed followed, Users users, String... words) {
        assertThat(followed.changeover(words)).as(String.join(" ", words)).endsWith("exit 0");
        users.goOn(150);
    }

    private static void thereAndBack(Followed followed, Users users) {
        users.goOn(150);
        move(followed, users, "phase", "both");
        assertThat(followed.changeover("verify", "--mongo", followed.mongo())).endsWith("exit 0");
        move(followed, users, "phase", "pg-reads");
        move(followed, users, "cutover", "--budget", "20");
        move(followed, users, "rollback", "--budget", "20");
        move(followed, users, "cutover", "--budget", "20");
        move(followed, users, "rollback", "--budget", "20");
        move(followed, users, "rollback");
        move(followed, users, "rollback");
    }

    @Test
    @Timeout(value = 8, unit = TimeUnit.MINUTES)
    void noRequestFailsNoDepositIsLostAndNoReadIsStale(TestReporter reporter) throws IOException, InterruptedException {
        build();
        try (MongoClient application = MongoClients.create(MongoWithUsers.application(DATABASE));
                Followed followed = new Followed(DATABASE, folder);
                Pg pg = Pg.connect(followed.postgres, PgSettings.FEW)) {
            MongoCollection<Document> accounts =
                    application.getDatabase(DATABASE).getCollection("accounts");
            for (int i = 0; i < ACCOUNTS; i++) {
                accounts.insertOne(new Document("_id", "a" + i).append("balance", 100L));
            }
            followed.run();
            Users users;
            try (Instance one = new Instance(1, followed.postgres);
                    Instance other = new Instance(2, followed.postgres)) {
                try (Users clients = new Users(List.of(one, other))) {
                    users = clients;
                    thereAndBack(followed, clients);
                }
                assertThat(followed.changeover("phase", "--json")).contains("instance-1", "instance-2");
            }
            assertThat(followed.changeover("phase", "--json")).contains("\"phase\":\"mongo\"", "\"instances\":[]");
            reporter.publishEntry("requests", users.requests.toString());
            assertThat(users.failed).hasValue(0);
            assertThat(users.stale).hasValue(0);
            users.balances.forEach((id, balance) -> assertThat(Objects.requireNonNull(
                                    accounts.find(new Document("_id", id)).first())
                            .getLong("balance"))
                    .as("deposits of " + id)
                    .isEqualTo(balance));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> Look.number(pg, "SELECT sum(balance)::bigint FROM public.accounts")
                            == users.balances.values().stream()
                                    .mapToLong(Long::longValue)
                                    .sum());
            followed.stop();
            accounts.drop();
        }
    }
}
