package dev.changeover.planner;

import dev.changeover.bson.BsonType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.NameScope;
import dev.changeover.plan.Names;
import dev.changeover.plan.Notes;
import dev.changeover.plan.TableName;
import dev.changeover.plan.TablePart;
import dev.changeover.profile.ArrayProfile;
import dev.changeover.profile.DocumentProfile;
import dev.changeover.profile.ValueProfile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Plans the fields of one collection: keeps what the plan before says, fills in choices a person has only named, and adds
 * what is new. Collects what has changed as {@link #drift}. Used once; not thread-safe.
 */
final class TablePlanner {
    /** PostgreSQL takes 1,600 columns, but a row of that many does not fit a page. */
    static final int COLUMNS_MOST = 400;

    private final FieldPlanner planner;
    private final NameScope tables;
    private final Set<List<String>> unsettled;
    private final boolean complete;
    private final List<String> drift = new ArrayList<>();
    private int columns;
    private long withoutColumn;

    /** {@code complete}: every document was read, so a field that was not seen is gone. */
    TablePlanner(FieldPlanner planner, NameScope tables, Set<List<String>> unsettled, boolean complete) {
        this.planner = planner;
        this.tables = tables;
        this.unsettled = unsettled;
        this.complete = complete;
    }

    List<String> drift() {
        return drift;
    }

    /** Fields for which there was no column left. */
    long withoutColumn() {
        return withoutColumn;
    }

    List<FieldPlan> fields(TablePart part, List<FieldPlan> before, DocumentProfile seen, boolean known) {
        claim(before, part.columns());
        columns += part.child() ? 0 : columnsOf(before);
        Map<String, ValueProfile> fields = new LinkedHashMap<>(seen.fields());
        if (part.path().isEmpty()) {
            fields.remove("_id");
        }
        List<FieldPlan> plans = new ArrayList<>();
        for (FieldPlan plan : before) {
            Optional<ValueProfile> values = Optional.ofNullable(fields.remove(plan.field()));
            plans.add(again(part, plan, values, seen.documents()));
        }
        Map<String, ValueProfile> chosen = part.child() ? fields : withinLimit(fields);
        Map<String, String> names = names(part, chosen.keySet());
        chosen.forEach((field, values) -> {
            String column = names.getOrDefault(field, field);
            plans.add(planner.column(part, field, column, values, seen.documents()));
            if (known) {
                drift.add(part.named(field) + ": new field, " + Wording.values(values, seen.documents()) + "; column "
                        + column + " added");
            }
        });
        return plans;
    }

    /** The most frequent fields, as many as still have room, in their own order. */
    private Map<String, ValueProfile> withinLimit(Map<String, ValueProfile> fields) {
        int room = Math.max(0, COLUMNS_MOST - columns);
        Set<String> kept = new HashSet<>(fields.entrySet().stream()
                .sorted(Comparator.comparingLong(e -> -e.getValue().present()))
                .limit(room)
                .map(Map.Entry::getKey)
                .toList());
        Map<String, ValueProfile> chosen = new LinkedHashMap<>(fields);
        chosen.keySet().retainAll(kept);
        columns += chosen.size();
        withoutColumn += fields.size() - chosen.size();
        return chosen;
    }

    /** Column names for new fields: those that are their own snake_case come first, so that {@code name} beats {@code Name}. */
    private static Map<String, String> names(TablePart part, Set<String> fields) {
        Map<String, String> names = new LinkedHashMap<>();
        for (String field : fields) {
            if (part.wanted(field).equals(part.prefix() + field)) {
                names.put(field, part.columns().take(part.wanted(field)));
            }
        }
        for (String field : fields) {
            if (!names.containsKey(field)) {
                names.put(field, part.columns().take(part.wanted(field)));
            }
        }
        return names;
    }

    private static void claim(List<FieldPlan> plans, NameScope columns) {
        for (FieldPlan plan : plans) {
            switch (plan) {
                case FieldPlan.Column column -> columns.claim(column.column());
                case FieldPlan.Flatten flatten -> claim(flatten.fields(), columns);
                case FieldPlan.Child child -> {}
                case FieldPlan.Excluded excluded -> {}
            }
        }
    }

    private static int columnsOf(List<FieldPlan> plans) {
        return (int) plans.stream().filter(p -> p instanceof FieldPlan.Column).count();
    }

    private FieldPlan again(TablePart part, FieldPlan plan, Optional<ValueProfile> values, long holders) {
        boolean open = unsettled.contains(part.below(plan.field()));
        if (values.isEmpty()) {
            if (complete && holders > 0 && !(plan instanceof FieldPlan.Excluded)) {
                drift.add(part.named(plan.field()) + ": no longer seen in any document");
            }
            return plan;
        }
        return switch (plan) {
            case FieldPlan.Column column when open -> filled(part, column, values.get(), holders);
            case FieldPlan.Column column -> again(part, column, values.get(), holders);
            case FieldPlan.Flatten flatten -> again(part, flatten, values.get(), holders, open);
            case FieldPlan.Child child -> again(part, child, values.get(), holders, open);
            case FieldPlan.Excluded excluded -> excluded;
        };
    }

    private FieldPlan filled(TablePart part, FieldPlan.Column column, ValueProfile values, long holders) {
        FieldPlan.Column filled = planner.nativeArray(part, column, values, holders);
        drift.add(part.named(column.field()) + ": a native array now, "
                + filled.type().sql());
        return filled;
    }

    private FieldPlan again(TablePart part, FieldPlan.Column column, ValueProfile values, long holders) {
        long misfits = Fit.misfits(column.type(), values);
        TypeChoice now = TypeChoice.of(values);
        if (misfits > 0 && !column.type().array() && Fit.misfits(now.type(), values) < misfits) {
            drift.add(part.named(column.field()) + ": " + column.type().sql() + " no longer fits "
                    + Wording.number(misfits) + " of " + Wording.count(values.values(), "value")
                    + ", which stay in mongo_extra; type: " + now.type().sql() + " would take them");
        }
        return new FieldPlan.Column(
                column.field(),
                column.column(),
                column.type(),
                bsonAgain(column, values),
                column.absent(),
                column.shape(),
                column.references(),
                column.clean(),
                notes(column.notes(), values, holders));
    }

    /** After a person gave another type, the BSON type that stands for it is the one that is really there. */
    private static BsonType bsonAgain(FieldPlan.Column column, ValueProfile values) {
        boolean usual = column.bson() == column.type().usualBson();
        boolean keep = column.type().array() || !usual || values.values() == 0 || values.count(column.bson()) > 0;
        return keep ? column.bson() : TypeChoice.mostFrequent(column.type(), values);
    }

    private FieldPlan again(
            TablePart part, FieldPlan.Flatten flatten, ValueProfile values, long holders, boolean open) {
        Optional<DocumentProfile> documents = values.document();
        if (documents.isEmpty()) {
            cannot(open, part, flatten.field(), "flattened");
            return flatten;
        }
        List<FieldPlan> fields = fields(part.flattened(flatten.field()), flatten.fields(), documents.get(), !open);
        if (open) {
            drift.add(part.named(flatten.field()) + ": flattened now, into " + Wording.count(fields.size(), "column"));
        }
        FieldPlan.Absent absent = open ? FieldPlanner.absent(values, holders) : flatten.absent();
        return new FieldPlan.Flatten(flatten.field(), fields, absent, notes(flatten.notes(), values, holders));
    }

    private FieldPlan again(TablePart part, FieldPlan.Child child, ValueProfile values, long holders, boolean open) {
        Optional<DocumentProfile> documents =
                child.array() ? values.array().flatMap(a -> a.elements().document()) : values.document();
        if (documents.isEmpty() && (!child.array() || values.array().isEmpty())) {
            cannot(open, part, child.field(), "a child table");
            return child;
        }
        TableName table = child.table().name().isEmpty() ? tableOf(part, child) : child.table();
        TablePart inside = part.childTable(child.field(), table);
        child.value().ifPresent(v -> inside.columns().claim(v.column()));
        Optional<FieldPlan.Column> value = child.value();
        if (open && child.array()) {
            value = values.array().flatMap(a -> planner.value(inside, "value", a.elements()));
            value.ifPresent(v -> inside.columns().claim(v.column()));
        }
        DocumentProfile elements = documents.orElse(DocumentProfile.none());
        List<FieldPlan> fields = fields(inside, child.fields(), elements, !open);
        if (open) {
            drift.add(part.named(child.field()) + ": the child table " + table + " now");
        }
        FieldPlan.Absent absent = open ? childAbsent(values, holders) : child.absent();
        return new FieldPlan.Child(
                child.field(), table, child.array(), fields, value, absent, notes(child.notes(), values, holders));
    }

    private TableName tableOf(TablePart part, FieldPlan.Child child) {
        String wanted = part.table().name() + "_" + part.prefix() + Names.snake(child.field());
        return new TableName(part.table().schema(), tables.take(Names.fit(wanted, wanted)));
    }

    /** No child rows stand for the empty array where that is more frequent than null and than no field. */
    private static FieldPlan.Absent childAbsent(ValueProfile values, long holders) {
        long empty = values.array().map(ArrayProfile::empty).orElse(0L);
        long others = Math.max(values.count(BsonType.NULL), holders - values.present());
        return empty > others ? FieldPlan.Absent.EMPTY : FieldPlanner.absent(values, holders);
    }

    private void cannot(boolean open, TablePart part, String field, String choice) {
        if (open) {
            drift.add(part.named(field) + ": cannot be " + choice + ", nothing of that kind was seen in it");
        }
    }

    /** The counts of a sample vary from one run to the next, so they only replace others when all documents were read. */
    private Notes notes(Notes before, ValueProfile values, long holders) {
        boolean keep = !complete && !before.seen().isEmpty();
        return new Notes(keep ? before.seen() : Wording.values(values, holders), before.why(), before.note());
    }
}
