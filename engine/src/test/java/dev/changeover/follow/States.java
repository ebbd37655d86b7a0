package dev.changeover.follow;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import dev.changeover.ClusterTime;
import dev.changeover.bson.BsonOrder;
import dev.changeover.mapping.DocumentBuilder;
import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.Tuple;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Plan;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/** Whole states of both ends: all documents of all collections, by the bytes of their keys. */
public final class States {
    private final MongoDatabase source;
    private final Pg pg;
    private final Plan plan;

    public States(MongoDatabase source, Pg pg, Plan plan) {
        this.source = source;
        this.pg = pg;
        this.plan = plan;
    }

    /** What PostgreSQL holds at one moment, and the instant it says that this is. */
    private record Target(ClusterTime at, Map<CollectionPlan, Map<String, byte[]>> documents) {}

    /** Compares what PostgreSQL holds now with what MongoDB held at the cut's time, which is returned. */
    public ClusterTime compare() throws InterruptedException {
        Target target = target();
        List<String> differences = new ArrayList<>();
        for (CollectionPlan collection : plan.collections()) {
            differences(
                    collection,
                    source(collection, target.at()),
                    target.documents().getOrDefault(collection, Map.of()),
                    differences);
        }
        assertThat(differences)
                .as("the cut at %s against MongoDB at it", target.at())
                .isEmpty();
        return target.at();
    }

    private static void differences(
            CollectionPlan collection, Map<String, byte[]> source, Map<String, byte[]> target, List<String> into) {
        TreeSet<String> keys = new TreeSet<>(source.keySet());
        keys.addAll(target.keySet());
        for (String key : keys) {
            byte[] want = source.get(key);
            byte[] have = target.get(key);
            if (want == null || have == null || !BsonOrder.sameButForOrder(want, have)) {
                into.add(collection.namespace() + " " + tables(collection) + ": MongoDB " + show(want) + ", PostgreSQL "
                        + show(have));
            }
        }
    }

    private static List<TableName> tables(CollectionPlan collection) {
        return Stream.concat(
                        Stream.of(collection.table()),
                        collection.children().stream().map(FieldPlan.Child::table))
                .toList();
    }

    private static String show(byte @Nullable [] document) {
        return document == null ? "nothing" : new RawBsonDocument(document).toJson();
    }

    private Map<String, byte[]> source(CollectionPlan collection, ClusterTime at) {
        BsonDocument find = new BsonDocument(
                        "find", new BsonString(collection.namespace().collection()))
                .append("batchSize", new BsonInt32(1_000_000))
                .append(
                        "readConcern",
                        new BsonDocument("level", new BsonString("snapshot"))
                                .append("atClusterTime", new BsonTimestamp(at.bits())));
        BsonDocument cursor = source.runCommand(find, RawBsonDocument.class).getDocument("cursor");
        assertThat(cursor.getInt64("id").getValue()).as("all came at once").isZero();
        Map<String, byte[]> documents = new TreeMap<>();
        cursor.getArray("firstBatch").forEach(found -> put(documents, bytes((RawBsonDocument) found)));
        return documents;
    }

    private static byte[] bytes(RawBsonDocument document) {
        byte[] bytes = new byte[document.getByteBuffer().remaining()];
        document.getByteBuffer().get(bytes);
        return bytes;
    }

    private static void put(Map<String, byte[]> documents, byte[] document) {
        String key = HexFormat.of()
                .formatHex(
                        dev.changeover.bson.Ids.of(document, 0, document.length).document());
        assertThat(documents.put(key, document)).as("two of one key").isNull();
    }

    private Target target() throws InterruptedException {
        return pg.transaction("read a whole state", tx -> {
            tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            BigDecimal at = tx.row("SELECT at FROM changeover.cut", row -> row.getBigDecimal(1))
                    .orElseThrow();
            Map<CollectionPlan, Map<String, byte[]>> documents = new HashMap<>();
            for (CollectionPlan collection : plan.collections()) {
                documents.put(collection, rebuilt(tx, collection));
            }
            return new Target(ClusterTime.ofBits(at.longValue()), documents);
        });
    }

    /** All documents of a collection, made from their rows; every child row has its parent. */
    private static Map<String, byte[]> rebuilt(Tx tx, CollectionPlan plan) {
        DocumentMapper layout = DocumentMapper.compile(plan);
        DocumentBuilder builder = DocumentBuilder.compile(plan);
        List<Map<String, List<Tuple>>> children = new ArrayList<>();
        for (FieldPlan.Child child : plan.children()) {
            Map<String, List<Tuple>> byParent = new HashMap<>();
            for (Tuple row : rows(tx, child.table(), layout.columns(children.size() + 1))) {
                byParent.computeIfAbsent(id(row), id -> new ArrayList<>()).add(row);
            }
            children.add(byParent);
        }
        Map<String, byte[]> documents = new TreeMap<>();
        for (Tuple row : rows(tx, plan.table(), layout.columns(0))) {
            List<List<Tuple>> own = new ArrayList<>();
            children.forEach(byParent -> {
                List<Tuple> of = byParent.remove(id(row));
                own.add(of == null ? List.of() : of);
            });
            put(documents, builder.build(row, own));
        }
        for (int i = 0; i < children.size(); i++) {
            assertThat(children.get(i))
                    .as("rows of %s without a parent", plan.children().get(i).table())
                    .isEmpty();
        }
        return documents;
    }

    private static List<Tuple> rows(Tx tx, TableName table, List<String> columns) {
        String order = columns.contains("ord") ? " ORDER BY ord" : "";
        return tx.tuples("SELECT " + SqlText.quoted(columns) + " FROM " + SqlText.quoted(table) + order);
    }

    /** The first field of every table: the row's id, or its parent's. */
    private static String id(Tuple row) {
        return HexFormat.of().formatHex(Arrays.copyOfRange(row.bytes(), row.start(0), row.start(0) + 16));
    }
}
