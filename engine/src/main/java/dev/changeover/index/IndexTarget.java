package dev.changeover.index;

import dev.changeover.bson.BsonType;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import java.util.List;
import java.util.stream.Collectors;

/** Where the values of a path of a document are, once it is rows. */
sealed interface IndexTarget {
    /** A whole column, of the collection's table or of a child's. */
    record Whole(TableName table, FieldPlan.Column column) implements IndexTarget {}

    /** Something inside a jsonb column. */
    record Inside(TableName table, FieldPlan.Column column, List<String> path) implements IndexTarget {}

    /** No column. */
    record Nowhere(String reason) implements IndexTarget {}

    static IndexTarget of(CollectionPlan collection, String path) {
        if (path.equals("_id")) {
            boolean ordered = collection.idType() == BsonType.OBJECT_ID;
            return new Whole(
                    collection.table(),
                    FieldPlan.Column.of(
                            "_id",
                            ordered ? "id" : "mongo_id",
                            ordered ? ColumnType.UUID : ColumnType.TEXT,
                            collection.idType()));
        }
        return of(collection.table(), collection.fields(), List.of(path.split("\\.", -1)), path);
    }

    private static IndexTarget of(TableName table, List<FieldPlan> fields, List<String> path, String whole) {
        List<String> rest = path.subList(1, path.size());
        for (FieldPlan field : fields) {
            if (field.field().equals(path.get(0))) {
                return switch (field) {
                    case FieldPlan.Column column -> in(table, column, rest, whole);
                    case FieldPlan.Flatten flatten ->
                        rest.isEmpty()
                                ? new Nowhere(whole + " is flattened, so it is no column by itself")
                                : of(table, flatten.fields(), rest, whole);
                    case FieldPlan.Child child -> in(child, rest, whole);
                    case FieldPlan.Excluded excluded -> new Nowhere(whole + " is excluded");
                };
            }
        }
        return new Nowhere(whole + " has no column, it was in no document that was read or is too rare");
    }

    private static IndexTarget in(TableName table, FieldPlan.Column column, List<String> rest, String whole) {
        if (rest.isEmpty()) {
            return new Whole(table, column);
        }
        return column.type().equals(ColumnType.JSONB)
                ? new Inside(table, column, rest)
                : new Nowhere(whole + " is inside of a column of type "
                        + column.type().sql());
    }

    private static IndexTarget in(FieldPlan.Child child, List<String> rest, String whole) {
        if (!rest.isEmpty()) {
            return of(child.table(), child.fields(), rest, whole);
        }
        return child.value()
                .<IndexTarget>map(value -> new Whole(child.table(), value))
                .orElse(new Nowhere(whole + " is the table " + child.table() + ", so it is no column by itself"));
    }

    /** A path as {@code #>} and {@code #>>} take it: a constant text array. */
    static String pathLiteral(List<String> path) {
        return SqlText.literal(path.stream()
                .map(p -> p.matches("[A-Za-z0-9_]+") && !p.equalsIgnoreCase("null")
                        ? p
                        : '"' + p.replace("\\", "\\\\").replace("\"", "\\\"") + '"')
                .collect(Collectors.joining(",", "{", "}")));
    }
}
