package dev.changeover.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import dev.changeover.planfile.PlanFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Planning again over a file that a person has edited. */
class PlanAgainTest {
    private static final String INDEX =
            "{\"v\": 2, \"key\": {\"customer.city\": 1, \"total\": -1}, \"name\": \"customer.city_1_total_-1\"}";
    private static final List<String> ORDERS = Documents.many(
            10,
            i ->
                    ("{\"_id\": %d, \"number\": \"A%d\", \"total\": %d, \"customer\": {\"name\": \"n\", \"city\": \"c%d\"}, \"items\":"
                                    + " [{\"sku\": \"s\", \"qty\": %d}], \"tags\": [\"a\", \"b\"]}")
                            .formatted(i, i, i, i, i));

    private static Planner.Planned again(String text, SourceCollection... sources) {
        return new Planner(ReferenceCheck.NONE, "public")
                .plan(
                        List.of(sources),
                        List.of(),
                        Optional.of(PlanFile.parse(text).draft()));
    }

    private static SourceCollection orders() {
        return Documents.source("shop.orders", ORDERS, INDEX);
    }

    private static String first() {
        return PlanFile.write(Documents.planned(orders()).plan());
    }

    private static String updated(String text, SourceCollection... sources) {
        return PlanFile.parse(text).update(again(text, sources).plan());
    }

    @Test
    void planningAgainChangesNothing() {
        String text = first();
        Planner.Planned planned = again(text, orders());
        assertThat(planned.drift()).isEmpty();
        assertThat(PlanFile.parse(text).update(planned.plan())).isEqualTo(text);
    }

    @Test
    void everyEditAndCommentStays() {
        String edited = first().replace("    table: orders", "    table: sales.the_orders   # the old name is taken")
                        .replace(
                                "        column: number\n        type: text",
                                "        # the shop's own number\n        column: order_no\n        type: 'text'")
                        .replace("      total:\n", "\n      total:   # cents\n        note: asked Ann\n")
                        .replace("        definition:", "        skip: true   # nobody uses it\n        definition:")
                + "\n# the end\n";
        assertThat(edited).contains("order_no", "asked Ann", "skip: true");
        assertThat(updated(edited, orders())).isEqualTo(edited);
    }

    @Test
    void whatIsNewIsAddedAndToldAndTheRestStaysAsItWas() {
        String edited = first().replace("      number:", "      number: # mine");
        List<String> documents = new ArrayList<>(ORDERS);
        documents.add("{\"_id\": 99, \"createdAt\": {\"$date\": \"2024-01-01T00:00:00Z\"}, \"number\": \"x\"}");
        String other = "{\"v\": 2, \"key\": {\"createdAt\": 1}, \"name\": \"createdAt_1\"}";
        SourceCollection more = Documents.source("shop.orders", documents, INDEX, other);
        Planner.Planned planned = again(edited, more, Documents.source("shop.users", List.of("{\"name\": \"x\"}")));
        String text = PlanFile.parse(edited).update(planned.plan());
        assertThat(planned.drift())
                .anySatisfy(d -> assertThat(d)
                        .contains("shop.orders: createdAt: new field")
                        .contains("created_at"))
                .anySatisfy(d -> assertThat(d).contains("index createdAt_1: new index"))
                .anySatisfy(d -> assertThat(d).contains("shop.users: new collection"))
                .hasSize(3);
        assertThat(text)
                .contains(
                        "      number: # mine\n",
                        "      createdAt:\n        column: created_at\n        type: timestamptz\n");
        assertThat(text.indexOf("createdAt:")).isLessThan(text.indexOf("    indexes:"));
        assertThat(PlanFile.parse(text).plan()).isEqualTo(planned.plan());
        assertThat(updated(text, more, Documents.source("shop.users", List.of("{\"name\": \"x\"}"))))
                .isEqualTo(text);
    }

    @Test
    void aTypeThatNoLongerFitsIsToldWithCountsAndKept() {
        List<String> documents = new ArrayList<>(ORDERS);
        documents.add("{\"_id\": 99, \"total\": {\"$numberLong\": \"5000000000\"}}");
        Planner.Planned planned = again(first(), Documents.source("shop.orders", documents, INDEX));
        assertThat(planned.drift())
                .singleElement()
                .asString()
                .contains("shop.orders: total: integer no longer fits 1 of 11 values")
                .contains("bigint");
        assertThat(Documents.column(planned.plan().collections().get(0), "total")
                        .type())
                .isEqualTo(ColumnType.INTEGER);
    }

