package dev.changeover.state;

import dev.changeover.bson.BsonType;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Paths;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The triggers by which a collection's tables queue what changes in them; their functions are in schema.sql. Pure. */
final class ReverseTriggers {
    /** True but for a session that writes what MongoDB has. */
    private static final String UNLESS_QUIET = "current_setting('changeover.reverse', true) IS DISTINCT FROM 'off'";

    private static final List<String> NAMES = List.of(
            "changeover_fence",
            "changeover_reverse",
            "changeover_reverse_extra",
            "changeover_reverse_key",
            "changeover_reverse_truncate");

    private ReverseTriggers() {}

    static List<String> create(CollectionPlan plan) {
        String namespace = SqlText.literal(plan.namespace().toString());
        List<String> statements = new ArrayList<>(drop(plan));
        row(plan.table(), "changeover.reverse_row(" + namespace + ")", statements);
        truncate(plan.table(), namespace, statements);
        extra(plan.table(), notes(plan.fields(), null), statements);
        trigger(
                plan.table(),
                "changeover_reverse_key",
                "BEFORE INSERT",
                "ROW WHEN (NEW.mongo_id IS NULL AND NEW.id IS NOT NULL AND " + UNLESS_QUIET + ")",
                "changeover.reverse_key(" + SqlText.literal(plan.idType().alias()) + ")",
                statements);
        if (plan.idType() == BsonType.OBJECT_ID) {
            statements.add("ALTER TABLE " + SqlText.quoted(plan.table())
                    + " ALTER COLUMN \"id\" SET DEFAULT changeover.new_object_id()");
        }
        children(plan, plan.fields(), null, statements);
        return statements;
    }

    /** Before the cutover nobody but us writes these tables, and after it nobody who has not looked at the phase. */
    static List<String> fence(CollectionPlan plan) {
        List<String> statements = new ArrayList<>();
        for (TableName table : tables(plan)) {
            trigger(
                    table,
                    "changeover_fence",
                    "BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE",
                    "STATEMENT WHEN (" + UNLESS_QUIET + ")",
                    "changeover.fence()",
                    statements);
        }
        return statements;
    }

    private static List<TableName> tables(CollectionPlan plan) {
        List<TableName> tables = new ArrayList<>(List.of(plan.table()));
        plan.children().forEach(child -> tables.add(child.table()));
        return tables;
    }

    private static void children(
            CollectionPlan plan, List<FieldPlan> fields, @Nullable String parent, List<String> statements) {
        for (FieldPlan field : fields) {
            String path = Paths.join(parent, field.field());
            switch (field) {
                case FieldPlan.Child child -> child(plan, child, path, statements);
                case FieldPlan.Flatten flatten -> children(plan, flatten.fields(), path, statements);
                case FieldPlan.Column column -> {}
                case FieldPlan.Excluded excluded -> {}
            }
        }
    }

    private static void child(CollectionPlan plan, FieldPlan.Child child, String path, List<String> statements) {
        String namespace = SqlText.literal(plan.namespace().toString());
        String arguments =
                namespace + ", " + SqlText.literal(path) + ", " + SqlText.literal(SqlText.quoted(plan.table()));
        row(child.table(), "changeover.reverse_child(" + arguments + ")", statements);
        truncate(child.table(), namespace, statements);
        List<String> notes = new ArrayList<>();
        List<String> columns = notes(child.fields(), null);
        for (int i = 0; i < columns.size(); i += 2) { // an element that gets fields is no longer what it was itself
            notes.addAll(List.of(columns.get(i), columns.get(i + 1), columns.get(i), "$self"));
        }
        child.value().ifPresent(value -> {
            notes.add(value.column());
            notes.add("$self");
        });
        extra(child.table(), notes, statements);
    }

    private static void row(TableName table, String function, List<String> into) {
        trigger(
                table,
                "changeover_reverse",
                "AFTER INSERT OR UPDATE OR DELETE",
                "ROW WHEN (" + UNLESS_QUIET + ")",
                function,
                into);
    }

    private static void truncate(TableName table, String namespace, List<String> into) {
        trigger(
                table,
                "changeover_reverse_truncate",
                "AFTER TRUNCATE",
                "STATEMENT WHEN (" + UNLESS_QUIET + ")",
                "changeover.reverse_truncate(" + namespace + ")",
                into);
    }

    private static void extra(TableName table, List<String> notes, List<String> into) {
        if (notes.isEmpty()) {
            return;
        }
        String arguments = notes.stream().map(SqlText::literal).collect(Collectors.joining(", "));
        trigger(
                table,
                "changeover_reverse_extra",
                "BEFORE UPDATE",
                "ROW WHEN (NEW.mongo_extra IS NOT NULL AND NEW.mongo_extra IS NOT DISTINCT FROM OLD.mongo_extra AND "
                        + UNLESS_QUIET + ")",
                "changeover.reverse_extra(" + arguments + ")",
                into);
    }

    /** Fires for subscribers of a logical replication too, whose rows are changes like any other. */
    private static void trigger(
            TableName table, String name, String when, String forEach, String function, List<String> into) {
        into.add("CREATE TRIGGER " + name + " " + when + " ON " + SqlText.quoted(table) + " FOR EACH " + forEach
                + " EXECUTE FUNCTION " + function);
        into.add("ALTER TABLE " + SqlText.quoted(table) + " ENABLE ALWAYS TRIGGER " + name);
    }

    /** Columns and the paths that mongo_extra has of them, in turn. */
    private static List<String> notes(List<FieldPlan> fields, @Nullable String parent) {
        List<String> notes = new ArrayList<>();
        for (FieldPlan field : fields) {
            String path = Paths.join(parent, field.field());
            switch (field) {
                case FieldPlan.Column column -> notes.addAll(List.of(column.column(), path));
                case FieldPlan.Flatten flatten -> notes.addAll(notes(flatten.fields(), path));
                case FieldPlan.Child child -> {}
                case FieldPlan.Excluded excluded -> {}
            }
        }
        return notes;
    }

    private static List<String> drop(CollectionPlan plan) {
        List<String> statements = new ArrayList<>();
        for (TableName table : tables(plan)) {
            NAMES.forEach(name -> statements.add("DROP TRIGGER IF EXISTS " + name + " ON " + SqlText.quoted(table)));
        }
        return statements;
    }

    static List<String> drop(CollectionPlan plan, int major) {
        List<String> statements = new ArrayList<>(drop(plan));
        statements.add("ALTER TABLE " + SqlText.quoted(plan.table()) + " ALTER COLUMN \"id\" SET DEFAULT "
                + (major >= 18 ? "uuidv7()" : "gen_random_uuid()"));
        return statements;
    }
}
