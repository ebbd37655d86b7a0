package dev.changeover.finish;

import dev.changeover.bson.JsonValue;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Paths;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Takes a {@code $jsonSchema} apart (JSON Schema draft 4 with bsonType, as MongoDB has it). Used once. */
final class SchemaRules {
    private static final Set<String> SAY_NOTHING = Set.of("title", "description", "bsonType", "type", "properties");

    private final Wishes wishes;

    SchemaRules(Wishes wishes) {
        this.wishes = wishes;
    }

    void read(JsonValue.Group schema, CollectionPlan collection) {
        document(schema, collection.fields(), new Wishes.Place(collection.table(), "", "", true));
    }

    private void document(JsonValue.Group schema, List<FieldPlan> fields, Wishes.Place place) {
        Set<String> required = texts(schema, "required");
        schema.group("properties").fields().forEach((name, rules) -> {
            if (rules instanceof JsonValue.Group group && !name.equals("_id")) {
                property(name, group, fields, place, required.contains(name));
            }
        });
        required.forEach(name -> required(name, fields, place));
        schema.fields().forEach((keyword, value) -> keyword(keyword, value, fields, place));
    }

    private void keyword(String keyword, JsonValue value, List<FieldPlan> fields, Wishes.Place place) {
        boolean all = keyword.equals("allOf") && value instanceof JsonValue.Items;
        if (all) {
            for (JsonValue one : ((JsonValue.Items) value).items()) {
                if (one instanceof JsonValue.Group group) {
                    document(group, fields, place);
                }
            }
        } else if (keyword.equals("additionalProperties")) {
            if (!value.equals(new JsonValue.Bool(true))) {
                String text = "not needed: a table has its columns, and fields without one are in mongo_extra";
                wishes.remark(place.table(), about(place), keyword, value, text);
            }
        } else if (!SAY_NOTHING.contains(keyword) && !keyword.equals("required")) {
            wishes.remark(place.table(), about(place), keyword, value, "not translated");
        }
    }

    private static String about(Wishes.Place place) {
        return place.path().isEmpty()
                ? "the document"
                : place.path().substring(0, place.path().length() - 1);
    }

    static Set<String> texts(JsonValue.Group schema, String keyword) {
        return schema.fields().get(keyword) instanceof JsonValue.Items items
                ? items.items().stream()
                        .filter(JsonValue.Text.class::isInstance)
                        .map(text -> ((JsonValue.Text) text).value())
                        .collect(Collectors.toCollection(LinkedHashSet::new))
                : Set.of();
    }

    private static Optional<FieldPlan> field(String name, List<FieldPlan> fields) {
        return fields.stream().filter(field -> field.field().equals(name)).findFirst();
    }

    private void required(String name, List<FieldPlan> fields, Wishes.Place place) {
        Optional<FieldPlan> field = field(name, fields);
        if (name.equals("_id") || field.isEmpty()) {
            if (!name.equals("_id")) {
                wishes.remark(place.table(), place.named(name), "required: it has no column");
            }
            return;
        }
        switch (field.get()) {
            case FieldPlan.Column column -> {
                if (place.always()) {
                    wishes.notNull(place, column, "required");
                } else {
                    wishes.remark(
                            place.table(),
                            place.named(name),
                            "required where " + about(place) + " is there, which no column tells");
                }
            }
            case FieldPlan.Flatten flatten ->
                wishes.remark(place.table(), place.named(name), "required: no column says that the document is there");
            case FieldPlan.Child child ->
                wishes.remark(place.table(), place.named(name), "required: no column says that it is there");
            case FieldPlan.Excluded excluded -> {}
        }
    }

    private void property(
            String name, JsonValue.Group rules, List<FieldPlan> fields, Wishes.Place place, boolean required) {
        Optional<FieldPlan> field = field(name, fields);
        if (field.isEmpty()) {
            if (rules.fields().keySet().stream().anyMatch(keyword -> !SAY_NOTHING.contains(keyword))) {
                wishes.remark(place.table(), place.named(name), JsonValue.shown(rules) + ": it has no column");
            }
            return;
        }
        switch (field.get()) {
            case FieldPlan.Column column -> new ColumnRules(wishes, place, column).read(rules);
            case FieldPlan.Flatten flatten -> {
                boolean always = place.always() && required && isOnly(rules, "object");
                document(
                        rules,
                        flatten.fields(),
                        new Wishes.Place(
                                place.table(),
                                place.named(name) + ".",
                                place.aside() + Paths.escape(name) + ".",
                                always));
            }
            case FieldPlan.Child child -> child(rules, child, place);
            case FieldPlan.Excluded excluded -> {}
        }
    }

    /** Rows of a child table are there exactly where its documents are. */
    private void child(JsonValue.Group rules, FieldPlan.Child child, Wishes.Place place) {
        String path = place.named(child.field());
        if (!child.array()) {
            document(rules, child.fields(), new Wishes.Place(child.table(), path + ".", "", true));
            return;
        }
        JsonValue.Group items = rules.group("items");
        boolean documents = isOnly(items, "object");
        document(items, child.fields(), new Wishes.Place(child.table(), path + ".*.", "", documents));
        child.value().ifPresent(value -> {
            if (!documents) {
                new ColumnRules(wishes, new Wishes.Place(child.table(), path + ".*.", "", false), value).read(items);
            }
        });
        for (Map.Entry<String, JsonValue> rule : rules.fields().entrySet()) {
            if (!SAY_NOTHING.contains(rule.getKey()) && !rule.getKey().equals("items")) {
                String text = "not translated: its elements are rows of " + child.table();
                wishes.remark(child.table(), path, rule.getKey(), rule.getValue(), text);
            }
        }
    }

    /** True when values of that type alone are allowed. */
    static boolean isOnly(JsonValue.Group rules, String type) {
        Optional<String> only = rules.text("bsonType").or(() -> rules.text("type"));
        return only.equals(Optional.of(type)) || texts(rules, "bsonType").equals(Set.of(type));
    }
}
