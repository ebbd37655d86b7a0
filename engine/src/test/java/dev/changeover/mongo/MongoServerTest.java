package dev.changeover.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoNamespace;
import com.mongodb.client.MongoChangeStreamCursor;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.changestream.ChangeStreamDocument;
import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.CollectionKind;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.ResumeToken;
import dev.changeover.bson.Ids;
import dev.changeover.servers.TestServers;
import dev.changeover.source.ChunkReader;
import dev.changeover.source.CollectionFacts;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MongoServerTest {
    private MongoClient client;
    private MongoDatabase database;
    private Mongo mongo;

    @BeforeEach
    void connect() {
        String uri = TestServers.freshMongoDatabase();
        client = MongoClients.create(uri);
        database = client.getDatabase(Objects.requireNonNull(new ConnectionString(uri).getDatabase()));
        mongo = Mongo.connect(uri);
    }

    @AfterEach
    void disconnect() {
        mongo.close();
        client.close();
    }

    private Namespace namespace(String collection) {
        return new Namespace(database.getName(), collection);
    }

    private void insert(String collection, int documents) {
        database.getCollection(collection)
                .insertMany(IntStream.range(0, documents)
                        .mapToObj(i -> new Document("_id", i).append("text", "x".repeat(100)))
                        .toList());
    }

    @Test
    void whoElseIsConnectedIsNamedWhereThereAreNoUsersToo() {
        try (MongoClient cron = MongoClients.create(MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(TestServers.freshMongoDatabase()))
                .applicationName("cron of " + database.getName())
                .build())) {
            Document unused = cron.getDatabase("admin").runCommand(new Document("ping", 1));
            assertThat(mongo.otherClients())
                    .anyMatch(who -> who.startsWith(
                            "cron of " + database.getName() + " (mongo-java-driver|sync) from 127.0.0.1, "))
                    .noneMatch(who -> who.startsWith("changeover "));
        }
    }

    @Test
    void everyKindOfNamespaceIsListedAsWhatItIs() {
        insert("plain", 3);
        database.runCommand(Document.parse("{create: 'capped', capped: true, size: 4096}"));
        database.runCommand(Document.parse("{create: 'clustered', clusteredIndex: {key: {_id: 1}, unique: true}}"));
        database.runCommand(Document.parse("{create: 'view', viewOn: 'plain', pipeline: []}"));
        database.runCommand(Document.parse("{create: 'series', timeseries: {timeField: 't'}}"));
        insert("fs.files", 1);
        insert("fs.chunks", 1);
        database.getCollection("plain").createIndex(new Document("text", -1));

        Map<String, CollectionFacts> found = mongo.collections().stream()
                .collect(Collectors.toMap(c -> c.namespace().collection(), c -> c));

        assertThat(of(found, "plain").kind()).isEqualTo(CollectionKind.COLLECTION);
        assertThat(of(found, "plain").documents()).isEqualTo(3);
        assertThat(of(found, "plain").bytes()).isGreaterThan(300);
        assertThat(of(found, "plain").indexes())
                .hasSize(2)
                .anySatisfy(i -> assertThat(i).contains("text_-1"));
        assertThat(of(found, "capped").kind()).isEqualTo(CollectionKind.CAPPED);
        assertThat(of(found, "clustered").kind()).isEqualTo(CollectionKind.CLUSTERED);
        assertThat(of(found, "view").kind()).isEqualTo(CollectionKind.VIEW);
        assertThat(of(found, "view").options()).contains("viewOn");
        assertThat(of(found, "series").kind()).isEqualTo(CollectionKind.TIME_SERIES);
        assertThat(of(found, "system.views").kind()).isEqualTo(CollectionKind.SYSTEM);
        assertThat(of(found, "fs.files").kind()).isEqualTo(CollectionKind.GRID_FS);
        assertThat(of(found, "fs.chunks").kind()).isEqualTo(CollectionKind.GRID_FS);
    }

    private static CollectionFacts of(Map<String, CollectionFacts> found, String name) {
        return Objects.requireNonNull(found.get(name), name);
    }

    @Test
    void aSampleIsAsLargeAsWishedAndAScanIsWholeAndInOrder() {
        insert("c", 3000);

        assertThat(sampled("c", 100)).hasSize(100);
        assertThat(sampled("c", 5000)).hasSize(3000);
        List<IdBound> scanned = new ArrayList<>();
        mongo.scan(namespace("c"), batch -> {
            for (int i = 0; i < batch.size(); i++) {
                scanned.add(Ids.of(batch, i));
            }
        });
        assertThat(scanned)
                .containsExactlyElementsOf(IntStream.range(0, 3000)
                        .mapToObj(MongoServerTest::bound)
                        .toList());
    }

    @Test
    void viewsAndTimeSeriesCanBeScannedToo() throws InterruptedException {
        insert("c", 10);
        database.runCommand(Document.parse("{create: 'view', viewOn: 'c', pipeline: []}"));
        database.runCommand(Document.parse("{create: 'series', timeseries: {timeField: 't'}}"));
        database.getCollection("series").insertOne(Document.parse("{t: {$date: 0}, v: 1}"));

        assertThat(count("view")).isEqualTo(10);
        assertThat(count("series")).isEqualTo(1);
        List<Chunk> chunks = mongo.split(namespace("series"), 1);
        assertThat(chunks).hasSize(1);
        try (ChunkReader reader = mongo.read(chunks.get(0), mongo.note("t"))) {
            assertThat(reader.next().orElseThrow().size()).isEqualTo(1);
        }
    }

    private long count(String collection) {
        long[] documents = {0};
        mongo.scan(namespace(collection), batch -> documents[0] += batch.size());
        return documents[0];
    }

    private Set<IdBound> sampled(String collection, int size) {
        Set<IdBound> ids = new HashSet<>();
        mongo.sample(namespace(collection), size, batch -> {
            for (int i = 0; i < batch.size(); i++) {
                ids.add(Ids.of(batch, i));
            }
        });
        return ids;
    }

    private static IdBound bound(int id) {
        return new IdBound(new byte[] {
            14, 0, 0, 0, 16, '_', 'i', 'd', 0, (byte) id, (byte) (id >> 8), (byte) (id >> 16), (byte) (id >> 24), 0
        });
    }

    @Test
    void keysThatAreThereAreFoundByTheIndexAlone() {
        insert("c", 100);
        List<IdBound> found = new ArrayList<>();
        mongo.byIds(namespace("c"), List.of(bound(5), bound(99), bound(100)), batch -> {
            for (int i = 0; i < batch.size(); i++) {
                assertThat(batch.length(i)).isEqualTo(14);
                found.add(Ids.of(batch, i));
            }
        });
        assertThat(found).containsExactlyInAnyOrder(bound(5), bound(99));
    }

    @Test
    void largeDocumentsComeInBatchesOfAFewAndNoneIsLost() throws InterruptedException {
        for (int i = 0; i < 6; i++) {
            database.getCollection("large")
                    .insertOne(new Document("_id", i).append("text", "x".repeat((16 << 20) - 100)));
        }
        List<IdBound> ids = new ArrayList<>();
        List<Chunk> chunks = mongo.split(namespace("large"), 32 << 20);
        assertThat(chunks).hasSizeBetween(2, 4);
        for (Chunk chunk : chunks) {
            try (ChunkReader reader = mongo.read(chunk, mongo.note("t"))) {
                for (var batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                    assertThat(batch.get().size()).isEqualTo(1);
                    ids.add(Ids.of(batch.get(), 0));
                }
            }
        }
        assertThat(ids).hasSize(6).doesNotHaveDuplicates();
    }

    @Test
    void theFirstTokenStandsBeforeEveryWriteAfterT0() {
        insert("before", 1);
        ClusterTime t0 = mongo.note("t0");
        insert("after", 1);
        ResumeToken token = mongo.firstToken(t0);

        try (MongoChangeStreamCursor<ChangeStreamDocument<Document>> stream =
                client.watch().resumeAfter(BsonDocument.parse(token.json())).cursor()) {
            ChangeStreamDocument<Document> first = stream.next();
            assertThat(first.getNamespace())
                    .extracting(MongoNamespace::getCollectionName)
                    .isEqualTo("after");
        }
    }

    @Test
    void anInterruptedReadEndsAndLeavesNoFlag() {
        insert("c", 10);
        Chunk chunk = mongo.split(namespace("c"), 1 << 20).get(0);
        try (ChunkReader reader = mongo.read(chunk, mongo.note("t"))) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, reader::next);
            assertThat(Thread.interrupted()).isFalse();
        }
    }

    @Test
    void noCursorIsLeftOpenWhenAChunkIsClosedEarly() throws InterruptedException {
        database.getCollection("c")
                .insertMany(IntStream.range(0, 8)
                        .mapToObj(i -> new Document("_id", i).append("text", "x".repeat(1 << 20)))
                        .toList());
        long before = openCursors();
        try (ChunkReader reader =
                mongo.read(mongo.split(namespace("c"), 1 << 30).get(0), mongo.note("t"))) {
            reader.next();
            assertThat(openCursors()).isEqualTo(before + 1);
        }
        assertThat(openCursors()).isEqualTo(before);
    }

    private long openCursors() {
        Document status = client.getDatabase("admin").runCommand(new Document("serverStatus", 1));
        return status.get("metrics", Document.class)
                .get("cursor", Document.class)
                .get("open", Document.class)
                .getLong("total");
    }
}
