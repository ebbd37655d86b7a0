package dev.changeover.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.mongodb.ConnectionString;
import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.changeover.Station;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.ExtendedJsonReader;
import dev.changeover.bson.RandomBson;
import dev.changeover.copy.CopySettings;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.planfile.PlanFile;
import dev.changeover.planner.Planner;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.servers.TestServers;
import dev.changeover.verify.Comparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Survey, plan, the plan's file, run, and every document compared with its rows: the way a user goes. */
class WholeWayServerTest {
    private static final CopySettings SMALL_CHUNKS = new CopySettings(
            3, 64 << 10, Duration.ofSeconds(20), Runtime.getRuntime().maxMemory());

    private final String mongoUri = TestServers.freshMongoDatabase();
    private final MongoClient client = MongoClients.create(mongoUri);
    private final MongoDatabase source =
            client.getDatabase(Objects.requireNonNull(new ConnectionString(mongoUri).getDatabase()));
    private final Pg pg = Pg.connect(TestServers.freshPostgres(), new PgSettings(8, Duration.ofSeconds(10)));

    @AfterEach
    void close() {
        source.drop();
        client.close();
        pg.close();
    }

    private void insert(String collection, List<byte[]> documents) {
        MongoCollection<RawBsonDocument> into = source.getCollection(collection, RawBsonDocument.class);
        into.insertMany(documents.stream().map(RawBsonDocument::new).toList());
    }

    /** The results by collection, each of them without a difference. */
    private Map<String, Comparison.Result> migrate(int sample) throws InterruptedException {
        Map<String, Comparison.Result> results = new TreeMap<>();
        try (Mongo mongo = Mongo.connect(mongoUri)) {
            Survey.Found found =
                    new Survey(mongo, new Survey.Settings(sample, 2, namespace -> true)).read(progress -> {});
            Plan planned = new Planner(Survey.references(mongo), "public")
                    .plan(found.sources(), found.notAsked(), Optional.empty())
                    .plan();
            String file = PlanFile.write(planned);
            Plan plan = PlanFile.parse(file).plan();
            assertThat(plan).isEqualTo(planned);
            RunSettings settings = new RunSettings(SMALL_CHUNKS, false, false, Optional.empty(), "test");
            Summary summary = new Run(mongo, pg, settings, Station.Listener.NONE).until(Until.COPIED, "test", file);
            assertThat(summary.notBuilt()).isEmpty();
            for (CollectionPlan collection : plan.collections()) {
                Comparison.Result result = new Comparison(mongo, pg).compare(collection, mongo.note("compare"));
                assertThat(result.examples()).isEmpty();
                assertThat(result.identical()).isTrue();
                results.put(collection.namespace().collection(), result);
            }
        }
        return results;
    }

    @Test
    void realDocumentsArriveCompleteInEveryField() throws IOException, InterruptedException {
        Path data = Path.of("../../shared/data");
        assumeTrue(Files.isDirectory(data), "the sample documents are not on this machine");
        Map<String, Integer> expected = new TreeMap<>();
        try (Stream<Path> files = Files.list(data)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".json")).toList()) {
                List<byte[]> documents = new ArrayList<>();
                for (String line : Files.readAllLines(file)) {
                    documents.add(ExtendedJsonReader.readDocument(line));
                }
                String name = file.getFileName().toString().replace(".json", "");
                insert(name, documents);
                expected.put(name, documents.size());
            }
        }
        Map<String, Comparison.Result> results = migrate(10_000);
        assertThat(results.keySet()).isEqualTo(expected.keySet());
        results.forEach((name, result) -> assertThat(result.documents())
                .as(name)
                .isEqualTo(expected.getOrDefault(name, -1).longValue()));
        assertThat(Look.number(pg, "SELECT sum(\"limit\") FROM public.accounts"))
                .isPositive();
    }

    /** With a sample of 5 the plan knows little of what comes: everything else must be kept, not lost. */
    @ParameterizedTest
    @ValueSource(ints = {5, 10_000})
    void documentsOfAllTypesArriveUnderThePlanMadeForThem(int sample) throws InterruptedException {
        MongoCollection<RawBsonDocument> into = source.getCollection("everything", RawBsonDocument.class);
        int inserted = 0;
        for (long seed = 0; seed < 800; seed++) {
            try {
                into.insertOne(new RawBsonDocument(new RandomBson(seed, false).document()));
                inserted++;
            } catch (MongoWriteException refused) {
                // equal keys, or a key that the server does not take
            }
        }
        assertThat(inserted).isGreaterThan(500);
        assertThat(migrate(sample).get("everything"))
                .satisfies(result -> assertThat(result.documents()).isGreaterThan(500));
    }

    @Test
    void hugeDeepAndWideDocumentsArrive() throws InterruptedException {
        insert("huge", List.of(huge(1), huge(2), huge(3)));
        insert("deep", List.of(deep(100)));
        insert("wide", List.of(wide(0, 5_000), wide(2_500, 5_000), wide(0, 3)));
        Map<String, Comparison.Result> results = migrate(100);
        assertThat(results.keySet()).containsExactly("deep", "huge", "wide");
        assertThat(Look.number(pg, "SELECT count(*) FROM information_schema.columns WHERE table_name = 'wide'"))
                .isLessThanOrEqualTo(403);
    }

    /** 16 MB, the most that MongoDB stores. */
    private static byte[] huge(int id) {
        BsonWriter out = new BsonWriter(new Bytes(17 << 20))
                .begin()
                .name(BsonType.INT32, "_id")
                .int32(id);
        out.name(BsonType.ARRAY, "parts").begin();
        for (int i = 0; i < 15; i++) {
            out.name(BsonType.STRING, Integer.toString(i)).string("0123456789abcdef".repeat(1 << 16));
        }
        out.end().name(BsonType.STRING, "text").string("é".repeat(450_000));
        return out.end().out().toArray();
    }

    private static byte[] deep(int levels) {
        BsonWriter out = new BsonWriter(new Bytes(1 << 12))
                .begin()
                .name(BsonType.INT32, "_id")
                .int32(1);
        for (int i = 0; i < levels - 1; i++) {
            out.name(i % 2 == 0 ? BsonType.DOCUMENT : BsonType.ARRAY, i % 2 == 0 ? "d" : "0")
                    .begin();
        }
        out.name(BsonType.OBJECT_ID, "0").raw(new byte[12], 0, 12);
        for (int i = 0; i < levels - 1; i++) {
            out.end();
        }
        return out.end().out().toArray();
    }

    private static byte[] wide(int from, int fields) {
        BsonWriter out = new BsonWriter(new Bytes(1 << 16))
                .begin()
                .name(BsonType.INT32, "_id")
                .int32(from * 10_000 + fields);
        for (int i = from; i < from + fields; i++) {
            out.name(BsonType.INT32, "field" + i).int32(i);
        }
        return out.end().out().toArray();
    }
}
