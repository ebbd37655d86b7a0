package dev.changeover.planfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.bson.BsonType;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import dev.changeover.planner.Documents;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlanFileTest {
    static LongStream seeds() {
        Long replay = Long.getLong("seed");
        return replay == null ? LongStream.range(0, 300) : LongStream.of(replay);
    }

    @ParameterizedTest(name = "seed {0}; replay with -Dseed={0}")
    @MethodSource("seeds")
    void aPlanReadBackIsTheSamePlan(long seed) {
        Plan plan = new RandomPlans(seed).plan();
        String text = PlanFile.write(plan);
        PlanFile file = PlanFile.parse(text);
        assertThat(file.draft().plan()).as(text).isEqualTo(plan);
        assertThat(file.plan()).isEqualTo(plan);
        assertThat(PlanFile.write(file.plan())).isEqualTo(text);
    }

    @ParameterizedTest(name = "seed {0}; replay with -Dseed={0}")
    @MethodSource("seeds")
    void aFileUpdatedToALaterPlanSaysThatPlanAndKeepsEveryComment(long seed) {
        Plan before = new RandomPlans(seed).plan();
        String commented = PlanFile.write(before).replace("fields:\n", "fields: # mine\n");
        PlanFile file = PlanFile.parse(commented);
        assertThat(file.update(before)).isEqualTo(commented);
        Plan later = new RandomPlans(seed + 1_000).later(before);
        String updated = file.update(later);
        assertThat(PlanFile.parse(updated).plan()).as(updated).isEqualTo(later);
    }

    private static List<String> mistakes(String text) {
        FailedException failed = catchThrowableOfType(FailedException.class, () -> PlanFile.parse(text));
        assertThat(failed).as("accepted: " + text).isNotNull();
        assertThat(failed.failure()).isInstanceOf(Failure.WrongUse.class);
        return failed.failure().reason().lines().skip(1).toList();
    }

    @Test
    void everyMistakeIsToldWithItsPlaceAndWhatWasExpected() {
        String text = """
                collections:
                  shop.orders:
                    tabel: orders
                    table: orders
                    fields:
                      total:
                        column: total
                        type: decimal
                      count:
                        column: Total
                        type: intger
                      address:
                        nested: flaten
                      key:
                        column: xmin
                        type: text
                      id:
                        column: id
                        type: text
                      ref:
                        column: ref
                        type: uuid
                        references: shop.customers
                      none:
                        column: none
                      on:
                        column: on_
                        type: integer
                        bson: date
                        absent: never
                        clean: yes
                  orders:
                    table: x
                  shop.users:
                    table: ORDERS
                    fields: 12
                  shop.again:
                    table: orders
                    indexes:
                      i:
                        definition: nothing
                """;
        assertThat(mistakes(text))
                .satisfiesExactly(
                        m -> assertThat(m)
                                .isEqualTo(
                                        "line 3, column 5: 'tabel' is no key of a collection; did you mean 'table'?"),
                        m -> assertThat(m)
                                .isEqualTo("line 8, column 15: 'decimal' is no type; did you mean 'numeric'?"),
                        m -> assertThat(m)
                                .startsWith("line 10, column 17: the column 'Total' is in this table already"),
                        m -> assertThat(m)
                                .isEqualTo("line 11, column 15: 'intger' is no type; did you mean 'integer'?"),
                        m -> assertThat(m)
                                .isEqualTo(
                                        "line 13, column 17: 'flaten' is no choice for nested; did you mean 'flatten'?"),
                        m -> assertThat(m).startsWith("line 15, column 17: 'xmin' is a column of PostgreSQL itself"),
                        m -> assertThat(m).startsWith("line 18, column 17: 'id' is a column of Changeover's own"),
                        m -> assertThat(m)
                                .startsWith("line 23, column 21: 'shop.customers' is no collection of this plan"),
                        m -> assertThat(m).startsWith("line 24, column 7: the field 'none' needs a type"),
                        m -> assertThat(m)
                                .startsWith("line 29, column 15: a column of type integer does not hold date"),
                        m -> assertThat(m).startsWith("line 30, column 17: 'never' is no word for absent"),
                        m -> assertThat(m).startsWith("line 31, column 16: 'yes' is no value for clean"),
                        m -> assertThat(m)
                                .startsWith("line 32, column 3: 'orders' is no collection; give database.collection"),
                        m -> assertThat(m).startsWith("line 36, column 13: fields is expected here"),
                        m -> assertThat(m).startsWith("line 38, column 12: the table public.orders is there already"),
                        m -> assertThat(m).startsWith("line 40, column 7: an index needs a definition"));
    }

    @Test
    void whatIsNoYamlIsToldWithItsPlace() {
        assertThat(mistakes("collections:\n  shop.a: {table: [x\n  b: 1\n").get(0))
                .contains("line 3")
                .contains("not YAML");
        assertThat(mistakes("a: b: c").get(0)).contains("line 1, column 5");
        assertThat(mistakes("collections:\n\tshop.a:\n").get(0)).contains("line 2");
        assertThat(mistakes("- a\n- b\n").get(0)).contains("line 1, column 1: the plan is expected here");
    }

    @Test
    void aNameGivenTwiceIsAMistake() {
        assertThat(mistakes("collections:\n  s.a:\n    table: a\n  s.a:\n    table: b\n"))
                .containsExactly("line 4, column 3: 's.a' comes twice");
    }

    @Test
    void aNameIsNotLongerThanPostgresTakes() {
        String text = "collections:\n  s.a:\n    table: a\n    fields:\n      x:\n        type: text\n        column: "
                + "é".repeat(32) + "\n";
        assertThat(mistakes(text))
                .singleElement()
                .asString()
                .contains("line 7, column 17")
                .contains("has 64 bytes");
    }

    @Test
    void aReferenceIsAUuid() {
        String text =
                "collections:\n  s.a:\n    table: a\n    fields:\n      x: {column: x, type: text, references: s.a}\n";
        assertThat(mistakes(text)).singleElement().asString().contains("line 5").contains("type uuid");
    }

    @Test
    void anUnfinishedChoiceIsReadByPlanAndRefusedByRun() {
        PlanFile file = PlanFile.parse("""
                collections:
                  shop.orders:
                    table: orders
                    fields:
                      address:
                        column: address
                        nested: flatten
                        shape: {since: date}
                      items:
                        column: items
                        array: child table
                """);
        FailedException failed = catchThrowableOfType(FailedException.class, file::plan);
        assertThat(failed.failure().reason())
                .contains("line 6: address of shop.orders says nested: flatten")
                .contains("items of shop.orders says array: child table");
        assertThat(((Failure.WrongUse) failed.failure()).remedy()).contains("changeover plan");
    }

    @Test
    void whatAPersonMayLeaveOutHasItsUsualMeaning() {
        CollectionPlan plan = PlanFile.parse("""
                        collections:
                          shop.orders:
                            table: sales.orders
                            fields:
                              createdAt: {type: timestamptz}
                              address: {nested: jsonb}
                              owner: {type: uuid, references: shop.orders}
                              tags: {array: native, type: "text[]"}
                              secret: {exclude: true}
                        """).plan().collections().get(0);
        assertThat(plan.table()).isEqualTo(new TableName("sales", "orders"));
        assertThat(Documents.column(plan, "createdAt").column()).isEqualTo("created_at");
        assertThat(Documents.column(plan, "address").bson()).isEqualTo(BsonType.DOCUMENT);
        assertThat(Documents.column(plan, "owner").bson()).isEqualTo(BsonType.OBJECT_ID);
        assertThat(Documents.column(plan, "tags").type()).isEqualTo(ColumnType.arrayOf(ColumnType.Scalar.TEXT));
        assertThat(plan.fields().get(4)).isInstanceOf(FieldPlan.Excluded.class);
    }

    @Test
    void anEmptyFileIsAnEmptyPlan() {
        assertThat(PlanFile.parse("").plan()).isEqualTo(new Plan(List.of(), List.of()));
        assertThat(PlanFile.parse("# nothing yet\n").plan()).isEqualTo(new Plan(List.of(), List.of()));
    }
}
