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
import dev.changeover.source.ChunkReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
        servers = Servers.start(new ServerSettings(3, 0.25, false), line -> {});
        uri = servers.mongoUri("shop");
        try (MongoClient client = MongoClients.create(uri)) {
            client.getDatabase("shop")
                    .getCollection("c")
                    .insertMany(IntStream.range(0, DOCUMENTS)
                            .mapToObj(i -> new Document("_id", i).append("text", "x".repeat(1000)))
                            .toList());
        }
        for (String host : new ConnectionString(uri).getHosts()) {
            try (MongoClient member = MongoClients.create("mongodb://" + host + "/?directConnection=true")) {
                Document unused = member.getDatabase("shop").runCommand(new Document("profile", 2));
            }
        }
    }

    @AfterAll
    static void stop() {
        servers.close();
    }

    /** Our finds that each member has answered, by host; the primary's under "primary". Servers ask each other too. */
    private static Map<String, Integer> finds() {
        Map<String, Integer> finds = new HashMap<>();
        for (String host : new ConnectionString(uri).getHosts()) {
            try (MongoClient member = MongoClients.create("mongodb://" + host + "/?directConnection=true")) {
                boolean primary = member.getDatabase("admin")
                        .runCommand(new Document("hello", 1))
                        .getBoolean("isWritablePrimary", false);
                long ours = member.getDatabase("shop")
                        .getCollection("system.profile")
                        .countDocuments(new Document("appName", "changeover").append("op", "query"));
                finds.put(primary ? "primary" : host, (int) ours);
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
                MongoClient client = MongoClients.create(uri);
                MongoClient secondary = MongoClients.create("mongodb://" + aSecondary() + "/?directConnection=true")) {
            Namespace late = new Namespace("shop", "late");
            client.getDatabase("shop").getCollection("late").insertOne(new Document("_id", 0));
            mongo.note("there on all but for a moment");
            secondary
                    .getDatabase("admin")
                    .runCommand(new Document("fsync", 1).append("lock", true)); // it applies nothing from here on
            client.getDatabase("shop").getCollection("late").insertOne(new Document("_id", 1));
            ClusterTime t0 = mongo.note("t0");
            Thread unlocker = Thread.ofVirtual().start(() -> {
                try {
                    Thread.sleep(Duration.ofSeconds(2));
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                }
                secondary.getDatabase("admin").runCommand(new Document("fsyncUnlock", 1));
            });
            for (int everyMember = 0; everyMember < 4; everyMember++) {
                assertThat(count(mongo, late, t0)).isEqualTo(2);
            }
            unlocker.join();
        }
    }

    /** I5: a chunk holds nothing that a failover would take back. */
    @Test
    void whatNoMajorityHasIsNotRead() throws InterruptedException {
        String primary = uri + (uri.contains("?") ? "&" : "?") + "readPreference=primary";
        try (Mongo mongo = Mongo.connect(primary);
                MongoClient client = MongoClients.create(uri + (uri.contains("?") ? "&" : "?") + "w=1")) {
            Namespace alone = new Namespace("shop", "alone");
            client.getDatabase("shop").getCollection("alone").insertOne(new Document("_id", 0));
            ClusterTime t0 = mongo.note("t0");
            List<MongoClient> locked = new ArrayList<>();
            try {
                for (String host : secondaries()) {
                    MongoClient secondary = MongoClients.create("mongodb://" + host + "/?directConnection=true");
                    locked.add(secondary);
                    secondary
                            .getDatabase("admin")
                            .runCommand(
                                    new Document("fsync", 1).append("lock", true)); // it applies nothing from here on
                }
                client.getDatabase("shop").getCollection("alone").insertOne(new Document("_id", 1));
                assertThat(count(mongo, alone, t0)).isEqualTo(1);
            } finally {
                for (MongoClient secondary : locked) {
                    secondary.getDatabase("admin").runCommand(new Document("fsyncUnlock", 1));
                    secondary.close();
                }
            }
            assertThat(count(mongo, alone, mongo.note("all have it"))).isEqualTo(2);
        }
    }

    private static List<String> secondaries() {
        return finds().keySet().stream().filter(host -> !host.equals("primary")).toList();
    }

    private static String aSecondary() {
        return secondaries().getFirst();
    }

    private static int count(Mongo mongo, Namespace namespace, ClusterTime t0) throws InterruptedException {
        int documents = 0;
        try (ChunkReader reader = mongo.read(Chunk.whole(namespace), t0)) {
            for (var batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                documents += batch.get().size();
            }
        }
        return documents;
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
