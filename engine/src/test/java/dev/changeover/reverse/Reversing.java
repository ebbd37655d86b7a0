package dev.changeover.reverse;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.MongoWriteException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.changeover.Namespace;
import dev.changeover.Station;
import dev.changeover.mapping.DocumentChange;
import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.DocumentRows;
import dev.changeover.mapping.RowBuffer;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.plan.SqlText;
import dev.changeover.postgres.BuildStep;
import dev.changeover.postgres.Ddl;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.postgres.Rows;
import dev.changeover.postgres.RowsById;
import dev.changeover.postgres.Table;
import dev.changeover.servers.TestServers;
import dev.changeover.state.Ends;
import dev.changeover.state.Owner;
import dev.changeover.state.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.bson.RawBsonDocument;

/** A collection and its tables, the tables queueing what changes in them. Confined to one thread. */
final class Reversing implements AutoCloseable {
    final MongoClient client;
    final MongoDatabase database;
    final Mongo mongo;
    final Pg pg = Pg.connect(TestServers.freshPostgres(), new PgSettings(10, Duration.ofSeconds(10)));
    final State state;
    private Owner owner;

    Reversing() throws InterruptedException {
        String uri = TestServers.freshMongoDatabase();
        client = MongoClients.create(uri);
        database = client.getDatabase(Objects.requireNonNull(new ConnectionString(uri).getDatabase()));
        mongo = Mongo.connect(uri);
        state = State.open(pg);
        owner = state.own("test");
    }

    Namespace namespace(String collection) {
        return new Namespace(database.getName(), collection);
    }

    Ends ends() {
        return new Ends(mongo, pg, state, owner, dev.changeover.ClusterTime.ofBits(0));
    }

    /** As another process would take over. */
    Ends taken() throws InterruptedException {
        owner.close();
        owner = state.own("the next");
        return ends();
    }

    /** The documents in MongoDB and their rows in new tables, which queue what changes. */
    void filled(CollectionPlan plan, List<byte[]> documents) throws InterruptedException {
        DocumentMapper mapper = DocumentMapper.compile(plan);
        var collection = database.getCollection(plan.namespace().collection(), RawBsonDocument.class);
        for (byte[] document : documents) {
            try {
                collection.insertOne(new RawBsonDocument(document));
            } catch (MongoWriteException refused) { // random documents may be of no use to a server
                assertThat(refused.getMessage()).isNotEmpty();
            }
        }
        for (RawBsonDocument stored : collection.find()) {
            byte[] bytes = bytes(stored);
            mapper.map(bytes, 0, bytes.length);
        }
        int major = pg.facts().major();
        pg.change("make tables", tx -> {
            for (Table table : Table.of(plan)) {
                tx.execute("DROP TABLE IF EXISTS " + SqlText.quoted(table.name()));
                Ddl.create(table, major).forEach(tx::execute);
            }
            for (int i = 0; i < mapper.rows().size(); i++) {
                RowBuffer buffer = mapper.rows().get(i);
                try (Rows rows = tx.copy(buffer.table(), mapper.columns(i))) {
                    rows.write(buffer);
                    assertThat(rows.end()).isEqualTo(buffer.rows());
                }
            }
            for (BuildStep step : Ddl.afterCopy(planOf(plan), major)) {
                if (step instanceof BuildStep.Key) {
                    tx.execute(step.sql());
                }
            }
        });
        Reverse.install(ends(), planOf(plan), all -> true);
    }

    static Plan planOf(CollectionPlan plan) {
        return new Plan(List.of(plan), List.of());
    }

    Reverse begin(CollectionPlan plan, Station.Listener stations) throws InterruptedException {
        return Reverse.begin(ends(), planOf(plan), ReverseSettings.USUAL, stations);
    }

    Pass drain(CollectionPlan plan) throws InterruptedException {
        try (Reverse reverse = begin(plan, Station.Listener.NONE)) {
            return reverse.drain();
        }
    }

    void sql(String statement) throws InterruptedException {
        pg.change("write", tx -> tx.execute(statement));
    }

    long queued() throws InterruptedException {
        return number("SELECT count(*) FROM changeover.reverse_queue");
    }

    long number(String query) throws InterruptedException {
        return pg.transaction("ask", tx -> tx.row(query, row -> row.getLong(1)).orElseThrow());
    }

    List<String> reasons() throws InterruptedException {
        return pg.transaction("ask", tx -> tx.texts("SELECT reason FROM changeover.reverse_held ORDER BY reason"));
    }

    List<String> ids(CollectionPlan plan) throws InterruptedException {
        return pg.transaction(
                "ask", tx -> tx.texts("SELECT mongo_id FROM " + SqlText.quoted(plan.table()) + " ORDER BY mongo_id"));
    }

    static byte[] bytes(RawBsonDocument document) {
        var buffer = document.getByteBuffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    /** By mongo_id. */
    Map<String, byte[]> documents(CollectionPlan plan) {
        DocumentChange f = DocumentChange.compile(plan);
        Map<String, byte[]> documents = new LinkedHashMap<>();
        for (RawBsonDocument raw : database.getCollection(plan.namespace().collection(), RawBsonDocument.class)
                .find()) {
            byte[] bytes = bytes(raw);
            documents.put(f.map(bytes).mongoId(), bytes);
        }
        return documents;
    }

    Map<String, DocumentRows> rows(CollectionPlan plan) throws InterruptedException {
        return pg.transaction("read all rows", tx -> {
            List<UUID> ids =
                    tx.rows("SELECT id FROM " + SqlText.quoted(plan.table()), row -> row.getObject(1, UUID.class));
            Map<String, DocumentRows> rows = new LinkedHashMap<>();
            new RowsById(plan).read(tx, ids).rows().values().forEach(found -> rows.put(found.mongoId(), found));
            return rows;
        });
    }

    /** f(MongoDB) equals the rows, but for those that are held; how many are not. */
    int requireEqual(CollectionPlan plan, String when) throws InterruptedException {
        Map<String, byte[]> documents = documents(plan);
        Map<String, DocumentRows> rows = rows(plan);
        List<String> held = pg.transaction("ask", tx -> tx.texts("SELECT mongo_id FROM changeover.reverse_held"));
        List<String> expected = new ArrayList<>(rows.keySet());
        expected.removeAll(held);
        assertThat(documents.keySet().stream().filter(key -> !held.contains(key)))
                .as(when)
                .containsExactlyInAnyOrderElementsOf(expected);
        DocumentChange change = DocumentChange.compile(plan);
        for (String key : expected) {
            byte[] document = documents.getOrDefault(key, new byte[0]);
            DocumentRows row = Objects.requireNonNull(rows.get(key));
            DocumentChange.Changed again = change.apply(row, java.util.Optional.of(document));
            assertThat(again.unlike()).as("%s: %s", when, key).isEmpty();
            assertThat(Arrays.equals(again.bytes(), document))
                    .as(() -> when + ": " + key + "\n" + new RawBsonDocument(document) + "\n"
                            + new RawBsonDocument(again.bytes()))
                    .isTrue();
        }
        return expected.size();
    }

    @Override
    public void close() {
        owner.close();
        database.drop();
        client.close();
        mongo.close();
        pg.close();
    }
}
