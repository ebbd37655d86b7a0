package dev.changeover.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.IndexPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DdlTest {
    /** With names that break whatever is not quoted. */
    static CollectionPlan orders() {
        return new CollectionPlan(
                new Namespace("shop", "order's"),
                new TableName("Sh\"op", "select"),
                BsonType.OBJECT_ID,
                List.of(
                        FieldPlan.Column.of("no", "no", ColumnType.BIGINT, BsonType.INT64),
                        new FieldPlan.Flatten(
                                "to",
                                List.of(FieldPlan.Column.of("a\"b", "to_a\"b", ColumnType.TEXT, BsonType.STRING)),
                                FieldPlan.Absent.MISSING,
                                Notes.NONE),
                        FieldPlan.Column.of(
                                "tags", "tags", ColumnType.arrayOf(ColumnType.Scalar.TEXT), BsonType.STRING),
                        new FieldPlan.Child(
                                "items",
                                new TableName("Sh\"op", "order items"),
                                true,
                                List.of(FieldPlan.Column.of("n", "n", ColumnType.DOUBLE, BsonType.DOUBLE)),
                                Optional.of(FieldPlan.Column.of("", "value", ColumnType.JSONB, BsonType.STRING)),
                                FieldPlan.Absent.MISSING,
                                Notes.NONE)),
                List.of(),
                Notes.NONE);
    }

    @Test
    void aTableHasTheKeysTheColumnsInOrderAndTheRest() {
        List<Table> tables = Table.of(orders());
        assertThat(tables.get(0).columns())
                .extracting(Table.Column::name)
                .containsExactly("id", "mongo_id", "no", "to_a\"b", "tags", "mongo_extra");
        assertThat(tables.get(1).columns())
                .extracting(Table.Column::name)
                .containsExactly("parent_id", "ord", "value", "n", "mongo_extra");
        assertThat(tables.get(0).columns())
                .extracting(Table.Column::field)
                .containsExactly("", "_id", "no", "to.a\"b", "tags", "");
    }

    @Test
    void idsOfLaterRowsComeInOrderWhereTheServerKnowsHow() {
        Table table = Table.of(orders()).getFirst();
        assertThat(Ddl.create(table, 18).getFirst()).contains("\"id\" uuid NOT NULL DEFAULT uuidv7()");
        assertThat(Ddl.create(table, 17).getFirst()).contains("\"id\" uuid NOT NULL DEFAULT gen_random_uuid()");
    }

    @Test
    void theScriptTellsWhatIsDoneBeforeAndAfterTheCopy() {
        String script = Ddl.script(new Plan(List.of(orders()), List.of()), 18);
        assertThat(script)
                .containsSubsequence(
                        "-- Before the copy",
                        "CREATE SCHEMA IF NOT EXISTS \"Sh\"\"op\";",
                        "CREATE TABLE \"Sh\"\"op\".\"select\"",
                        "COMMENT ON TABLE \"Sh\"\"op\".\"select\" IS 'MongoDB collection shop.order''s';",
                        "-- After the copy",
                        "ADD PRIMARY KEY (\"id\");");
        assertThat(script).contains("PRIMARY KEY (\"parent_id\", \"ord\")");
    }

    private static CollectionPlan indexed(String definition) {
        CollectionPlan orders = orders();
        return new CollectionPlan(
                orders.namespace(),
                orders.table(),
                orders.idType(),
                orders.fields(),
                List.of(new IndexPlan("of_it", definition, Optional.empty(), false, Notes.NONE)),
                Notes.NONE);
    }

    @Test
    void anIndexThatIsNotExactlyWhatItWasIsTold() {
        Plan pair = new Plan(
                List.of(indexed("{\"v\":2,\"key\":{\"no\":1,\"to.a\\\"b\":1},\"name\":\"of_it\",\"unique\":true}")),
                List.of());
        assertThat(Ddl.script(pair, 14))
                .contains("CREATE UNIQUE INDEX")
                .contains(
                        "-- Index select_no_to_a\"b_key on Sh\"op.select: unlike in MongoDB, rows that lack one of its")
                .contains("PostgreSQL 15");
        assertThat(Ddl.script(pair, 15)).contains("NULLS NOT DISTINCT").doesNotContain("-- Index");
        Plan geo = new Plan(List.of(indexed("{\"v\":2,\"key\":{\"no\":\"2dsphere\"},\"name\":\"of_it\"}")), List.of());
        assertThat(Ddl.script(geo, 18))
                .contains("-- Index of_it")
                .contains("not translated: ")
                .contains("PostGIS");
    }
}
