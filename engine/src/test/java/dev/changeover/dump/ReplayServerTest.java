package dev.changeover.dump;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.changeover.Namespace;
import dev.changeover.bson.BsonOrder;
import dev.changeover.bson.Ids;
import dev.changeover.servers.Mongod;
import dev.changeover.servers.TestServers;
import dev.changeover.source.CollectionFacts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.types.Binary;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's own oplog, replayed on a dump, gives what the server has. */
class ReplayServerTest {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayServerTest.class);

    private static final int SEEDS = Integer.getInteger("seeds", 4);

    /** Of the oplog, all seeds together: {@code -Dentries=10000 -Dseeds=20}. Of an applyOps each operation counts, and not itself. */
    private static final int ENTRIES = Integer.getInteger("entries", 2_000);

    /** So small that most transactions take several entries; usually the server makes a second one beyond 16 MB. */
    private static final int OPERATIONS_AN_ENTRY = 3;

    private static final int WARM_UP = 100;

    private static final Map<String, Integer> ALL = new TreeMap<>();
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private static Mongod server;

    @TempDir
    Path folder;

    private MongoClient client;
    private MongoDatabase database;
    private Oplog oplog;

    @BeforeAll
    static void start() {
        server = Mongod.startReplicaSet(
                "--setParameter", "maxNumberOfTransactionOperationsInSingleOplogEntry=" + OPERATIONS_AN_ENTRY);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void begin() {
        open(server.directUri(), "test" + DATABASES.incrementAndGet());
    }

    private void open(String uri, String name) {
        client = MongoClients.create(uri);
        database = client.getDatabase(name);
        oplog = new Oplog(client, database);
    }

    @AfterEach
    void end() {
        client.close();
    }

    private void dump(BsonTimestamp begin, List<Dumped.Collection> collections) {
        Dumped.folder(folder, database.getName(), collections, false);
        Dumped.write(folder.resolve("oplog.bson"), false, out -> Dumped.writeAll(out, oplog.since(begin)));
    }

    private Map<String, byte[]> live(String collection) {
        Map<String, byte[]> live = new TreeMap<>();
        database.getCollection(collection, RawBsonDocument.class).find().forEach(document -> {
            byte[] bytes = Dumped.bytes(document);
            live.put(id(bytes), bytes);
        });
        return live;
    }

    private static String id(byte[] document) {
        return HexFormat.of().formatHex(Ids.of(document, 0, document.length).document());
    }

    private static Map<String, byte[]> replayed(Dump dump, Namespace namespace) {
        Map<String, byte[]> replayed = new TreeMap<>();
        dump.scan(namespace, batch -> {
            for (int i = 0; i < batch.size(); i++) {
                byte[] bytes = batch.document(i);
                assertThat(replayed.put(id(bytes), bytes)).as("once").isNull();
            }
        });
        return replayed;
    }

    private void assertSame() {
        try (Dump dump = Dump.open(folder.toString(), java.util.Optional.empty())) {
            List<String> names = database.listCollectionNames().into(new ArrayList<>());
            assertThat(dump.collections().stream()
                            .map(CollectionFacts::namespace)
                            .filter(one -> one.database().equals(database.getName()))
                            .map(Namespace::collection))
                    .containsExactlyInAnyOrderElementsOf(names);
            for (String name : names) {
                Map<String, byte[]> live = live(name);
                Map<String, byte[]> replayed = replayed(dump, new Namespace(database.getName(), name));
                assertThat(replayed.keySet()).as(name).isEqualTo(live.keySet());
                live.forEach((id, document) -> assertThat(
                                BsonOrder.sameButForOrder(document, Objects.requireNonNull(replayed.get(id))))
                        .as(() -> new RawBsonDocument(document).toJson() + "\nreplayed:\n"
                                + new RawBsonDocument(replayed.get(id)).toJson())
                        .isTrue());
                assertThat(indexNames(dump, name)).isEqualTo(liveIndexNames(name));
            }
        }
    }

    private List<String> indexNames(Dump dump, String name) {
        return dump.collections().stream()
                .filter(one -> one.namespace().equals(new Namespace(database.getName(), name)))
                .flatMap(one -> one.indexes().stream())
                .map(index -> BsonDocument.parse(index).getString("name").getValue())
                .sorted()
                .toList();
    }

    private List<String> liveIndexNames(String name) {
        List<String> names = new ArrayList<>();
        database.getCollection(name).listIndexes().forEach(index -> names.add(index.getString("name")));
        return names.stream().sorted().toList();
    }

    static Stream<Integer> seeds() {
        return Stream.iterate(1, seed -> seed + 1).limit(SEEDS);
    }

    /** Odd seeds dump first and write then; even ones dump while it is written, when mongodump allows no renames. */
    @ParameterizedTest
    @MethodSource("seeds")
    void randomWritesReplayedOnADumpAreTheLiveState(int seed) {
        boolean quiet = seed % 2 == 1;
        RandomWrites writes = new RandomWrites(client, database, seed, quiet);
        for (int i = 0; i < WARM_UP; i++) {
            writes.next();
        }
        BsonTimestamp begin = oplog.now();
        List<Dumped.Collection> dumped = new ArrayList<>();
        if (quiet) {
            dumped.addAll(Dumped.of(database));
        }
        int wanted = (ENTRIES + SEEDS - 1) / SEEDS;
        Counted counted = new Counted(begin);
        for (int third = 1; third <= 3; third++) {
            while (counted.entries < wanted * third / 3) {
                writes.next();
                counted.goOn();
            }
            if (!quiet) { // one collection after the other
                String name = "c" + (third - 1);
                Dumped.of(database).stream()
                        .filter(one -> one.name().equals(name))
                        .forEach(dumped::add);
            }
            if (third == 2) {
                writes.large();
            }
        }
        dump(begin, dumped);
        assertThat(counted.severalEntries).as("transactions of several entries").isPositive();
        assertSame();
        ALL.merge("entries", counted.entries, Integer::sum);
        ALL.merge("seeds", 1, Integer::sum);
        LOG.atWarn()
                .addKeyValue("seed", seed)
                .addKeyValue("entries", counted.entries)
                .addKeyValue("ofTransactions", counted.ofTransactions)
                .addKeyValue("transactionsOfSeveralEntries", counted.severalEntries)
                .addKeyValue("kinds", counted.kinds)
                .addKeyValue("all", ALL)
                .log("replayed, and the same as live");
    }

    /** Counts what the oplog has of this database, as it grows. */
    private final class Counted {
        private final Map<String, Integer> kinds = new TreeMap<>();
        private BsonTimestamp until;
        private int entries;
        private int ofTransactions;
        private int severalEntries;

        Counted(BsonTimestamp until) {
            this.until = until;
        }

        void goOn() {
            BsonTimestamp now = oplog.now();
            oplog.since(until).forEach(this::count);
            until = now;
        }

        private void count(byte[] bytes) {
            Entry entry = new Entry(bytes);
            if (!entry.command().equals("applyOps") || !entry.kind().equals("c")) {
                entries++;
                kinds.merge(entry.kind().equals("c") ? entry.command() : entry.kind(), 1, Integer::sum);
                return;
            }
            int inner = entry.operations().size();
            entries += inner;
            ofTransactions += inner;
            severalEntries += entry.hasBefore() && !entry.is("partialTxn") ? 1 : 0;
        }
    }

    @Test
    void aTransactionOfMoreThanAnEntryHoldsIsReplayedWhole() {
        client.close();
        String uri = TestServers.freshMongoDatabase();
        open(uri, Objects.requireNonNull(new com.mongodb.ConnectionString(uri).getDatabase()));
        database.createCollection("big");
        BsonTimestamp begin = oplog.now();
        List<Dumped.Collection> dumped = Dumped.of(database);
        try (var session = client.startSession()) {
            session.startTransaction();
            for (int i = 0; i < 5; i++) {
                database.getCollection("big")
                        .insertOne(session, new Document("_id", i).append("blob", new Binary(new byte[6 << 20])));
            }
            session.commitTransaction();
        }
        dump(begin, dumped);
        assertThat(oplog.since(begin)).hasSizeGreaterThan(1);
        assertSame();
    }
}
