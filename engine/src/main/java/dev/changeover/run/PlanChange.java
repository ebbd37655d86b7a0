package dev.changeover.run;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Namespace;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Paths;
import dev.changeover.plan.Plan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How a plan differs from the one that rows were written by. What is {@code refused} does not fit those rows; {@code
 * additions} do, as what has no column is in mongo_extra. Notes and indexes may change: they are not in rows.
 */
record PlanChange(List<String> refused, List<Addition> additions) {
    private static final String UNDO =
            "Undo the change in changeover.yaml, or begin again with: changeover run --start-over"
                    + " (drops the tables that Changeover made).";

    /** A field that is {@code field} now and was nothing. */
    record Addition(Place place, FieldPlan field) {
        /** For a person. */
        String words() {
            return place.namespace() + ": " + place.ledger() + " as "
                    + switch (field) {
                        case FieldPlan.Column column ->
                            "column " + column.column() + " (" + column.type().sql() + ")";
                        case FieldPlan.Flatten flatten -> "columns of its fields";
                        case FieldPlan.Child child -> "table " + child.table();
                        case FieldPlan.Excluded excluded -> "nothing";
                    };
        }
    }

    /** Where a field is: from the document's root, as the {@code ledger} calls it and as a {@code filter} does. */
    record Place(Namespace namespace, String ledger, String filter) {
        static Place top(Namespace namespace) {
            return new Place(namespace, "", "");
        }

        Place field(String name) {
            return new Place(namespace, ledger + Paths.escape(name), filter + Paths.escape(name));
        }

        /** Fields of the document there. */
        Place inside() {
            return new Place(namespace, ledger + ".", filter + ".");
        }

        /** Fields of the documents in the array there. */
        Place elements() {
            return new Place(namespace, ledger + ".*.", filter + ".");
        }

        /** MongoDB cannot name a field with a dot, with a dollar sign in front, or with no name. */
        boolean canBeAsked() {
            return !filter.contains("\\") && !("." + filter + ".").contains("..");
        }

        @Override
        public String toString() {
            return "field " + ledger + " of " + namespace;
        }
    }

    static PlanChange between(Plan begun, Plan now) {
        PlanChange change = new PlanChange(new ArrayList<>(), new ArrayList<>());
        for (CollectionPlan before : begun.collections()) {
            now.of(before.namespace())
                    .ifPresentOrElse(
                            after -> change.compare(before, after),
                            () -> change.refused.add(before.namespace() + " is gone"));
        }
        for (CollectionPlan after : now.collections()) {
            if (begun.of(after.namespace()).isEmpty()) {
                change.refused.add(after.namespace() + " is new");
            }
        }
        return change;
    }

    boolean isNothing() {
        return refused.isEmpty() && additions.isEmpty();
    }

    /** While chunks are written nothing may change. */
    void refuse() {
        List<String> all = new ArrayList<>(refused);
        additions.forEach(one -> all.add(one.place() + " is new"));
        refuse(
                "the plan is not the one the copy began with: ",
                all,
                refused.isEmpty()
                        ? "Undo the change in changeover.yaml; fields may be added once the copy is complete."
                        : UNDO);
    }

    void refuseAllButAdditions() {
        refuse("fields may be added to the plan that the rows were written by, but: ", refused, UNDO);
    }

    private static void refuse(String reason, List<String> changes, String remedy) {
        if (!changes.isEmpty()) {
            throw new FailedException(
                    new Failure.Refused("go on with the copy", reason + String.join("; ", changes), remedy));
        }
    }

    private void compare(CollectionPlan before, CollectionPlan after) {
        if (!before.table().equals(after.table())) {
            refused.add(before.namespace() + " went to " + before.table() + ", now to " + after.table());
        }
        if (before.idType() != after.idType()) {
            refused.add("the type of _id in " + before.namespace() + " was "
                    + before.idType().alias() + ", now " + after.idType().alias());
        }
        compare(Place.top(before.namespace()), bare(before.fields()), bare(after.fields()));
    }

    private void compare(Place part, List<FieldPlan> before, List<FieldPlan> after) {
        Map<String, FieldPlan> old = new LinkedHashMap<>();
        before.forEach(field -> old.put(field.field(), field));
        for (FieldPlan field : after) {
            Place place = part.field(field.field());
            FieldPlan was = old.remove(field.field());
            if (was != null) {
                compare(place, was, field);
            } else if (field instanceof FieldPlan.Excluded) {
                refused.add(place + " is to be left behind");
            } else {
                additions.add(new Addition(place, field));
            }
        }
        old.keySet().forEach(field -> refused.add(part.field(field) + " is gone"));
    }

    private void compare(Place place, FieldPlan was, FieldPlan now) {
        if (was instanceof FieldPlan.Flatten before
                && now instanceof FieldPlan.Flatten after
                && before.absent() == after.absent()) {
            compare(place.inside(), before.fields(), after.fields());
        } else if (was instanceof FieldPlan.Child before
                && now instanceof FieldPlan.Child after
                && without(before).equals(without(after))) {
            compare(before.array() ? place.elements() : place.inside(), before.fields(), after.fields());
        } else if (!was.equals(now)) {
            refused.add(place + " becomes something else");
        }
    }

    private static FieldPlan.Child without(FieldPlan.Child child) {
        return new FieldPlan.Child(
                child.field(), child.table(), child.array(), List.of(), child.value(), child.absent(), Notes.NONE);
    }

    /** Paths of which documents must be read anew, by collection; none: all of the collection's. */
    Map<Namespace, List<String>> read() {
        Map<Namespace, List<String>> read = new LinkedHashMap<>();
        byCollection().forEach((namespace, of) -> {
            boolean all = of.stream().anyMatch(one -> !one.place().canBeAsked() || speaksOfOthers(one.field()));
            read.put(
                    namespace,
                    all
                            ? List.of()
                            : of.stream().map(one -> one.place().filter()).toList());
        });
        return read;
    }

    /** What the ledger calls the added fields, by collection. */
    Map<Namespace, List<String>> known() {
        Map<Namespace, List<String>> known = new LinkedHashMap<>();
        byCollection()
                .forEach((namespace, of) -> known.put(
                        namespace, of.stream().map(one -> one.place().ledger()).toList()));
        return known;
    }

    private Map<Namespace, List<Addition>> byCollection() {
        return additions.stream()
                .collect(
                        Collectors.groupingBy(one -> one.place().namespace(), LinkedHashMap::new, Collectors.toList()));
    }

    /** True when documents without the field get other rows by it, too: where NULL does not stand for "missing". */
    private static boolean speaksOfOthers(FieldPlan field) {
        return switch (field) {
            case FieldPlan.Column column -> column.absent() != FieldPlan.Absent.MISSING;
            case FieldPlan.Flatten flatten ->
                flatten.absent() != FieldPlan.Absent.MISSING
                        || flatten.fields().stream().anyMatch(PlanChange::speaksOfOthers);
            case FieldPlan.Child child ->
                child.absent() != FieldPlan.Absent.MISSING
                        || child.fields().stream().anyMatch(PlanChange::speaksOfOthers);
            case FieldPlan.Excluded excluded -> true;
        };
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
