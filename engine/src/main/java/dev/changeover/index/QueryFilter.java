package dev.changeover.index;

import dev.changeover.bson.BsonType;
import dev.changeover.bson.JsonValue;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.SqlText;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns a query, as a partialFilterExpression is one, into an SQL predicate, where the two mean the same. Used once. */
public final class QueryFilter {
    private final CollectionPlan collection;
    private String problem = "";

    private QueryFilter(CollectionPlan collection) {
        this.collection = collection;
    }

    /** The predicate, empty for an empty filter; or, if it cannot be said in SQL, the problem. */
    public record Outcome(Optional<String> sql, String problem) {}

    public static Outcome translate(CollectionPlan collection, JsonValue.Group filter) {
        QueryFilter partial = new QueryFilter(collection);
        String sql = partial.all(filter);
        boolean usable = partial.problem.isEmpty() && !sql.isEmpty();
        return new Outcome(usable ? Optional.of(sql) : Optional.empty(), partial.problem);
    }

    private String all(JsonValue.Group filter) {
        List<String> terms = new ArrayList<>();
        filter.fields().forEach((name, value) -> {
            if (name.equals("$and") || name.equals("$or")) {
                terms.add(joined(value, name.equals("$and") ? " AND " : " OR "));
            } else if (name.startsWith("$")) {
                terms.add(refuse(name));
            } else {
                terms.add(field(name, value));
            }
        });
        return String.join(" AND ", terms);
    }

    private String joined(JsonValue value, String word) {
        if (!(value instanceof JsonValue.Items items)) {
            return refuse(JsonValue.shown(value));
        }
        List<String> terms = new ArrayList<>();
        for (JsonValue item : items.items()) {
            terms.add(item instanceof JsonValue.Group group ? all(group) : refuse(JsonValue.shown(item)));
        }
        return "(" + String.join(word, terms) + ")";
    }

    private String field(String path, JsonValue value) {
        boolean operators = value instanceof JsonValue.Group group
                && group.fields().keySet().stream().anyMatch(k -> k.startsWith("$"));
        if (!operators) {
            return compare(path, "=", value);
        }
        List<String> terms = new ArrayList<>();
        for (Map.Entry<String, JsonValue> entry :
                ((JsonValue.Group) value).fields().entrySet()) {
            terms.add(operator(path, entry.getKey(), entry.getValue()));
        }
        return String.join(" AND ", terms);
    }

    private String operator(String path, String operator, JsonValue value) {
        return switch (operator) {
            case "$eq" -> compare(path, "=", value);
            case "$gt" -> compare(path, ">", value);
            case "$gte" -> compare(path, ">=", value);
            case "$lt" -> compare(path, "<", value);
            case "$lte" -> compare(path, "<=", value);
            case "$in" -> in(path, value);
            case "$exists" ->
                value.equals(new JsonValue.Bool(false)) ? place(path) + " IS NULL" : place(path) + " IS NOT NULL";
            case "$type" -> type(path, value);
            // MongoDB's set of operators is open: what is not known here is refused, and the index listed.
            case String other -> refuse(other);
        };
    }

    private String in(String path, JsonValue value) {
        if (!(value instanceof JsonValue.Items items) || items.items().isEmpty()) {
            return refuse("$in " + JsonValue.shown(value));
        }
        return "("
                + String.join(
                        " OR ",
                        items.items().stream().map(i -> compare(path, "=", i)).toList()) + ")";
    }

    private String type(String path, JsonValue value) {
        if (IndexTarget.of(collection, path) instanceof IndexTarget.Whole whole
                && value instanceof JsonValue.Text alias
                && !whole.column().type().equals(ColumnType.JSONB)
                && matches(whole.column(), alias.value())) {
            return place(path) + " IS NOT NULL";
        }
        return refuse("$type " + JsonValue.shown(value) + " on " + path);
    }

