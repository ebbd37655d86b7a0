package dev.changeover.finish;

import dev.changeover.bson.JsonValue;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a schema demands of a field that is jsonb, and of what is inside of it. A condition looks at the type first, as
 * the schema does: a rule for numbers lets a text pass. Used once.
 */
final class JsonbRules {
    private static final Set<String> SAY_NOTHING =
            Set.of("title", "description", "bsonType", "type", "properties", "exclusiveMinimum", "exclusiveMaximum");

    private final Wishes wishes;
    private final Wishes.Place place;
    private final FieldPlan.Column column;

    JsonbRules(Wishes wishes, Wishes.Place place, FieldPlan.Column column) {
        this.wishes = wishes;
        this.place = place;
        this.column = column;
    }

    void read(JsonValue.Group rules) {
        read(List.of(), rules);
    }

    private void read(List<String> inside, JsonValue.Group rules) {
        String path = path(inside);
        rules.fields().forEach((keyword, value) -> {
            Optional<String> condition = condition(inside, keyword, value, rules);
            if (condition.isPresent()) {
                String word = ColumnRules.word(keyword);
                wishes.check(place.table(), path, word, condition.get(), ColumnRules.shown(keyword, value, rules));
            } else if (!SAY_NOTHING.contains(keyword) && !value.equals(new JsonValue.Items(List.of()))) {
                wishes.remark(place.table(), path, keyword, value, "not translated inside of a jsonb column");
            }
        });
        rules.group("properties").fields().forEach((name, value) -> {
            if (value instanceof JsonValue.Group group) {
                List<String> below = new ArrayList<>(inside);
                below.add(name);
                read(below, group);
            }
        });
    }

    private String path(List<String> inside) {
        return inside.stream().map(name -> "." + name).collect(Collectors.joining("", place.named(column.field()), ""));
    }

    private String at(List<String> inside) {
        String sql = SqlText.readable(column.column());
        return inside.isEmpty()
                ? sql
                : "(" + sql
                        + inside.stream()
                                .map(name -> " -> " + SqlText.literal(name))
                                .collect(Collectors.joining()) + ")";
    }

    private Optional<String> condition(List<String> inside, String keyword, JsonValue value, JsonValue.Group rules) {
        String at = at(inside);
        return switch (keyword) {
            case "required" -> required(at, SchemaRules.texts(rules, keyword));
            case "enum" -> among(at, value);
            case "minimum", "maximum" ->
                where(at, "number", ColumnRules.bound(at + "::numeric", keyword, value, rules));
            case "minItems", "maxItems" ->
                where(at, "array", ColumnRules.size("jsonb_array_length(" + at + ")", keyword, value));
            case "minLength", "maxLength" ->
                ifText(at, rules, ColumnRules.size("char_length(" + at + " #>> '{}')", keyword, value));
            case "pattern" -> ifText(at, rules, RegexSql.matches("(" + at + " #>> '{}')", value, ""));
            default -> Optional.empty();
        };
    }

    /** Other types of MongoDB are texts in jsonb, too, which the rule does not mean. */
    private static Optional<String> ifText(String at, JsonValue.Group rules, Optional<String> condition) {
        return SchemaRules.isOnly(rules, "string") ? where(at, "string", condition) : Optional.empty();
    }

    private static Optional<String> where(String at, String type, Optional<String> condition) {
        return condition.map(
                then -> "CASE WHEN jsonb_typeof(" + at + ") = '" + type + "' THEN " + then + " ELSE true END");
    }

    private static Optional<String> required(String at, Set<String> names) {
        return names.isEmpty()
                ? Optional.empty()
                : where(
                        at,
                        "object",
                        Optional.of("jsonb_exists_all(" + at + ", ARRAY["
                                + names.stream().map(SqlText::literal).collect(Collectors.joining(", ")) + "])"));
    }

    private static Optional<String> among(String at, JsonValue value) {
        List<String> constants = new ArrayList<>();
        if (value instanceof JsonValue.Items items) {
            for (JsonValue one : items.items()) {
                Optional<String> constant = constant(one);
                if (constant.isEmpty()) {
                    return Optional.empty();
                }
                constants.add(constant.get());
            }
        }
        return constants.isEmpty() ? Optional.empty() : Optional.of(at + " IN (" + String.join(", ", constants) + ")");
    }

    private static Optional<String> constant(JsonValue value) {
        return switch (value) {
            case JsonValue.Text text ->
                text.value().indexOf(0) < 0
                        ? Optional.of("to_jsonb(" + SqlText.literal(text.value()) + "::text)")
                        : Optional.empty();
            case JsonValue.Num num -> Optional.of("'" + JsonValue.shown(num) + "'::jsonb");
            case JsonValue.Bool bool -> Optional.of("'" + bool.value() + "'::jsonb");
            case JsonValue.Null none -> Optional.of("'null'::jsonb");
            case JsonValue.Group group -> Optional.empty();
            case JsonValue.Items items -> Optional.empty();
            case JsonValue.Date date -> Optional.empty();
            case JsonValue.ObjectId id -> Optional.empty();
        };
    }
}
