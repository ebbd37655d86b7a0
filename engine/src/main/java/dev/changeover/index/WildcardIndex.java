package dev.changeover.index;

import dev.changeover.bson.JsonValue;
import dev.changeover.index.IndexDefinition.Key;
import dev.changeover.index.IndexDefinition.Uniqueness;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Names;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Translates indexes on {@code $**} and {@code field.$**}: GIN on the jsonb columns below. Used once. */
final class WildcardIndex {
    private final CollectionPlan collection;
    private final JsonValue.Group definition;

    WildcardIndex(CollectionPlan collection, JsonValue.Group definition) {
        this.collection = collection;
        this.definition = definition;
    }

    IndexTranslation translate() {
        JsonValue.Group key = definition.group("key");
        if (key.fields().size() > 1) {
            return new IndexTranslation.NotTranslated("a compound wildcard index has no counterpart");
        }
        String path = key.fields().keySet().iterator().next();
        List<IndexDefinition> indexes = new ArrayList<>();
        if (path.equals("$**")) {
            add(collection.fields(), indexes);
        } else {
            String below = path.substring(0, path.length() - ".$**".length());
            switch (IndexTarget.of(collection, below)) {
                case IndexTarget.Whole whole -> add(whole.table(), whole.column(), indexes);
                case IndexTarget.Inside inside -> add(inside.table(), inside.column(), indexes);
                case IndexTarget.Nowhere nowhere -> {
                    return new IndexTranslation.NotTranslated(nowhere.reason());
                }
            }
        }
        return indexes.isEmpty()
                ? new IndexTranslation.NotTranslated(
                        "no jsonb column is below " + path + "; index the columns that queries use")
                : new IndexTranslation.Sql(indexes);
    }

    private void add(List<FieldPlan> fields, List<IndexDefinition> indexes) {
        for (FieldPlan field : fields) {
            switch (field) {
                case FieldPlan.Column column -> add(collection.table(), column, indexes);
                case FieldPlan.Flatten flatten -> add(flatten.fields(), indexes);
                case FieldPlan.Child child -> {}
                case FieldPlan.Excluded excluded -> {}
            }
        }
    }

    private void add(TableName table, FieldPlan.Column column, List<IndexDefinition> indexes) {
        if (!column.type().equals(ColumnType.JSONB)) {
            return;
        }
        String projection = definition.get("wildcardProjection").isPresent() ? "; its projection is not applied" : "";
        indexes.add(new IndexDefinition(
                table,
                Names.constraint(table.name(), column.column() + "_idx"),
                Uniqueness.NONE,
                "gin",
                List.of(Key.gin(SqlText.readable(column.column()), "jsonb_path_ops")),
                Optional.empty(),
                List.of(),
                "GIN answers @> (contains); other columns get no index from the wildcard" + projection));
    }
}
