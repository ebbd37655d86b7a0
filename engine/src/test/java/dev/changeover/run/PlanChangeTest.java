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

    private static List<String> changes(CollectionPlan before, CollectionPlan after) {
        return PlanChange.changes(new Plan(List.of(before), List.of()), new Plan(List.of(after), List.of()));
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
        assertThat(changes(before, after)).isEmpty();
    }

    @Test
    void whatHasBecomeRowsMayNot() {
        CollectionPlan before = users(age(ColumnType.INTEGER, Notes.NONE));
        assertThat(changes(before, users(age(ColumnType.BIGINT, Notes.NONE))))
                .singleElement()
                .asString()
                .contains("body");
        assertThat(changes(before, users())).containsExactly("field body of shop.users is gone");
        assertThat(changes(users(), before)).containsExactly("field body of shop.users is new");
        assertThat(changes(
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
        assertThat(PlanChange.changes(none, one)).containsExactly("shop.users is new");
        assertThat(PlanChange.changes(one, none)).containsExactly("shop.users is gone");
    }
}