    @Test
    void aFieldAnIndexAndACollectionThatAreGoneAreToldAndKept() {
        String text = PlanFile.write(Documents.planned(orders(), Documents.source("shop.users", List.of()))
                .plan());
        List<String> documents = Documents.many(10, i -> "{\"_id\": " + i + ", \"total\": 1}");
        Planner.Planned planned = again(text, Documents.source("shop.orders", documents));
        assertThat(planned.drift())
                .anySatisfy(d -> assertThat(d).contains("number: no longer seen"))
                .anySatisfy(d -> assertThat(d).contains("index customer.city_1_total_-1: gone"))
                .anySatisfy(d -> assertThat(d).contains("shop.users: no such collection"));
        assertThat(planned.plan().collections()).hasSize(2);
        assertThat(planned.plan()
                        .of(Namespace.parse("shop.orders"))
                        .orElseThrow()
                        .fields())
                .hasSize(5);
    }

    @Test
    void aSampleDoesNotRewriteTheCountsOfTheOneBefore() {
        String text = first();
        SourceCollection all = orders();
        SourceCollection sample = new SourceCollection(
                all.namespace(),
                all.kind(),
                all.options(),
                all.indexes(),
                5_000,
                Documents.profile(ORDERS.subList(0, 4)));
        assertThat(updated(text, sample)).isEqualTo(text);
    }

    @Test
    void theWordFlattenIsFilledWithColumns() {
        String edited = first().replace("        nested: jsonb\n", "        nested: flatten   # city is searched\n");
        String text = updated(edited, orders());
        CollectionPlan plan = PlanFile.parse(text).plan().collections().get(0);
        FieldPlan.Flatten customer = (FieldPlan.Flatten) plan.fields().get(2);
        assertThat(customer.fields().stream().map(f -> ((FieldPlan.Column) f).column()))
                .containsExactly("customer_name", "customer_city");
        assertThat(text).contains("nested: flatten   # city is searched").doesNotContain("column: customer\n");
        assertThat(plan.indexes().get(0).notes().why()).contains("btree (customer_city, total DESC)");
        assertThat(updated(text, orders())).isEqualTo(text);
    }

    @Test
    void flattenTakenBackToJsonbLosesItsColumns() {
        String flattened = updated(first().replace("nested: jsonb\n", "nested: flatten\n"), orders());
        String text = updated(flattened.replace("nested: flatten\n", "nested: jsonb\n"), orders());
        assertThat(text).doesNotContain("customer_city\n");
        assertThat(Documents.column(PlanFile.parse(text).plan().collections().get(0), "customer")
                        .column())
                .isEqualTo("customer");
        assertThat(updated(text, orders())).isEqualTo(text);
    }

    @Test
    void theWordChildTableIsFilledWithATable() {
        String edited =
                first().replace("        column: items\n        array: jsonb\n", "        array: child table\n");
        String text = updated(edited, orders());
        FieldPlan.Child items =
                PlanFile.parse(text).plan().collections().get(0).children().get(0);
        assertThat(items.table()).isEqualTo(new TableName("public", "orders_items"));
        assertThat(items.fields().stream().map(FieldPlan::field)).containsExactly("sku", "qty");
        assertThat(items.value()).isEmpty();
        assertThat(updated(text, orders())).isEqualTo(text);
    }

    @Test
    void aChildTableOfPlainElementsHasAValue() {
        String edited = first().replace("        column: tags\n        array: jsonb\n", "        array: child table\n");
        FieldPlan.Child tags = PlanFile.parse(updated(edited, orders()))
                .plan()
                .collections()
                .get(0)
                .children()
                .get(0);
        assertThat(tags.value().orElseThrow().type()).isEqualTo(ColumnType.TEXT);
        assertThat(tags.fields()).isEmpty();
    }

