package dev.changeover.finish;

import dev.changeover.bson.BsonType;
import dev.changeover.bson.JsonValue;
import dev.changeover.index.QueryFilter;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What a schema demands of one field that is a column, as conditions of the column. Used once. */
final class ColumnRules {
    private static final Set<String> NUMBER_TYPES = Set.of("number", "int", "long", "double", "decimal");
    private static final Pattern DIGITS = Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?");

    private final Wishes wishes;
    private final Wishes.Place place;
    private final FieldPlan.Column column;
    private final String sql;

    ColumnRules(Wishes wishes, Wishes.Place place, FieldPlan.Column column) {
        this.wishes = wishes;
        this.place = place;
        this.column = column;
        sql = SqlText.readable(column.column());
    }

    private String path() {
        return place.named(column.field());
    }

    void read(JsonValue.Group rules) {
        if (column.type().equals(ColumnType.JSONB)) {
            new JsonbRules(wishes, place, column).read(rules);
            return;
        }
        rules.fields().forEach((keyword, value) -> {
            Optional<String> condition = condition(keyword, value, rules);
            if (condition.isPresent()) {
                wishes.check(place.table(), path(), word(keyword), condition.get(), shown(keyword, value, rules));
            } else if (!saysNothing(keyword, value)) {
                wishes.remark(
                        place.table(),
                        path(),
                        keyword,
                        value,
                        "not translated for a column of type " + column.type().sql());
            }
        });
    }

    /** {@code minLength} in a constraint's name. */
    static String word(String keyword) {
        return keyword.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    static String shown(String keyword, JsonValue value, JsonValue.Group rules) {
        return keyword + " " + JsonValue.shown(value) + (isExclusive(keyword, rules) ? ", exclusive" : "");
    }

    /** Draft 4: a word beside minimum and maximum. */
    static boolean isExclusive(String keyword, JsonValue.Group rules) {
        return keyword.equals("minimum") && rules.isTrue("exclusiveMinimum")
                || keyword.equals("maximum") && rules.isTrue("exclusiveMaximum");
    }

    private Optional<String> condition(String keyword, JsonValue value, JsonValue.Group rules) {
        return switch (keyword) {
            case "enum" -> among(value);
            case "minimum", "maximum" -> isNumber() ? bound(sql, keyword, value, rules) : Optional.empty();
            case "multipleOf" -> isWhole() ? multiple(value) : Optional.empty();
            case "minLength", "maxLength" ->
                isText() ? size("char_length(" + sql + ")", keyword, value) : Optional.empty();
            case "minItems", "maxItems" ->
                column.type().array() ? size("cardinality(" + sql + ")", keyword, value) : Optional.empty();
            case "pattern" -> isText() ? RegexSql.matches(sql, value, "") : Optional.empty();
            default -> Optional.empty();
        };
    }

    private boolean isText() {
        return isText(column);
    }

    /** Texts, and nothing that is only told by text. */
    static boolean isText(FieldPlan.Column column) {
        return column.type().equals(ColumnType.TEXT) && column.bson() == BsonType.STRING;
    }

    private boolean isNumber() {
        return !column.type().array()
                && switch (column.type().scalar()) {
                    case INTEGER, BIGINT, DOUBLE, NUMERIC -> true;
                    case TEXT, BOOLEAN, TIMESTAMPTZ, UUID, BYTEA, JSONB -> false;
                };
    }

    private boolean isWhole() {
        return isNumber() && column.type().scalar() != ColumnType.Scalar.DOUBLE;
    }

    static Optional<String> bound(String sql, String keyword, JsonValue value, JsonValue.Group rules) {
        if (!(value instanceof JsonValue.Num)) {
            return Optional.empty();
        }
        String operator = (keyword.equals("minimum") ? ">" : "<") + (isExclusive(keyword, rules) ? "" : "=");
        return Optional.of(sql + " " + operator + " " + JsonValue.shown(value));
    }

    static Optional<String> size(String sql, String keyword, JsonValue value) {
        return value instanceof JsonValue.Num
                ? Optional.of(sql + (keyword.startsWith("min") ? " >= " : " <= ") + JsonValue.shown(value))
                : Optional.empty();
    }

    private Optional<String> multiple(JsonValue value) {
        return value instanceof JsonValue.Num num && num.value().signum() != 0
                ? Optional.of("mod(" + sql + "::numeric, " + JsonValue.shown(value) + ") = 0")
                : Optional.empty();
    }

    /** Values that the column cannot hold are in mongo_extra, and the column is NULL, which passes. */
    private Optional<String> among(JsonValue value) {
        List<String> constants = new ArrayList<>();
        if (value instanceof JsonValue.Items items && !column.type().array()) {
            items.items().forEach(one -> constant(one).ifPresent(constants::add));
        }
        return constants.isEmpty() ? Optional.empty() : Optional.of(sql + " IN (" + String.join(", ", constants) + ")");
    }

    private Optional<String> constant(JsonValue value) {
        boolean number = isNumber()
                && value instanceof JsonValue.Text text
                && DIGITS.matcher(text.value()).matches();
        return number ? Optional.of(((JsonValue.Text) value).value()) : QueryFilter.constant(column, value);
    }

    /** What the column's type says anyway, and words for people. */
    private boolean saysNothing(String keyword, JsonValue value) {
        return switch (keyword) {
            case "title", "description", "exclusiveMinimum", "exclusiveMaximum" -> true;
            case "bsonType", "type" ->
                value instanceof JsonValue.Text type ? isItsType(type.value()) : areItsTypes(value);
            default -> false;
        };
    }

    private boolean areItsTypes(JsonValue value) {
        return value instanceof JsonValue.Items items
                && items.items().stream()
                        .allMatch(one -> one instanceof JsonValue.Text type
                                && (type.value().equals("null") || isItsType(type.value())));
    }

    private boolean isItsType(String type) {
        if (column.type().array()) {
            return type.equals("array");
        }
        boolean own = type.equals(column.bson().alias()) || type.equals("boolean") && column.bson() == BsonType.BOOLEAN;
        return own || isNumber() && NUMBER_TYPES.contains(type);
    }
}
