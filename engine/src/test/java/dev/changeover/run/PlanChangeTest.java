package dev.changeover.run;

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

class PlanChangeTest {
    private static CollectionPlan users(FieldPlan... fields) {
        return new CollectionPlan(
                new Namespace("shop", "users"),
                new TableName("public", "users"),
                BsonType.OBJECT_ID,
                List.of(fields),
                List.of(),
                Notes.NONE);
    }

    private static FieldPlan age(ColumnType type, Notes notes) {
        return new FieldPlan.Flatten(
                "body",
                List.of(new FieldPlan.Column(
                        "age",
                        "age",
                        type,
                        BsonType.INT32,
                        FieldPlan.Absent.MISSING,
                        java.util.Map.of(),
                        Optional.empty(),
                        false,
                        notes)),
                FieldPlan.Absent.MISSING,
                notes);
    }

    private static PlanChange between(CollectionPlan before, CollectionPlan after) {
        return PlanChange.between(new Plan(List.of(before), List.of()), new Plan(List.of(after), List.of()));
    }

    private static List<String> refused(CollectionPlan before, CollectionPlan after) {
        PlanChange change = between(before, after);
        assertThat(change.additions()).isEmpty();
        return change.refused();
    }

    @Test
    void notesAndIndexesMayChange() {
        CollectionPlan before = users(age(ColumnType.INTEGER, Notes.NONE));
        CollectionPlan after = new CollectionPlan(
                before.namespace(),
                before.table(),
                before.idType(),
                List.of(age(ColumnType.INTEGER, Notes.seen("100 %", "because"))),
                List.of(new IndexPlan("a_1", "{}", Optional.empty(), true, Notes.NONE)),
                Notes.seen("x", "y"));
        assertThat(between(before, after).isNothing()).isTrue();
    }

    @Test
    void whatHasBecomeRowsMayNot() {
        CollectionPlan before = users(age(ColumnType.INTEGER, Notes.NONE));
        assertThat(refused(before, users(age(ColumnType.BIGINT, Notes.NONE))))
                .singleElement()
                .asString()
                .contains("field body.age of shop.users becomes something else");
        assertThat(refused(before, users())).containsExactly("field body of shop.users is gone");
        assertThat(refused(
                        before,
                        new CollectionPlan(
                                before.namespace(),
                                new TableName("public", "people"),
                                BsonType.STRING,
                                before.fields(),
                                List.of(),
                                Notes.NONE)))
                .hasSize(2);
        Plan none = new Plan(List.of(), List.of());
        Plan one = new Plan(List.of(before), List.of());
        assertThat(PlanChange.between(none, one).refused()).containsExactly("shop.users is new");
        assertThat(PlanChange.between(one, none).refused()).containsExactly("shop.users is gone");
    }

    private static FieldPlan.Column text(String field) {
        return FieldPlan.Column.of(field, "c" + field.hashCode(), ColumnType.TEXT, BsonType.STRING);
    }

    private static FieldPlan.Column nullForMissing(String field) {
        FieldPlan.Column plain = text(field);
        return new FieldPlan.Column(
                field,
                plain.column(),
                plain.type(),
                plain.bson(),
                FieldPlan.Absent.NULL,
                plain.shape(),
                Optional.empty(),
                false,
                Notes.NONE);
    }

    private static FieldPlan flatten(String field, FieldPlan... fields) {
        return new FieldPlan.Flatten(field, List.of(fields), FieldPlan.Absent.MISSING, Notes.NONE);
    }

    private static FieldPlan child(boolean array, FieldPlan... fields) {
        return new FieldPlan.Child(
                "items",
                new TableName("public", "items"),
                array,
                List.of(fields),
                Optional.empty(),
                FieldPlan.Absent.MISSING,
                Notes.NONE);
    }

    @Test
    void fieldsMayBeAddedAtEveryDepthAndTheirDocumentsAreReadAnew() {
        PlanChange change = between(
                users(flatten("address", text("city")), child(true, text("sku"))),
                users(
                        flatten("address", text("zip"), text("city"), flatten("geo", text("lat"))),
                        text("nickname"),
                        child(true, text("sku"), text("color"))));
        assertThat(change.refused()).isEmpty();
        assertThat(change.read().get(new Namespace("shop", "users")))
                .containsExactly("address.zip", "address.geo", "nickname", "items.color");
        assertThat(change.known().get(new Namespace("shop", "users")))
                .containsExactly("address.zip", "address.geo", "nickname", "items.*.color");
        assertThat(between(users(child(false)), users(child(false, text("a")))).known())
                .containsValue(List.of("items.a"));
        assertThat(between(users(), users(child(true, text("a")))).additions())
                .singleElement()
                .satisfies(one -> assertThat(one.words()).isEqualTo("shop.users: items as table public.items"));
    }

    /** All documents are: no filter finds them, or those without the field get another row, too. */
    @Test
    void allDocumentsAreReadWhereAFilterWouldMissSome() {
        for (String name : List.of("a.b", "$a", "", "back\\slash")) {
            assertThat(between(users(), users(text("x"), text(name))).read())
                    .as(name)
                    .containsValue(List.of());
        }
        assertThat(between(users(flatten("f")), users(flatten("f", text("")))).read())
                .containsValue(List.of());
        assertThat(between(users(), users(flatten("f", nullForMissing("x")))).read())
                .containsValue(List.of());
        assertThat(between(users(flatten("*")), users(flatten("*", text("x")))).read())
                .containsValue(List.of("*.x"));
    }

    @Test
    void whatIsNoAdditionIsRefusedBesideAdditions() {
        PlanChange change = between(
                users(text("a"), text("b")),
                users(text("a"), text("c"), new FieldPlan.Excluded("d", Notes.NONE), flatten("b", text("x"))));
        assertThat(change.additions()).hasSize(1);
        assertThat(change.refused())
                .containsExactly(
                        "field d of shop.users is to be left behind", "field b of shop.users becomes something else");
    }
}
