package dev.changeover.planfile;

import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.FieldPlan.Absent;
import dev.changeover.plan.Names;
import dev.changeover.plan.TablePart;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads the keys of one column, and checks its name and that they go together. Used once. */
final class ColumnReader {
    private static final List<String> VALUE = List.of(
            "column",
            "type",
            "nested",
            "array",
            "bson",
            "absent",
            "references",
            "clean",
            "shape",
            "seen",
            "why",
            "note");

    private final Mistakes mistakes;
    private final List<Reference> references = new ArrayList<>();

    private record Reference(Namespace target, Node at) {}

    ColumnReader(Mistakes mistakes) {
        this.mistakes = mistakes;
    }

    void checkReferences(Set<Namespace> planned) {
        for (Reference reference : references) {
            if (!planned.contains(reference.target())) {
                mistakes.add(reference.at(), "'" + reference.target() + "' is no collection of this plan");
            }
        }
    }

    /** The column for the elements of a child table that are not documents. */
    FieldPlan.Column value(TablePart part, YamlEntries.Entry entry) {
        YamlEntries entries =
                YamlEntries.of(entry.value(), "a column", mistakes).only("key of a value", VALUE);
        if (entries.has("nested")) {
            return column(part, entry, entries, ColumnType.JSONB, BsonType.DOCUMENT);
        }
        return entries.text("array").equals(PlanWords.JSONB)
                ? column(part, entry, entries, ColumnType.JSONB, BsonType.ARRAY)
                : column(part, entry, entries);
    }

    /** A column whose type is told by {@code type:}. */
    FieldPlan.Column column(TablePart part, YamlEntries.Entry entry, YamlEntries entries) {
        Map<String, ColumnType> types = PlanWords.types();
        String word = entries.word("type", "type", List.copyOf(types.keySet()));
        ColumnType type = types.getOrDefault(word, ColumnType.JSONB);
        if (entries.has("array") && !type.array() && !word.isEmpty()) {
            entries.get("type")
                    .ifPresent(e -> mistakes.add(e.value(), "a native array has a type like " + word + "[]"));
        }
        return column(part, entry, entries, type, type.usualBson(entries.has("references")));
    }

    FieldPlan.Column column(
            TablePart part, YamlEntries.Entry entry, YamlEntries entries, ColumnType type, BsonType usual) {
        String name = entries.has("column") ? entries.text("column") : part.wanted(entry.key());
        checkName(part, entries.get("column").map(YamlEntries.Entry::value).orElse(entry.keyNode()), name);
        boolean given = entries.has("bson")
                && !(entries.has("nested") || entries.text("array").equals(PlanWords.JSONB));
        BsonType bson = given
                ? BsonType.ofAlias(entries.word("bson", "BSON type", PlanWords.bsonAliases()))
                        .orElse(usual)
                : usual;
        Optional<Namespace> references = references(entries, type, bson);
        entries.get("bson").ifPresent(e -> checkBson(e.value(), type, bson));
        boolean clean = entries.flag("clean");
        if (clean && type.scalar() != ColumnType.Scalar.TEXT) {
            entries.get("clean").ifPresent(e -> mistakes.add(e.keyNode(), "clean: is for columns of type text"));
        }
        return new FieldPlan.Column(
                entry.key(), name, type, bson, absent(entries), shape(entries), references, clean, entries.notes());
    }

    private void checkName(TablePart part, Node at, String name) {
        Set<String> ours = part.child() ? Names.CHILD_COLUMNS : Names.OWN_COLUMNS;
        if (name.isEmpty()) {
            mistakes.add(at, "a column's name is expected here");
        } else if (Names.bytes(name) > Names.BYTES_MOST) {
            mistakes.add(
                    at,
                    "'" + name + "' has " + Names.bytes(name) + " bytes; a name has at most " + Names.BYTES_MOST
                            + " in PostgreSQL");
        } else if (Names.SYSTEM_COLUMNS.contains(name)) {
            mistakes.add(at, "'" + name + "' is a column of PostgreSQL itself; give another name");
        } else if (ours.contains(name)) {
            mistakes.add(at, "'" + name + "' is a column of Changeover's own; give another name");
        } else if (!part.columns().claim(name)) {
            mistakes.add(
                    at, "the column '" + name + "' is in this table already; give another name (case does not count)");
        }
    }

    private void checkBson(Node at, ColumnType type, BsonType bson) {
        boolean fits = switch (type.scalar()) {
            case TEXT ->
                Set.of(BsonType.STRING, BsonType.SYMBOL, BsonType.OBJECT_ID, BsonType.INT32, BsonType.INT64)
                        .contains(bson);
            case INTEGER, BIGINT, DOUBLE, NUMERIC ->
                Set.of(BsonType.INT32, BsonType.INT64, BsonType.DOUBLE, BsonType.DECIMAL128, BsonType.STRING)
                        .contains(bson);
            case BOOLEAN -> bson == BsonType.BOOLEAN;
            case TIMESTAMPTZ -> bson == BsonType.DATE || bson == BsonType.STRING;
            case UUID ->
                Set.of(BsonType.OBJECT_ID, BsonType.BINARY, BsonType.STRING).contains(bson);
            case BYTEA -> bson == BsonType.BINARY;
            case JSONB -> true;
        };
        if (!fits) {
            mistakes.add(
                    at,
                    "a column of type " + type.sql() + " does not hold " + bson.alias()
                            + "; remove the line or change the type");
        }
    }

    private Optional<Namespace> references(YamlEntries entries, ColumnType type, BsonType bson) {
        Optional<YamlEntries.Entry> entry = entries.get("references");
        if (entry.isEmpty()) {
            return Optional.empty();
        }
        Node at = entry.get().value();
        try {
            Namespace target = Namespace.parse(entries.text("references"));
            references.add(new Reference(target, at));
            if (type.scalar() != ColumnType.Scalar.UUID || bson != BsonType.OBJECT_ID) {
                mistakes.add(
                        entry.get().keyNode(),
                        "a reference is a column of type uuid; remove the line or change the type");
            }
            return Optional.of(target);
        } catch (IllegalArgumentException e) {
            mistakes.add(at, "a collection is expected here: database.collection");
            return Optional.empty();
        }
    }

    private Absent absent(YamlEntries entries) {
        List<String> words = List.of(PlanWords.word(Absent.MISSING), PlanWords.word(Absent.NULL));
        boolean isNull = entries.has("absent")
                && entries.word("absent", "word for absent", words).equals(PlanWords.word(Absent.NULL));
        return isNull ? Absent.NULL : Absent.MISSING;
    }

    private Map<String, BsonType> shape(YamlEntries entries) {
        Map<String, BsonType> shape = new LinkedHashMap<>();
        entries.get("shape").ifPresent(e -> {
            YamlEntries paths = YamlEntries.of(e.value(), "the shape", mistakes);
            for (YamlEntries.Entry path : paths.all()) {
                BsonType.ofAlias(paths.word(path.key(), "BSON type", PlanWords.bsonAliases()))
                        .ifPresent(type -> shape.put(path.key(), type));
            }
        });
        return shape;
    }
}
