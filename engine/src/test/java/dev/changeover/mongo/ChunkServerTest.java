package dev.changeover.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.bson.Ids;
import dev.changeover.bson.RawBatch;
import dev.changeover.servers.TestServers;
import dev.changeover.source.ChunkReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonValue;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** I6: the chunks of a collection hold every document exactly once, whatever its _id. */
class ChunkServerTest {
    private static MongoClient client;
    private static Mongo mongo;
    private static String database = "";

    @BeforeAll
    static void start() {
        String uri = TestServers.freshMongoDatabase();
        database = Objects.requireNonNull(new ConnectionString(uri).getDatabase());
        client = MongoClients.create(uri);
        mongo = Mongo.connect(uri);
    }

    @AfterAll
    static void stop() {
        mongo.close();
        client.close();
    }

    private static MongoDatabase database() {
        return client.getDatabase(database);
    }

    /** Reads all chunks of the given size; every chunk in order, and in the server's order. */
    private static List<IdBound> readAll(String collection, long chunkBytes) throws InterruptedException {
        Namespace namespace = new Namespace(database, collection);
        ClusterTime t0 = mongo.note("test");
        List<IdBound> ids = new ArrayList<>();
        for (Chunk chunk : mongo.split(namespace, chunkBytes)) {
            ids.addAll(read(chunk, t0));
        }
        return ids;
    }

    private static List<IdBound> read(Chunk chunk, ClusterTime t0) throws InterruptedException {
        List<IdBound> ids = new ArrayList<>();
        try (ChunkReader reader = mongo.read(chunk, t0)) {
            for (Optional<RawBatch> batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                for (int i = 0; i < batch.get().size(); i++) {
                    ids.add(Ids.of(batch.get(), i));
                }
            }
        }
        return ids;
    }

    private static List<IdBound> inServerOrder(String collection) {
        List<IdBound> ids = new ArrayList<>();
        for (RawBsonDocument found : database()
                .getCollection(collection, RawBsonDocument.class)
                .find()
                .sort(new Document("_id", 1))
                .projection(new Document("_id", 1))) {
            byte[] bytes = new byte[found.getByteBuffer().remaining()];
            found.getByteBuffer().get(bytes);
            ids.add(new IdBound(bytes));
        }
        return ids;
    }

    private static void fill(String collection, List<BsonValue> ids) {
        MongoCollection<BsonDocument> into = database().getCollection(collection, BsonDocument.class);
        into.insertMany(ids.stream()
                .map(id -> new BsonDocument("_id", id).append("x", new BsonString("y".repeat(50))))
                .toList());
    }

    /** Name, and the options it is created with. */
    static Stream<Arguments> kinds() {
        return Stream.of(
                Arguments.of("plain", "{}"),
                Arguments.of("collated", "{collation: {locale: 'en', strength: 2}}"),
                Arguments.of("clustered", "{clusteredIndex: {key: {_id: 1}, unique: true}}"),
                Arguments.of("capped", "{capped: true, size: 100000000}"));
    }

    private static List<BsonValue> idsFor(String name) {
        List<BsonValue> ids = new ArrayList<>(EveryId.values());
        if (name.equals("collated")) { // there "\0" is the same as "", and a symbol cannot be indexed
            ids.removeIf(id -> id.equals(new BsonString("\0")) || id.isSymbol());
        }
        return ids;
    }

    private static void create(String name, String options) {
        BsonDocument create = new BsonDocument("create", new BsonString(name));
        create.putAll(BsonDocument.parse(options));
        database().runCommand(create);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void everyTypeOfIdIsReadOnceWhateverTheChunksAre(String kind, String options) throws InterruptedException {
        String name = "types_" + kind;
        create(name, options);
        fill(name, idsFor(kind));
        List<IdBound> expected = inServerOrder(name);
        assertThat(expected).hasSize(idsFor(kind).size());

        for (long chunkBytes : new long[] {1, 100, 200, 333, 700, 1000, 100_000_000}) {
            assertThat(readAll(name, chunkBytes))
                    .as("chunks of %d bytes", chunkBytes)
                    .containsExactlyElementsOf(expected);
        }
        assertThat(mongo.split(new Namespace(database, name), 1)).hasSize(expected.size());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void aLargeCollectionIsSampledAndReadOnce(String name, String options) throws InterruptedException {
        create(name, options);
        List<BsonValue> ids = new ArrayList<>(idsFor(name));
        for (int i = 0; i < 20_000; i++) {
            ids.add(new BsonInt32(i + 1000));
            ids.add(new BsonString((i % 2 == 0 ? "k" : "K") + i));
        }
        fill(name, ids);
        long bytes = mongo.collections().stream()
                .filter(c -> c.namespace().collection().equals(name))
                .findFirst()
                .orElseThrow()
                .bytes();

        List<IdBound> read = readAll(name, bytes / 20);
        assertThat(read).containsExactlyElementsOf(inServerOrder(name));
        assertThat(new HashSet<>(read)).hasSize(ids.size());
        assertThat(mongo.split(new Namespace(database, name), bytes / 20)).hasSizeBetween(15, 25);
    }

    @Test
    void aChunkReadsWhatWasWrittenBeforeT0() throws InterruptedException {
        fill("before", List.of(new BsonInt32(1)));
        ClusterTime first = mongo.note("first");
        fill("before", List.of(new BsonInt32(2)));
        ClusterTime second = mongo.note("second");
        assertThat(second).isGreaterThan(first);
        assertThat(read(mongo.split(new Namespace(database, "before"), 1 << 20).get(0), second))
                .hasSize(2);
    }
}
