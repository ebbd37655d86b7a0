package dev.changeover.planfile;

import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.FieldPlan.Absent;
import dev.changeover.plan.TableName;
import dev.changeover.plan.TablePart;
import dev.changeover.planfile.PlanReader.Unsettled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the fields of changeover.yaml, of a collection or deeper. Used once. */
final class FieldReader {
    private static final List<String> FIELD = List.of(
            "column",
            "type",
            "nested",
            "array",
            "bson",
            "absent",
            "references",
            "clean",
            "exclude",
            "table",
            "shape",
            "seen",
            "why",
            "note",
            "value",
            "fields");
    private static final Set<String> NOTES = Set.of("seen", "why", "note");
    private static final Set<String> OF_FLATTEN = Set.of("nested", "absent", "fields");
    private static final Set<String> OF_CHILD = Set.of("nested", "array", "table", "absent", "value", "fields");
    private static final Set<String> OF_JSONB = Set.of("column", "nested", "array", "absent", "shape", "clean");
    private static final Set<String> OF_NATIVE =
            Set.of("column", "array", "type", "bson", "absent", "references", "clean");
    private static final Set<String> OF_TYPE =
            Set.of("column", "type", "bson", "absent", "references", "clean", "shape", "exclude");

    private final Mistakes mistakes;
    private final ColumnReader columns;
    private final Function<YamlEntries, TableName> tables;
    private final List<Unsettled> unsettled = new ArrayList<>();
    private final List<YamlEntries.Entry> leftovers = new ArrayList<>();

    FieldReader(Mistakes mistakes, Function<YamlEntries, TableName> tables) {
        this.mistakes = mistakes;
        this.tables = tables;
        columns = new ColumnReader(mistakes);
    }

    List<Unsettled> unsettled() {
        return unsettled;
    }

    List<YamlEntries.Entry> leftovers() {
        return leftovers;
    }

    void checkReferences(Set<Namespace> planned) {
        columns.checkReferences(planned);
    }

    List<FieldPlan> fields(TablePart part, Node node) {
        List<FieldPlan> fields = new ArrayList<>();
        for (YamlEntries.Entry entry : YamlEntries.of(node, "fields", mistakes).all()) {
            if (part.path().isEmpty() && entry.key().equals("_id")) {
                mistakes.add(entry.keyNode(), "_id is no field here: it becomes id and mongo_id");
            }
            fields.add(field(part, entry));
        }
        return fields;
    }

    private FieldPlan field(TablePart part, YamlEntries.Entry entry) {
        YamlEntries entries = YamlEntries.of(entry.value(), "a field", mistakes).only("key of a field", FIELD);
        if (entries.flag("exclude")) {
            return new FieldPlan.Excluded(entry.key(), entries.notes());
        }
        if (entries.has("nested") && entries.has("array")) {
            mistakes.add(entry.keyNode(), "a field is nested: or array:, not both");
        }
        if (entries.has("nested")) {
            return nested(part, entry, entries);
        }
        return entries.has("array") ? array(part, entry, entries) : typed(part, entry, entries);
    }

    private FieldPlan typed(TablePart part, YamlEntries.Entry entry, YamlEntries entries) {
        if (!entries.has("type")) {
            mistakes.add(
                    entry.keyNode(), "the field '" + entry.key() + "' needs a type:, nested:, array: or exclude: true");
        }
        for (YamlEntries.Entry one : entries.all()) {
            if (FIELD.contains(one.key()) && !OF_TYPE.contains(one.key()) && !NOTES.contains(one.key())) {
                mistakes.add(one.keyNode(), one.key() + ": is not for a field with a type:; remove it");
            }
        }
        return columns.column(part, entry, entries);
    }

    private FieldPlan nested(TablePart part, YamlEntries.Entry entry, YamlEntries entries) {
        String choice = choice(part, entries, "nested", PlanWords.NESTED_CHOICES);
        if (choice.equals(PlanWords.FLATTEN)) {
            return flatten(part, entry, entries);
        } else if (choice.equals(PlanWords.CHILD_TABLE)) {
            return child(part, entry, entries, false);
        }
        leave(entries, OF_JSONB);
        return columns.column(part, entry, entries, ColumnType.JSONB, BsonType.DOCUMENT);
    }

