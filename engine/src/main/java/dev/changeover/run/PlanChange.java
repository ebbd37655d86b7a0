package dev.changeover.run;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Compares a plan with the one that a copy began with: rows already written would not fit another. Notes and indexes may
 * change: nothing has been made of them yet.
 */
final class PlanChange {
    private PlanChange() {}

    static void refuse(Plan begun, Plan now) {
        List<String> changes = changes(begun, now);
        if (!changes.isEmpty()) {
            throw new FailedException(new Failure.Refused(
                    "go on with the copy",
                    "the plan is not the one the copy began with: " + String.join("; ", changes),
                    "Undo the change in changeover.yaml, or begin again with: changeover run --start-over"
                            + " (drops the tables that Changeover made)."));
        }
    }

    static List<String> changes(Plan begun, Plan now) {
        List<String> changes = new ArrayList<>();
        for (CollectionPlan before : begun.collections()) {
            now.of(before.namespace())
                    .ifPresentOrElse(
                            after -> changes.addAll(changes(before, after)),
                            () -> changes.add(before.namespace() + " is gone"));
        }
        for (CollectionPlan after : now.collections()) {
            if (begun.of(after.namespace()).isEmpty()) {
                changes.add(after.namespace() + " is new");
            }
        }
        return changes;
    }

    private static List<String> changes(CollectionPlan before, CollectionPlan after) {
        List<String> changes = new ArrayList<>();
        if (!before.table().equals(after.table())) {
            changes.add(before.namespace() + " went to " + before.table() + ", now to " + after.table());
        }
        if (before.idType() != after.idType()) {
            changes.add("the type of _id in " + before.namespace() + " was "
                    + before.idType().alias() + ", now " + after.idType().alias());
        }
        Map<String, FieldPlan> old = new HashMap<>();
        bare(before.fields()).forEach(field -> old.put(field.field(), field));
        List<FieldPlan> fields = bare(after.fields());
        for (FieldPlan field : fields) {
            FieldPlan was = old.remove(field.field());
            if (was == null) {
                changes.add("field " + field.field() + " of " + before.namespace() + " is new");
            } else if (!was.equals(field)) {
                changes.add("field " + field.field() + " of " + before.namespace() + " becomes something else");
            }
        }
        old.keySet().forEach(field -> changes.add("field " + field + " of " + before.namespace() + " is gone"));
        return changes;
    }

    /** Without what the plan only tells a person. */
    private static List<FieldPlan> bare(List<FieldPlan> fields) {
        return fields.stream().map(PlanChange::bare).toList();
    }

    private static FieldPlan bare(FieldPlan field) {
        return switch (field) {
            case FieldPlan.Column column -> bareColumn(column);
            case FieldPlan.Flatten flatten ->
                new FieldPlan.Flatten(flatten.field(), bare(flatten.fields()), flatten.absent(), Notes.NONE);
            case FieldPlan.Child child ->
                new FieldPlan.Child(
                        child.field(),
                        child.table(),
                        child.array(),
                        bare(child.fields()),
                        child.value().map(PlanChange::bareColumn),
                        child.absent(),
                        Notes.NONE);
            case FieldPlan.Excluded excluded -> new FieldPlan.Excluded(excluded.field(), Notes.NONE);
        };
    }

    private static FieldPlan.Column bareColumn(FieldPlan.Column column) {
        return new FieldPlan.Column(
                column.field(),
                column.column(),
                column.type(),
                column.bson(),
                column.absent(),
                column.shape(),
                column.references(),
                column.clean(),
                Notes.NONE);
    }
}
