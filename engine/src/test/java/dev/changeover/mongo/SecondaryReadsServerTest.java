package dev.changeover.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.Namespace;
import dev.changeover.servers.ServerSettings;
import dev.changeover.servers.Servers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A replica set of three: who is asked, and what an election does. */
class SecondaryReadsServerTest {
    private static final Namespace NAMESPACE = new Namespace("shop", "c");
    private static final int DOCUMENTS = 20_000;

    private static Servers servers;
    private static String uri = "";

    @BeforeAll
    static void start() throws InterruptedException {
        servers = Servers.start(new ServerSettings(3, 0.25), line -> {});
        uri = servers.mongoUri("shop");
        try (MongoClient client = MongoClients.create(uri)) {
            client.getDatabase("shop")
                    .getCollection("c")
                    .insertMany(IntStream.range(0, DOCUMENTS)
                            .mapToObj(i -> new Document("_id", i).append("text", "x".repeat(1000)))
                            .toList());
        }
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    /** Finds that each member has answered, by host; the primary's under "primary". */
    private static Map<String, Integer> finds() {
        Map<String, Integer> finds = new HashMap<>();
        for (String host : new ConnectionString(uri).getHosts()) {
            try (MongoClient member = MongoClients.create("mongodb://" + host + "/?directConnection=true")) {
                Document status = member.getDatabase("admin").runCommand(new Document("serverStatus", 1));
                boolean primary = status.get("repl", Document.class).getBoolean("isWritablePrimary", false);
                Number queries = status.get("opcounters", Document.class).get("query", Number.class);
                finds.put(primary ? "primary" : host, queries.intValue());
            }
        }
        return finds;
    }

    private static int readAll(Mongo mongo) throws InterruptedException {
        List<Chunk> chunks = mongo.split(NAMESPACE, 3_000_000);
        assertThat(chunks).hasSizeGreaterThan(4);
        ClusterTime t0 = mongo.note("t0");
        int documents = 0;
        for (Chunk chunk : chunks) {
            try (ChunkReader reader = mongo.read(chunk, t0)) {
                for (var batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                    documents += batch.get().size();
                }
            }
        }
        return documents;
    }

    @Test
    void chunksAreReadFromSecondariesInTurnEachCursorOnItsOwn() throws InterruptedException {
        try (Mongo mongo = Mongo.connect(uri)) {
            Map<String, Integer> before = finds();
            assertThat(readAll(mongo)).isEqualTo(DOCUMENTS);
            Map<String, Integer> after = finds();
            assertThat(after).containsEntry("primary", before.get("primary"));
            assertThat(after.entrySet())
                    .filteredOn(e -> !e.getKey().equals("primary"))
                    .hasSize(2)
                    .allSatisfy(e -> assertThat(e.getValue()).isGreaterThan(before.getOrDefault(e.getKey(), 0)));
        }
    }

    @Test
    void aReadPreferenceInTheUriIsObeyed() throws InterruptedException {
        try (Mongo mongo = Mongo.connect(uri + (uri.contains("?") ? "&" : "?") + "readPreference=primary")) {
            Map<String, Integer> before = finds();
            assertThat(readAll(mongo)).isEqualTo(DOCUMENTS);
            Map<String, Integer> after = finds();
            before.remove("primary");
            assertThat(after).containsAllEntriesOf(before);
        }
    }

    /** I5: a majority read of a member that lags would return what was there before T0. */
    @Test
    void aSecondaryThatLagsIsWaitedFor() throws InterruptedException {
        try (Mongo mongo = Mongo.connect(uri);
                MongoClient client = MongoClients.create(uri)) {
            delayOneSecondary(client, 4);
            Namespace late = new Namespace("shop", "late");
            for (int i = 0; i < 3; i++) {
                client.getDatabase("shop").getCollection("late").insertOne(new Document("_id", i));
                ClusterTime t0 = mongo.note("t0");
                int documents = 0;
                try (ChunkReader reader = mongo.read(new Chunk(late, 0, Optional.empty(), Optional.empty()), t0)) {
                    for (var batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                        documents += batch.get().size();
                    }
                }
                assertThat(documents).isEqualTo(i + 1);
            }
            delayOneSecondary(client, 0);
        }
    }

    private static void delayOneSecondary(MongoClient client, int seconds) {
        Document config = client.getDatabase("admin")
                .runCommand(new Document("replSetGetConfig", 1))
                .get("config", Document.class);
        String primary =
                client.getDatabase("admin").runCommand(new Document("hello", 1)).getString("primary");
        for (Document member : config.getList("members", Document.class)) {
            boolean delayed = seconds > 0
                    && !member.getString("host").equals(primary)
                    && config.getList("members", Document.class).stream()
                            .noneMatch(m -> m.get("priority", Number.class).intValue() == 0);
            member.put("priority", delayed ? 0 : 1);
            member.put("secondaryDelaySecs", delayed ? (long) seconds : 0L);
        }
        config.put("version", config.getInteger("version") + 1);
        client.getDatabase("admin").runCommand(new Document("replSetReconfig", config));
    }

    @Test
    void aNoteOutlivesAnElection() {
        try (Mongo mongo = Mongo.connect(uri);
                MongoClient client = MongoClients.create(uri)) {
            ClusterTime before = mongo.note("before");
            client.getDatabase("admin").runCommand(new Document("replSetStepDown", 10).append("force", true));
            assertThat(mongo.note("after")).isGreaterThan(before);
        }
    }
}
