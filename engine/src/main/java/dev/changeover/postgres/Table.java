package dev.changeover.postgres;

import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A table as the plan wants it: a collection's own, or a child's with {@code parent}. {@code key} is what its primary key
 * will be once it is filled.
 */
public record Table(
        TableName name, Optional<TableName> parent, List<Column> columns, List<String> key, String comment) {
    public Table {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
    }

    /** {@code type} as SQL takes it; {@code field} is the path the values come from, empty for one of our own. */
    public record Column(String name, String type, boolean notNull, String field, String comment) {
        static Column own(String name, String type, boolean notNull, String comment) {
            return new Column(name, type, notNull, "", comment);
        }
    }

    /** The collection's own table first, then its children's, in the plan's order. */
    public static List<Table> of(CollectionPlan plan) {
        List<Table> tables = new ArrayList<>();
        List<Column> columns = new ArrayList<>();
        columns.add(Column.own("id", "uuid", true, "derived from _id"));
        columns.add(new Column("mongo_id", "text COLLATE \"C\"", true, "_id", "_id as text"));
        collect(plan.fields(), "", columns);
        columns.add(extra());
        tables.add(new Table(
                plan.table(), Optional.empty(), columns, List.of("id"), "MongoDB collection " + plan.namespace()));
        collectChildren(plan, plan.fields(), "", tables);
        return tables;
    }

    private static void collectChildren(CollectionPlan plan, List<FieldPlan> fields, String path, List<Table> into) {
        for (FieldPlan field : fields) {
            switch (field) {
                case FieldPlan.Child child -> into.add(child(plan, child, path + child.field()));
                case FieldPlan.Flatten flatten ->
                    collectChildren(plan, flatten.fields(), path + flatten.field() + ".", into);
                case FieldPlan.Column column -> {}
                case FieldPlan.Excluded excluded -> {}
            }
        }
    }

    private static Table child(CollectionPlan plan, FieldPlan.Child child, String path) {
        List<Column> columns = new ArrayList<>();
        List<String> key = new ArrayList<>(List.of("parent_id"));
        columns.add(Column.own("parent_id", "uuid", true, "id of the row in " + plan.table()));
        if (child.array()) {
            key.add("ord");
            columns.add(Column.own("ord", "integer", true, "place in the array, from 0"));
        }
        child.value().ifPresent(value -> columns.add(column(value, path + ".*")));
        collect(child.fields(), path + (child.array() ? ".*." : "."), columns);
        columns.add(extra());
        String what = child.array() ? "elements of array " : "document ";
        return new Table(
                child.table(),
                Optional.of(plan.table()),
                columns,
                key,
                "MongoDB collection " + plan.namespace() + ", " + what + path);
    }

    private static void collect(List<FieldPlan> fields, String path, List<Column> into) {
        for (FieldPlan field : fields) {
            switch (field) {
                case FieldPlan.Column column -> into.add(column(column, path + column.field()));
                case FieldPlan.Flatten flatten -> collect(flatten.fields(), path + flatten.field() + ".", into);
                case FieldPlan.Child child -> {}
                case FieldPlan.Excluded excluded -> {}
            }
        }
    }

    private static Column column(FieldPlan.Column column, String path) {
        return new Column(column.column(), column.type().sql(), false, path, "MongoDB field " + path);
    }

    private static Column extra() {
        return Column.own("mongo_extra", "jsonb", false, "what the columns cannot hold exactly, by path");
    }
}
