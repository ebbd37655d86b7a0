package dev.changeover.report;

import dev.changeover.mongo.UpdatedFields;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.TableName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which fields inside of a collection's jsonb columns are updated most. Pure. */
final class HotFields {
    /** Fewer of a collection's updates say nothing. */
    private static final long UPDATES_LEAST = 100;

    /** A column is named where one in so many of the updates changes something inside it. */
    private static final long ONE_IN = 10;

    private final UpdatedFields seen;
    private final List<Column> found = new ArrayList<>();

    private HotFields(UpdatedFields seen) {
        this.seen = seen;
    }

    /** A jsonb column, and how many of {@code updates} changed which field in it, the most often changed first. */
    record Column(TableName table, String name, long updates, List<Field> fields) {
        Column {
            fields = List.copyOf(fields);
        }
    }

    /** A path in the document, as {@code stats.views}. */
    record Field(String path, long updates) {}

    static List<Column> of(CollectionPlan of, UpdatedFields seen) {
        HotFields hot = new HotFields(seen);
        if (seen.updates() >= UPDATES_LEAST) {
            hot.look(of.table(), "", of.fields());
        }
        return hot.found;
    }

    private void look(TableName table, String above, List<FieldPlan> fields) {
        for (FieldPlan field : fields) {
            String path = above + field.field();
            switch (field) {
                case FieldPlan.Column column
                when column.type().equals(ColumnType.JSONB) -> look(table, column.column(), path + ".");
                case FieldPlan.Flatten flatten -> look(table, path + ".", flatten.fields());
                case FieldPlan.Child child -> look(child.table(), path + (child.array() ? ".*." : "."), child.fields());
                case FieldPlan.Column column -> {}
                case FieldPlan.Excluded excluded -> {}
            }
        }
    }

    private void look(TableName table, String column, String inside) {
        Map<String, Long> byField = new TreeMap<>();
        seen.byPath().forEach((path, updates) -> {
            if (path.startsWith(inside)) {
                byField.merge(path, updates, Long::sum);
            }
        });
        List<Field> fields = byField.entrySet().stream()
                .filter(each -> each.getValue() * ONE_IN >= seen.updates())
                .map(each -> new Field(each.getKey(), each.getValue()))
                .sorted(Comparator.comparingLong(Field::updates).reversed())
                .toList();
        if (!fields.isEmpty()) {
            found.add(new Column(table, column, seen.updates(), fields));
        }
    }
}
