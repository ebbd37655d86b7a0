package dev.changeover.planner;

import static dev.changeover.planner.Documents.columnOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.changeover.CollectionKind;
import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Plan;
import dev.changeover.profile.CollectionProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlannerTest {
    private static final String INT = "1";
    private static final String LONG = "{\"$numberLong\": \"2\"}";
    private static final String WIDE = "{\"$numberLong\": \"9007199254740993\"}";
    private static final String DOUBLE = "1.5";
    private static final String DECIMAL = "{\"$numberDecimal\": \"1.10\"}";
    private static final String DATE = "{\"$date\": \"2024-01-01T00:00:00Z\"}";
    private static final String UUID4 =
            "{\"$binary\": {\"base64\": \"AAAAAAAAQACAAAAAAAAAAA==\", \"subType\": \"04\"}}";
    private static final String BYTES = "{\"$binary\": {\"base64\": \"AAA=\", \"subType\": \"00\"}}";
    private static final String OID = "{\"$oid\": \"5ca4bbc7a2dd94ee5816238c\"}";

    @Test
    void oneTypeOfValueHasItsColumnType() {
        assertThat(columnOf("\"x\"").type()).isEqualTo(ColumnType.TEXT);
        assertThat(columnOf(INT).type()).isEqualTo(ColumnType.INTEGER);
        assertThat(columnOf(LONG).type()).isEqualTo(ColumnType.BIGINT);
        assertThat(columnOf(DOUBLE).type()).isEqualTo(ColumnType.DOUBLE);
        assertThat(columnOf(DECIMAL).type()).isEqualTo(ColumnType.NUMERIC);
        assertThat(columnOf("true").type()).isEqualTo(ColumnType.BOOLEAN);
        assertThat(columnOf(DATE).type()).isEqualTo(ColumnType.TIMESTAMPTZ);
        assertThat(columnOf(UUID4).type()).isEqualTo(ColumnType.UUID);
        assertThat(columnOf(BYTES).type()).isEqualTo(ColumnType.BYTEA);
        assertThat(columnOf(UUID4, BYTES).type()).isEqualTo(ColumnType.BYTEA);
        assertThat(columnOf("{\"x\": 1}").type()).isEqualTo(ColumnType.JSONB);
        assertThat(columnOf("[1]").type()).isEqualTo(ColumnType.JSONB);
        assertThat(columnOf("{\"$regularExpression\": {\"pattern\": \"a\", \"options\": \"\"}}")
                        .type())
                .isEqualTo(ColumnType.JSONB);
        assertThat(columnOf("{\"$minKey\": 1}").type()).isEqualTo(ColumnType.JSONB);
    }

    @Test
    void numbersOfDifferentTypesHaveTheNarrowestColumnThatHoldsAll() {
        assertThat(columnOf(INT, LONG).type()).isEqualTo(ColumnType.BIGINT);
        assertThat(columnOf(INT, INT, LONG).bson()).isEqualTo(BsonType.INT32);
        assertThat(columnOf(INT, DOUBLE).type()).isEqualTo(ColumnType.DOUBLE);
        assertThat(columnOf(WIDE, DOUBLE).type()).isEqualTo(ColumnType.NUMERIC);
        assertThat(columnOf("{\"$numberLong\": \"9007199254740992\"}", DOUBLE).type())
                .isEqualTo(ColumnType.DOUBLE);
        assertThat(columnOf(INT, DECIMAL).type()).isEqualTo(ColumnType.NUMERIC);
        assertThat(columnOf(DOUBLE, DECIMAL).type()).isEqualTo(ColumnType.NUMERIC);
    }

    @Test
    void numericStringsAmongNumbersAreConverted() {
        FieldPlan.Column column = columnOf(INT, DOUBLE, "\"12.50\"");
        assertThat(column.type()).isEqualTo(ColumnType.NUMERIC);
        assertThat(column.notes().why()).contains("1 string exactly a number");
    }

    @Test
    void stringsThatAreAllNumbersStayTextAndTheNoteProposesNumeric() {
        FieldPlan.Column column = columnOf("\"1\"", "\"2.5\"");
        assertThat(column.type()).isEqualTo(ColumnType.TEXT);
        assertThat(column.notes().why()).contains("numeric");
    }

    @Test
    void fewStraysDoNotMakeAColumnJsonbButManyDo() {
        List<String> few = Documents.many(100, i -> i < 5 ? "{\"a\": \"n/a\"}" : "{\"a\": 1}");
        CollectionPlan plan = Documents.plan(few.toArray(String[]::new));
        assertThat(Documents.column(plan, "a").type()).isEqualTo(ColumnType.INTEGER);
        assertThat(Documents.column(plan, "a").notes().why()).contains("5 values of another type");
        List<String> many = Documents.many(100, i -> i < 6 ? "{\"a\": \"n/a\"}" : "{\"a\": 1}");
        assertThat(Documents.column(Documents.plan(many.toArray(String[]::new)), "a")
                        .type())
                .isEqualTo(ColumnType.JSONB);
    }

    @Test
    void anAbsentColumnStandsForTheMoreFrequentOfNullAndMissing() {
        assertThat(Documents.column(Documents.plan("{\"a\": 1}", "{}", "{}", "{\"a\": null}"), "a")
                        .absent())
                .isEqualTo(FieldPlan.Absent.MISSING);
        assertThat(columnOf(INT, "null").absent()).isEqualTo(FieldPlan.Absent.NULL);
        assertThat(columnOf(INT).absent()).isEqualTo(FieldPlan.Absent.MISSING);
    }

    @Test
    void aFieldThatIsAlwaysNullIsJsonbAndAsked() {
        Planner.Planned planned = Documents.planned(Documents.source("shop.a", List.of("{\"x\": null}")));
        assertThat(Documents.column(planned.plan().collections().get(0), "x").type())
                .isEqualTo(ColumnType.JSONB);
        assertThat(planned.summaries().get(0).questions())
                .singleElement()
                .asString()
                .contains("only nulls");
    }

    @Test
    void theShapeOfAJsonbColumnTellsWhatJsonCannot() {
        FieldPlan.Column column =
                columnOf(("{\"when\": %s, \"n\": 1, \"big\": %s, \"s\": \"x\", \"items\": [{\"p\": %s, \"d.x\":"
                                + " %s}], \"$q\": %s, \"*\": %s}")
                        .formatted(DATE, LONG, OID, DECIMAL, BYTES, DATE));
        assertThat(column.shape())
                .containsOnly(
                        entry("when", BsonType.DATE),
                        entry("big", BsonType.INT64),
                        entry("items.*.p", BsonType.OBJECT_ID),
                        entry("items.*.d\\.x", BsonType.DECIMAL128),
                        entry("\\$q", BsonType.BINARY));
        assertThat(columnOf("[" + DATE + "]").shape()).containsOnly(entry("*", BsonType.DATE));
        assertThat(columnOf(DATE, "\"x\"", DATE).shape()).containsOnly(entry("", BsonType.DATE));
    }

    /** Finds ObjectIds in the collections it knows. */
    private record Known(Namespace namespace, Set<String> ids) implements ReferenceCheck {
        @Override
        public int found(Namespace in, List<byte[]> objectIds) {
            return (int) objectIds.stream()
                    .filter(id ->
                            in.equals(namespace) && ids.contains(HexFormat.of().formatHex(id)))
                    .count();
        }
    }

    @Test
    void objectIdsThatAreKeysOfAnotherCollectionAreAReference() {
        List<String> customers =
                Documents.many(50, i -> "{\"_id\": {\"$oid\": \"5ca4bbc7a2dd94ee581623%02x\"}}".formatted(i));
        List<String> orders = Documents.many(
                50,
                i -> ("{\"_id\": {\"$oid\": \"6ca4bbc7a2dd94ee581623%02x\"}, \"customer\": {\"$oid\":"
                                + " \"5ca4bbc7a2dd94ee581623%02x\"}, \"session\": {\"$oid\": \"7ca4bbc7a2dd94ee581623%02x\"}}")
                        .formatted(i, i + 2, i));
        Set<String> ids = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            ids.add("5ca4bbc7a2dd94ee581623%02x".formatted(i));
        }
        Planner planner = new Planner(new Known(Namespace.parse("shop.customers"), ids), "public");
        Plan plan = planner.plan(
                        List.of(Documents.source("shop.customers", customers), Documents.source("shop.orders", orders)),
                        List.of(),
                        Optional.empty())
                .plan();
        FieldPlan.Column customer = Documents.column(plan.collections().get(1), "customer");
        assertThat(customer.type()).isEqualTo(ColumnType.UUID);
        assertThat(customer.bson()).isEqualTo(BsonType.OBJECT_ID);
        assertThat(customer.references()).contains(Namespace.parse("shop.customers"));
        assertThat(customer.notes().why()).contains("96 % of 50");
        FieldPlan.Column session = Documents.column(plan.collections().get(1), "session");
        assertThat(session.type()).isEqualTo(ColumnType.TEXT);
        assertThat(session.bson()).isEqualTo(BsonType.OBJECT_ID);
        assertThat(session.references()).isEmpty();
    }

    @Test
    void atMostFourHundredColumnsAndTheRarestStayAside() {
        List<String> documents = new ArrayList<>();
        for (int d = 0; d < 10; d++) {
            StringBuilder document = new StringBuilder("{\"_id\": " + d);
            for (int i = 0; i < 180; i++) {
                document.append(", \"often").append(i).append("\": 1");
            }
            for (int i = 0; i < 40; i++) {
                document.append(", \"d").append(d).append("k").append(i).append("\": 1");
            }
            documents.add(document.append("}").toString());
        }
        CollectionPlan plan = Documents.plan(documents.toArray(String[]::new));
        assertThat(plan.fields()).hasSize(400);
        assertThat(plan.fields().stream().filter(f -> f.field().startsWith("often")))
                .hasSize(180);
        assertThat(plan.notes().why()).contains("180 fields beyond 400 columns");
    }

    @Test
    void idsOfDifferentTypesAreSaid() {
        CollectionPlan plan = Documents.plan("{\"_id\": 1}", "{\"_id\": 2}", "{\"_id\": \"x\"}");
        assertThat(plan.idType()).isEqualTo(BsonType.INT32);
        assertThat(plan.notes().why()).contains("_id is of different types");
    }

    @Test
    void everyKindOfNamespaceHasAStatedAnswer() {
        List<SourceCollection> sources = new ArrayList<>();
        for (CollectionKind kind : CollectionKind.values()) {
            String options = kind == CollectionKind.VIEW ? "{\"viewOn\": \"orders\"}" : "{}";
            Namespace namespace = new Namespace("shop", "c" + kind.ordinal());
            sources.add(new SourceCollection(namespace, kind, options, List.of(), 0, new CollectionProfile()));
        }
        Plan plan = new Planner(ReferenceCheck.NONE, "public")
                .plan(sources, List.of(new Plan.LeftOut(Namespace.parse("shop.z"), "--exclude")), Optional.empty())
                .plan();
        assertThat(plan.collections()).hasSize(4);
        assertThat(plan.leftOut())
                .hasSize(4)
                .allSatisfy(l -> assertThat(l.reason()).isNotBlank());
        assertThat(plan.leftOut().get(0).reason()).contains("a view on orders");
        assertThat(plan.collections().get(1).notes().why()).contains("capped");
        assertThat(plan.collections().get(3).notes().why()).contains("GridFS");
    }

    @Test
    void aValidatorIsRecorded() {
        String options =
                "{\"validator\": {\"$jsonSchema\": {\"required\": [\"name\"]}}, \"validationAction\": \"warn\"}";
        SourceCollection source = new SourceCollection(
                Namespace.parse("shop.a"), CollectionKind.COLLECTION, options, List.of(), 0, new CollectionProfile());
        assertThat(Documents.planned(source).plan().collections().get(0).notes().why())
                .contains("warn", "$jsonSchema", "required");
    }

    @Test
    void whatStaysAsideIsCounted() {
        List<String> documents = new ArrayList<>(Collections.nCopies(95, "{\"_id\": 1, \"a\": 1}"));
        documents.addAll(Collections.nCopies(5, "{\"_id\": 1, \"a\": \"n/a\"}"));
        CollectionSummary summary = Documents.planned(Documents.source("shop.a", documents))
                .summaries()
                .get(0);
        assertThat(summary.keptAside()).isEqualTo(5);
        assertThat(summary.columns()).isEqualTo(1);
        assertThat(summary.questions()).singleElement().asString().contains("shop.a: a: 5 values do not fit integer");
    }

    @Test
    void fieldsThatDifferOnlyInCaseGetTwoColumnsAndTheSnakeCaseOneKeepsItsName() {
        CollectionPlan plan = Documents.plan("{\"Name\": \"a\", \"name\": \"b\", \"NAME\": \"c\"}");
        assertThat(plan.fields().stream().map(f -> ((FieldPlan.Column) f).column()))
                .containsExactly("name_2", "name", "name_3");
    }

    @Test
    void collectionsOfOneNameInTwoDatabasesAreNamedWithTheirDatabases() {
        Planner.Planned planned = Documents.planned(
                Documents.source("shop.users", List.of()),
                Documents.source("crm.users", List.of()),
                Documents.source("shop.Orders", List.of()),
                Documents.source("shop.or.ders", List.of()));
        assertThat(planned.plan().collections().stream().map(c -> c.table().name()))
                .containsExactly("crm_users", "orders", "or_ders", "shop_users");
    }
}