    private static boolean matches(FieldPlan.Column column, String alias) {
        boolean number = switch (column.type().scalar()) {
            case INTEGER, BIGINT, DOUBLE, NUMERIC -> true;
            case TEXT, BOOLEAN, TIMESTAMPTZ, UUID, BYTEA, JSONB -> false;
        };
        return column.bson().alias().equals(alias) || (number && alias.equals("number"));
    }

    private String compare(String path, String operator, JsonValue value) {
        if (value instanceof JsonValue.Null && operator.equals("=")) {
            return place(path) + " IS NULL";
        }
        return switch (IndexTarget.of(collection, path)) {
            case IndexTarget.Whole whole -> compare(whole, operator, value, path);
            case IndexTarget.Inside inside -> compare(inside, operator, value, path);
            case IndexTarget.Nowhere nowhere -> refuse(nowhere.reason());
        };
    }

    private String compare(IndexTarget.Whole whole, String operator, JsonValue value, String path) {
        Optional<String> constant =
                whole.table().equals(collection.table()) ? constant(whole.column(), value) : Optional.empty();
        return constant.map(c -> SqlText.readable(whole.column().column()) + " " + operator + " " + c)
                .orElseGet(() -> refuse(JsonValue.shown(value) + " with " + path));
    }

    /** Inside of jsonb only equality means the same as in MongoDB: jsonb sorts the types differently. */
    private String compare(IndexTarget.Inside inside, String operator, JsonValue value, String path) {
        String at = SqlText.readable(inside.column().column()) + " #>> " + IndexTarget.pathLiteral(inside.path());
        if (operator.equals("=")
                && value instanceof JsonValue.Text text
                && text.value().indexOf(0) < 0) {
            return "(" + at + ") = " + SqlText.literal(text.value());
        } else if (operator.equals("=") && (value instanceof JsonValue.Bool || value instanceof JsonValue.Num)) {
            return "(" + at.replace("#>>", "#>") + ") = '" + JsonValue.shown(value) + "'::jsonb";
        }
        return refuse(operator + " " + JsonValue.shown(value) + " on " + path + ", inside of a jsonb column");
    }

    /** The value as the column holds it; empty where it cannot. */
    public static Optional<String> constant(FieldPlan.Column column, JsonValue value) {
        if (column.type().array()) {
            return Optional.empty();
        }
        return Optional.ofNullable(
                switch (column.type().scalar()) {
                    case TEXT -> {
                        if (value instanceof JsonValue.ObjectId id && column.bson() == BsonType.OBJECT_ID) {
                            yield SqlText.literal(id.hex());
                        }
                        yield value instanceof JsonValue.Text t && t.value().indexOf(0) < 0
                                ? SqlText.literal(t.value())
                                : null;
                    }
                    case INTEGER, BIGINT, DOUBLE, NUMERIC ->
                        value instanceof JsonValue.Num ? JsonValue.shown(value) : null;
                    case BOOLEAN -> value instanceof JsonValue.Bool ? JsonValue.shown(value) : null;
                    case TIMESTAMPTZ -> value instanceof JsonValue.Date date ? instant(date.value()) : null;
                    case UUID, BYTEA, JSONB -> null;
                });
    }

    /** Years of four digits only: before and after, PostgreSQL writes them otherwise. */
    private static @Nullable String instant(Instant instant) {
        int year = instant.atOffset(ZoneOffset.UTC).getYear();
        return year >= 1 && year <= 9999 ? "'" + instant + "'::timestamptz" : null;
    }

    private String place(String path) {
        return switch (IndexTarget.of(collection, path)) {
            case IndexTarget.Whole whole ->
                whole.table().equals(collection.table())
                        ? SqlText.readable(whole.column().column())
                        : refuse(path + " is in a child table");
            case IndexTarget.Inside inside ->
                "(" + SqlText.readable(inside.column().column()) + " #> " + IndexTarget.pathLiteral(inside.path())
                        + ")";
            case IndexTarget.Nowhere nowhere -> refuse(nowhere.reason());
        };
    }

    private String refuse(String what) {
        if (problem.isEmpty()) {
            problem = what;
        }
        return "";
    }
}
