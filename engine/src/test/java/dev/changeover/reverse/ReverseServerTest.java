package dev.changeover.reverse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.bson.BsonType;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.FieldPlan.Absent;
import dev.changeover.plan.Notes;
import dev.changeover.plan.TableName;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** MongoDB follows the tables (I14, I15). */
class ReverseServerTest {
    private Reversing reversing;
    private CollectionPlan orders;

    @BeforeEach
    void begin() throws InterruptedException {
        reversing = new Reversing();
        orders = new CollectionPlan(
                reversing.namespace("orders"),
                new TableName("public", "orders"),
                BsonType.OBJECT_ID,
                List.of(
                        FieldPlan.Column.of("note", "note", ColumnType.TEXT, BsonType.STRING),
                        FieldPlan.Column.of("total", "total", ColumnType.DOUBLE, BsonType.DOUBLE),
                        FieldPlan.Column.of("at", "at", ColumnType.TIMESTAMPTZ, BsonType.DATE),
                        FieldPlan.Column.of("tree", "tree", ColumnType.JSONB, BsonType.DOCUMENT),
                        new FieldPlan.Flatten(
                                "address",
                                List.of(FieldPlan.Column.of("city", "address_city", ColumnType.TEXT, BsonType.STRING)),
                                Absent.MISSING,
                                Notes.NONE),
                        new FieldPlan.Child(
                                "lines",
                                new TableName("public", "orders_lines"),
                                true,
                                List.of(
                                        FieldPlan.Column.of("sku", "sku", ColumnType.TEXT, BsonType.STRING),
                                        FieldPlan.Column.of("n", "n", ColumnType.INTEGER, BsonType.INT32)),
                                Optional.empty(),
                                Absent.MISSING,
                                Notes.NONE),
                        new FieldPlan.Excluded("secret", Notes.NONE)),
                List.of(),
                Notes.NONE);
    }

    @AfterEach
    void end() {
        reversing.close();
    }

    private static byte[] bson(String json) {
        return Reversing.bytes(new RawBsonDocument(BsonDocument.parse(json), new BsonDocumentCodec()));
    }

    private static String id(int n) {
        return String.format("65a0000000000000000000%02x", n);
    }

    private static byte[] order(int n) {
        return bson(
                "{_id: ObjectId('" + id(n) + "'), secret: 'x', total: 5, note: 'first', address: {zip: 'Z', city: 'A'},"
                        + " tree: {z: NumberLong(1), a: {$date: 5000}}, lines: [{sku: 'a', n: NumberLong(1), odd: 1}, {sku: 'b', n: 2}],"
                        + " unknown: {k: 1}}");
    }

    private Document stored(int n) {
        Document found = reversing
                .database
                .getCollection("orders")
                .find(new Document("_id", new org.bson.types.ObjectId(id(n))))
                .first();
        return found == null ? new Document() : found;
    }

    @Test
    void whatSqlChangesIsChangedAndNothingElse() throws InterruptedException {
        reversing.filled(orders, List.of(order(1), order(2), order(3)));
        reversing.sql("UPDATE public.orders SET note = 'second', total = 6 WHERE mongo_id = '" + id(1) + "'");
        reversing.sql("UPDATE public.orders SET address_city = NULL WHERE mongo_id = '" + id(2) + "'");
        reversing.sql("DELETE FROM public.orders_lines WHERE parent_id ="
                + " (SELECT id FROM public.orders WHERE mongo_id = '" + id(3) + "')");
        reversing.sql("DELETE FROM public.orders WHERE mongo_id = '" + id(3) + "'");
        reversing.sql("DELETE FROM public.orders_lines WHERE ord = 0 AND parent_id ="
                + " (SELECT id FROM public.orders WHERE mongo_id = '" + id(1) + "')");
        reversing.sql("INSERT INTO public.orders (note) VALUES ('new')");
        Pass pass = reversing.drain(orders);
        assertThat(reversing.reasons()).isEmpty();
        assertThat(pass.written()).isEqualTo(4);
        assertThat(reversing.queued()).isZero();
        reversing.requireEqual(orders, "after");
        assertThat(stored(1).toJson())
                .isEqualTo(
                        "{\"_id\": {\"$oid\": \"" + id(1)
                                + "\"}, \"secret\": \"x\", \"total\": 6, \"note\": \"second\","
                                + " \"address\": {\"zip\": \"Z\", \"city\": \"A\"}, \"tree\": {\"z\": 1, \"a\": {\"$date\":"
                                + " \"1970-01-01T00:00:05Z\"}}, \"lines\": [{\"sku\": \"b\", \"n\": 2}], \"unknown\": {\"k\": 1}}");
        assertThat(stored(2).get("address")).isEqualTo(new Document("zip", "Z"));
        assertThat(stored(3)).isEmpty();
        assertThat(reversing.database.getCollection("orders").countDocuments()).isEqualTo(3);
    }
}
