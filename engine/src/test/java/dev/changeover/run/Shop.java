package dev.changeover.run;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.RowBuffer;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.FieldPlan.Absent;
import dev.changeover.plan.IndexPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import dev.changeover.planfile.PlanFile;
import dev.changeover.postgres.Ddl;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.postgres.Rows;
import dev.changeover.postgres.Table;
import dev.changeover.postgres.Tx;
import dev.changeover.servers.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.bson.Document;
import org.bson.types.Binary;
import org.bson.types.MaxKey;
import org.bson.types.MinKey;
import org.bson.types.ObjectId;

/** A source with two collections, made from a seed: orders with items in a table of their own, and users. */
public final class Shop implements AutoCloseable {
    public final String mongoUri = TestServers.freshMongoDatabase();
    public final String database;
    private final MongoClient client;

    public Shop() {
        client = MongoClients.create(mongoUri);
        database = Objects.requireNonNull(new ConnectionString(mongoUri).getDatabase());
        db().createCollection("users");
        db().createCollection("orders");
    }

    public MongoDatabase db() {
        return client.getDatabase(database);
    }

    public Namespace orders() {
        return new Namespace(database, "orders");
    }

    public Namespace users() {
        return new Namespace(database, "users");
    }

    /** Users of one table, orders of two; _id of several types, values that do not fit their columns. */
    public Shop fill(long seed, int users, int orders) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Document> batch = new ArrayList<>();
        for (int i = 0; i < users; i++) {
            batch.add(user(random, i));
        }
        insert("users", batch);
        batch.clear();
        for (int i = 0; i < orders; i++) {
            batch.add(order(random));
        }
        insert("orders", batch);
        return this;
    }

    private void insert(String collection, List<Document> documents) {
        for (int i = 0; i < documents.size(); i += 5000) {
            db().getCollection(collection).insertMany(documents.subList(i, Math.min(documents.size(), i + 5000)));
        }
    }

    private static Document user(SplittableRandom random, int i) {
        Object id = switch (i) {
            case 0 -> new MinKey();
            case 1 -> new MaxKey();
            case 2 -> new Document("a", 1).append("b", "x");
            case 3 -> Double.NaN;
            case 4 -> new Binary(new byte[] {1, 2, 3});
            default -> i % 3 == 0 ? (Object) (long) i : i % 3 == 1 ? "user" + i : id(random);
        };
        Document user = new Document("_id", id)
                .append("name", i % 97 == 0 ? "nul \u0000 " + i : "name " + random.nextInt(1000))
                .append("age", i % 50 == 0 ? (Object) "n/a" : (Object) random.nextInt(100))
                .append("email", "u" + i + "@example.com")
                .append("born", Instant.ofEpochMilli(random.nextLong(0, 1_000_000_000_000L)));
        if (i % 7 == 0) {
            user.append("surprise", new Document("deep", List.of(1, "two", new Document("x", 3.5))));
        }
        return user;
    }

    private static Document order(SplittableRandom random) {
        List<Document> items = new ArrayList<>();
        for (int n = random.nextInt(4); n > 0; n--) {
            items.add(new Document("sku", "s" + random.nextInt(500)).append("price", random.nextDouble()));
        }
        return new Document("_id", id(random)).append("items", items).append("note", "n".repeat(random.nextInt(300)));
    }

    private static ObjectId id(SplittableRandom random) {
        byte[] bytes = new byte[12];
        random.nextBytes(bytes);
        bytes[0] = 0x60;
        return new ObjectId(bytes);
    }

    public Plan plan() {
        CollectionPlan users = new CollectionPlan(
                users(),
                new TableName("shop", "users"),
                BsonType.OBJECT_ID,
                List.of(
                        FieldPlan.Column.of("name", "name", ColumnType.TEXT, BsonType.STRING),
                        FieldPlan.Column.of("age", "age", ColumnType.INTEGER, BsonType.INT32),
                        FieldPlan.Column.of("email", "email", ColumnType.TEXT, BsonType.STRING),
                        FieldPlan.Column.of("born", "born", ColumnType.TIMESTAMPTZ, BsonType.DATE)),
                List.of(
                        index("email_1", "{\"v\":2,\"key\":{\"email\":1},\"name\":\"email_1\",\"unique\":true}"),
                        index("age_-1", "{\"v\":2,\"key\":{\"age\":-1},\"name\":\"age_-1\"}")),
                Notes.NONE);
        CollectionPlan orders = new CollectionPlan(
                orders(),
                new TableName("shop", "orders"),
                BsonType.OBJECT_ID,
                List.of(
                        FieldPlan.Column.of("note", "note", ColumnType.TEXT, BsonType.STRING),
                        FieldPlan.Column.of("ref", "ref", ColumnType.TEXT, BsonType.STRING),
                        new FieldPlan.Child(
                                "items",
                                new TableName("shop", "orders_items"),
                                true,
                                List.of(
                                        FieldPlan.Column.of("sku", "sku", ColumnType.TEXT, BsonType.STRING),
                                        FieldPlan.Column.of("price", "price", ColumnType.DOUBLE, BsonType.DOUBLE)),
                                Optional.empty(),
                                Absent.MISSING,
                                Notes.NONE)),
                List.of(index(
                        "ref_1__id_1",
                        "{\"v\":2,\"key\":{\"ref\":1,\"_id\":1},\"name\":\"ref_1__id_1\",\"unique\":true}")),
                Notes.NONE);
        return new Plan(List.of(orders, users), List.of());
    }

    private static IndexPlan index(String name, String definition) {
        return new IndexPlan(name, definition, Optional.empty(), false, Notes.NONE);
    }

    public String planFile() {
        return PlanFile.write(plan());
    }

    /** What every table must hold, made on one thread without chunks, in a database of its own. */
    public Map<String, List<String>> expected() throws InterruptedException {
        try (Mongo mongo = Mongo.connect(mongoUri);
                Pg pg = Pg.connect(TestServers.freshPostgres(), new PgSettings(2, Duration.ofSeconds(5)))) {
            pg.change("make", tx -> {
                tx.execute("CREATE SCHEMA shop");
                for (CollectionPlan collection : plan().collections()) {
                    Table.of(collection).forEach(table -> Ddl.create(table, 18).forEach(tx::execute));
                    fill(mongo, tx, collection);
                }
            });
            return contents(pg);
        }
    }

    private static void fill(Mongo mongo, Tx tx, CollectionPlan plan) {
        DocumentMapper mapper = DocumentMapper.compile(plan);
        mongo.scan(plan.namespace(), batch -> {
            for (int i = 0; i < batch.size(); i++) {
                mapper.map(batch.bytes(), batch.offset(i), batch.offset(i) + batch.length(i));
            }
        });
        for (int i = 0; i < mapper.rows().size(); i++) {
            RowBuffer rows = mapper.rows().get(i);
            try (Rows copy = tx.copy(rows.table(), mapper.columns(i))) {
                copy.write(rows);
                copy.end();
            }
        }
    }

    /** Every row of every table as text, sorted. */
    public static Map<String, List<String>> contents(Pg pg) throws InterruptedException {
        Map<String, List<String>> contents = new TreeMap<>();
        for (String table : List.of("users", "orders", "orders_items")) {
            contents.put(table, Look.texts(pg, "SELECT t::text COLLATE \"C\" FROM shop." + table + " t ORDER BY 1"));
        }
        return contents;
    }

    @Override
    public void close() {
        client.close();
    }
}
