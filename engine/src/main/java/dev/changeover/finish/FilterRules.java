package dev.changeover.finish;

import dev.changeover.bson.JsonValue;
import dev.changeover.index.QueryFilter;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.SqlText;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Takes a validator apart that is a query, each of its terms by itself. Used once. */
final class FilterRules {
    /** They do not match a document without the field. */
    private static final Set<String> NEED_A_VALUE = Set.of("$gt", "$gte", "$lt", "$lte", "$regex", "$type");

    private final Wishes wishes;
    private final CollectionPlan collection;

    FilterRules(Wishes wishes, CollectionPlan collection) {
        this.wishes = wishes;
        this.collection = collection;
    }

    static void read(Wishes wishes, CollectionPlan collection, JsonValue.Group filter) {
        new FilterRules(wishes, collection).all(filter);
    }

    private void all(JsonValue.Group filter) {
        filter.fields().forEach((name, value) -> {
            if (name.equals("$jsonSchema") && value instanceof JsonValue.Group schema) {
                new SchemaRules(wishes).read(schema, collection);
            } else if (name.equals("$and") && value instanceof JsonValue.Items items) {
                items.items().stream()
                        .filter(JsonValue.Group.class::isInstance)
                        .forEach(one -> all((JsonValue.Group) one));
            } else if (name.startsWith("$")) {
                term("the document", name, new JsonValue.Group(Map.of(name, value)));
            } else {
                field(name, value);
            }
        });
    }

    private void field(String path, JsonValue value) {
        if (!(value instanceof JsonValue.Group group)
                || group.fields().keySet().stream().noneMatch(name -> name.startsWith("$"))) {
            present(path, !(value instanceof JsonValue.Null), "is there");
            term(path, "$eq", new JsonValue.Group(Map.of(path, value)));
            return;
        }
        if (group.fields().get("$regularExpression") instanceof JsonValue.Group regex) {
            pattern(
                    path,
                    regex.text("pattern").orElse(""),
                    regex.text("options").orElse(""));
            return;
        }
        group.fields().forEach((operator, operand) -> {
            present(path, needsAValue(operator, operand), operator);
            if (operator.equals("$regex")) {
                regex(path, operand, group.text("$options").orElse(""));
            } else if (!Set.of("$exists", "$type", "$options").contains(operator)) {
                term(path, operator, new JsonValue.Group(Map.of(path, new JsonValue.Group(Map.of(operator, operand)))));
            } else if (!operator.equals("$options") && !needsAValue(operator, operand)) {
                wishes.remark(collection.table(), path, operator, operand, "not translated");
            }
        });
    }

    private static boolean needsAValue(String operator, JsonValue operand) {
        if (operator.equals("$exists")) {
            return operand.equals(new JsonValue.Bool(true))
                    || operand instanceof JsonValue.Num n && n.value().signum() != 0;
        }
        if (operator.equals("$type")) {
            return operand instanceof JsonValue.Text type && !type.value().equals("null");
        }
        boolean equal = operator.equals("$eq") && !(operand instanceof JsonValue.Null);
        boolean among = operator.equals("$in")
                && operand instanceof JsonValue.Items items
                && items.items().stream().noneMatch(JsonValue.Null.class::isInstance);
        return equal || among || NEED_A_VALUE.contains(operator);
    }

    /** Only of columns of the collection's own table: a path into an array asks for one element. */
    private void present(String path, boolean needed, String operator) {
        Wishes.Place place = new Wishes.Place(collection.table(), "", "", true);
        if (needed) {
            column(path).ifPresent(column -> wishes.notNull(place, column, operator));
        }
    }

    private Optional<FieldPlan.Column> column(String path) {
        return collection.fields().stream()
                .filter(field -> field.field().equals(path))
                .filter(FieldPlan.Column.class::isInstance)
                .map(FieldPlan.Column.class::cast)
                .findFirst();
    }

    private void regex(String path, JsonValue operand, String options) {
        if (operand instanceof JsonValue.Group group
                && group.fields().get("$regularExpression") instanceof JsonValue.Group regex) {
            pattern(
                    path,
                    regex.text("pattern").orElse(""),
                    regex.text("options").orElse(options));
        } else {
            pattern(path, operand instanceof JsonValue.Text text ? text.value() : "", options);
        }
    }

    private void pattern(String path, String pattern, String options) {
        String shown = "/" + pattern + "/" + options;
        Optional<FieldPlan.Column> column = column(path);
        Optional<String> condition = column.filter(ColumnRules::isText)
                .flatMap(text ->
                        RegexSql.matches(SqlText.readable(text.column()), new JsonValue.Text(pattern), options));
        condition.ifPresentOrElse(
                sql -> wishes.check(collection.table(), path, "pattern", sql, shown),
                () -> wishes.remark(collection.table(), path, shown + ": not translated"));
    }

    private void term(String about, String operator, JsonValue.Group filter) {
        QueryFilter.Outcome outcome = QueryFilter.translate(collection, filter);
        String shown = JsonValue.shown(filter);
        if (outcome.sql().isPresent()) {
            wishes.check(
                    collection.table(),
                    about.equals("the document") ? "" : about,
                    operator.substring(1),
                    outcome.sql().get(),
                    shown);
        } else {
            wishes.remark(collection.table(), about, shown + ": not translated: " + outcome.problem());
        }
    }
}