    private FieldPlan array(TablePart part, YamlEntries.Entry entry, YamlEntries entries) {
        String choice = choice(part, entries, "array", PlanWords.ARRAY_CHOICES);
        if (choice.equals(PlanWords.CHILD_TABLE)) {
            return child(part, entry, entries, true);
        } else if (!choice.equals(PlanWords.NATIVE)) {
            leave(entries, OF_JSONB);
            return columns.column(part, entry, entries, ColumnType.JSONB, BsonType.ARRAY);
        }
        leave(entries, OF_NATIVE);
        if (!entries.has("type")) {
            unsettle(part, entry, entries, "array: native");
            return columns.column(part, entry, entries, ColumnType.arrayOf(ColumnType.Scalar.JSONB), BsonType.DOCUMENT);
        }
        return columns.column(part, entry, entries);
    }

    private String choice(TablePart part, YamlEntries entries, String key, List<String> choices) {
        String choice = entries.word(key, "choice for " + key, choices);
        boolean nests = choice.equals(PlanWords.FLATTEN) || choice.equals(PlanWords.CHILD_TABLE);
        if (part.child() && nests) {
            entries.get(key)
                    .ifPresent(
                            e -> mistakes.add(e.value(), "inside of a child table, documents and arrays are columns"));
        }
        return choice;
    }

    private FieldPlan flatten(TablePart part, YamlEntries.Entry entry, YamlEntries entries) {
        leave(entries, OF_FLATTEN);
        Optional<YamlEntries.Entry> inner = entries.get("fields");
        if (inner.isEmpty()) {
            unsettle(part, entry, entries, "nested: flatten");
        }
        List<FieldPlan> fields =
                inner.map(f -> fields(part.flattened(entry.key()), f.value())).orElse(List.of());
        return new FieldPlan.Flatten(entry.key(), fields, absent(entries), entries.notes());
    }

    private FieldPlan child(TablePart part, YamlEntries.Entry entry, YamlEntries entries, boolean array) {
        leave(entries, OF_CHILD);
        TableName table = entries.has("table")
                ? tables.apply(entries)
                : new TableName(part.table().schema(), "");
        boolean written = entries.has("fields") || entries.has("value");
        if (!written) {
            unsettle(part, entry, entries, (array ? "array" : "nested") + ": child table");
        } else if (!entries.has("table")) {
            mistakes.add(entry.keyNode(), "a child table needs a table: name");
        }
        TablePart inside = part.childTable(entry.key(), table);
        Optional<FieldPlan.Column> value = entries.get("value").map(v -> columns.value(inside, v));
        List<FieldPlan> fields =
                entries.get("fields").map(f -> fields(inside, f.value())).orElse(List.of());
        return new FieldPlan.Child(entry.key(), table, array, fields, value, absent(entries), entries.notes());
    }

    private void unsettle(TablePart part, YamlEntries.Entry entry, YamlEntries entries, String choice) {
        int line = entries.node().getStartMark().map(Mark::getLine).orElse(0) + 1;
        unsettled.add(new Unsettled(part.namespace(), part.below(entry.key()), choice, line));
    }

    /** Entries that belonged to another choice: they mean nothing now, and the next plan removes them. */
    private void leave(YamlEntries entries, Set<String> ours) {
        entries.all().stream()
                .filter(e -> FIELD.contains(e.key()) && !ours.contains(e.key()) && !NOTES.contains(e.key()))
                .forEach(leftovers::add);
    }

    private Absent absent(YamlEntries entries) {
        List<String> words = Arrays.stream(Absent.values()).map(PlanWords::word).toList();
        int at = entries.has("absent") ? words.indexOf(entries.word("absent", "word for absent", words)) : -1;
        return at < 0 ? Absent.MISSING : Absent.values()[at];
    }
}