    @Test
    void theWordNativeIsFilledWithAnArrayType() {
        String edited = first().replace(
                        "        column: tags\n        array: jsonb\n",
                        "        column: tags\n        array: native\n");
        String text = updated(edited, orders());
        FieldPlan.Column tags =
                Documents.column(PlanFile.parse(text).plan().collections().get(0), "tags");
        assertThat(tags.type()).isEqualTo(ColumnType.arrayOf(ColumnType.Scalar.TEXT));
        assertThat(tags.bson()).isEqualTo(BsonType.STRING);
        assertThat(updated(text, orders())).isEqualTo(text);
    }

    @Test
    void aNewFieldInsideAFlattenedDocumentIsDrift() {
        String flattened = updated(first().replace("nested: jsonb\n", "nested: flatten\n"), orders());
        List<String> documents = new ArrayList<>(ORDERS);
        documents.add("{\"_id\": 99, \"customer\": {\"zip\": \"1\"}}");
        Planner.Planned planned = again(flattened, Documents.source("shop.orders", documents, INDEX));
        assertThat(planned.drift())
                .singleElement()
                .asString()
                .contains("customer.zip: new field")
                .contains("customer_zip");
        PlanFile.parse(flattened).update(planned.plan());
    }

    @Test
    void aNewFieldDoesNotTakeTheColumnNameAPersonGave() {
        String edited = first().replace("column: number", "column: code");
        List<String> documents = new ArrayList<>(ORDERS);
        documents.add("{\"_id\": 99, \"code\": 1}");
        Plan plan =
                again(edited, Documents.source("shop.orders", documents, INDEX)).plan();
        assertThat(Documents.column(plan.collections().get(0), "code").column()).isEqualTo("code_2");
    }

    @Test
    void anExcludedFieldAndACollectionLeftOutStaySo() {
        String edited = first().replace("        column: number\n        type: text\n", "        exclude: true\n")
                        .replace("left out:", "")
                + "\nleft out:\n  shop.logs: nobody reads them\n";
        Planner.Planned planned = again(edited, orders(), Documents.source("shop.logs", List.of("{\"a\": 1}")));
        assertThat(planned.drift()).isEmpty();
        assertThat(planned.plan().leftOut())
                .containsExactly(new Plan.LeftOut(Namespace.parse("shop.logs"), "nobody reads them"));
        assertThat(planned.plan().collections().get(0).fields().get(0)).isInstanceOf(FieldPlan.Excluded.class);
    }

    @Test
    void whereAPersonGaveAnotherTypeTheUsualBsonTypeIsTheOneSeen() {
        String edited = first().replace("column: total\n        type: integer", "column: total\n        type: numeric");
        Plan plan = again(edited, orders()).plan();
        assertThat(Documents.column(plan.collections().get(0), "total").bson()).isEqualTo(BsonType.INT32);
    }

    @Test
    void aFileWithoutALastLineEndOrWithForeignLineEndsIsKept() {
        String bare = first().stripTrailing();
        List<String> documents = new ArrayList<>(ORDERS);
        documents.add("{\"_id\": 99, \"zz\": 1}");
        String text =
                updated(bare, Documents.source("shop.orders", documents, INDEX), Documents.source("shop.z", List.of()));
        assertThat(text).contains("      zz:\n", "  shop.z:\n");
        String windows = first().replace("\n", "\r\n");
        assertThat(updated(windows, orders())).isEqualTo(windows);
    }

    @Test
    void namesAsLongAsMongoTakesThemGoIntoTheFileOrStayAside() {
        String control = "\\u0001".repeat(160);
        String document = "{\"%s\": 1, \"%s\": 2, \"%s\": 3}".formatted(control, "x".repeat(160), "y".repeat(5_000));
        String index = "{\"key\": {\"%s\": 1}, \"name\": \"%s_1\"}".formatted("x".repeat(160), "x".repeat(2_000));
        SourceCollection source = Documents.source("shop.a", List.of(document), index);
        String text = PlanFile.write(Documents.planned(source).plan());
        CollectionPlan plan = PlanFile.parse(text).plan().collections().get(0);
        assertThat(plan.fields()).hasSize(2);
        assertThat(plan.notes().why()).contains("stay in mongo_extra");
        assertThat(plan.indexes()).hasSize(1);
        assertThat(again(text, source).drift()).isEmpty();
        assertThat(updated(text, source)).isEqualTo(text);
    }
}
