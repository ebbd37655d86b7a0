package dev.changeover.postgres;

import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The DDL of a plan, as text. Pure. */
public final class Ddl {
    private Ddl() {}

    /** An identifier that means exactly {@code name}, whatever it holds. */
    public static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    public static String quoted(TableName table) {
        return quoted(table.schema()) + "." + quoted(table.name());
    }

    public static String quoted(List<String> names) {
        return names.stream().map(Ddl::quoted).collect(Collectors.joining(", "));
    }

    static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** The schemas that the plan's tables are in. */
    public static List<String> schemas(Plan plan) {
        TreeSet<String> schemas = new TreeSet<>();
        for (CollectionPlan collection : plan.collections()) {
            Table.of(collection).forEach(table -> schemas.add(table.name().schema()));
        }
        return List.copyOf(schemas);
    }

    /** A bare table, without any key, as it is best filled; {@code major} is PostgreSQL's version: 14, 18 ... */
    public static List<String> create(Table table, int major) {
        String columns = table.columns().stream()
                .map(column -> "    " + quoted(column.name()) + " " + column.type() + suffix(table, column, major))
                .collect(Collectors.joining(",\n"));
        List<String> statements = new ArrayList<>();
        statements.add("CREATE TABLE " + quoted(table.name()) + " (\n" + columns + "\n)");
        statements.add("COMMENT ON TABLE " + quoted(table.name()) + " IS " + literal(table.comment()));
        for (Table.Column column : table.columns()) {
            statements.add("COMMENT ON COLUMN " + quoted(table.name()) + "." + quoted(column.name()) + " IS "
                    + literal(column.comment()));
        }
        return statements;
    }

    private static String suffix(Table table, Table.Column column, int major) {
        String notNull = column.notNull() ? " NOT NULL" : "";
        boolean derivedId = column.name().equals("id") && table.parent().isEmpty();
        // For rows that are born in PostgreSQL later.
        return derivedId ? notNull + " DEFAULT " + (major >= 18 ? "uuidv7()" : "gen_random_uuid()") : notNull;
    }

    public static String primaryKey(Table table) {
        return "ALTER TABLE " + quoted(table.name()) + " ADD PRIMARY KEY (" + quoted(table.key()) + ")";
    }

    public static String uniqueMongoId(Table table) {
        return "ALTER TABLE " + quoted(table.name()) + " ADD UNIQUE (\"mongo_id\")";
    }

    /** All of it, in the order in which it is run, for a person to read. */
    public static String script(Plan plan, int major) {
        StringBuilder out = new StringBuilder("-- Before the copy.\n");
        schemas(plan).forEach(schema -> line(out, "CREATE SCHEMA IF NOT EXISTS " + quoted(schema)));
        for (CollectionPlan collection : plan.collections()) {
            for (Table table : Table.of(collection)) {
                out.append('\n');
                create(table, major).forEach(statement -> line(out, statement));
            }
        }
        out.append("\n-- After the copy.\n");
        for (CollectionPlan collection : plan.collections()) {
            afterCopy(collection).forEach(step -> line(out, step.sql()));
        }
        return out.toString();
    }

    private static void line(StringBuilder out, String statement) {
        out.append(statement).append(";\n");
    }

    /** What is built once a collection's tables are filled, keys first. */
    public static List<BuildStep> afterCopy(CollectionPlan plan) {
        List<BuildStep> steps = new ArrayList<>();
        for (Table table : Table.of(plan)) {
            steps.add(new BuildStep(table.name(), BuildStep.Kind.KEY, "primary key", primaryKey(table)));
            if (table.parent().isEmpty()) {
                steps.add(new BuildStep(table.name(), BuildStep.Kind.KEY, "unique mongo_id", uniqueMongoId(table)));
            }
        }
        for (Table table : Table.of(plan)) {
            steps.add(
                    new BuildStep(table.name(), BuildStep.Kind.ANALYZE, "analyze", "ANALYZE " + quoted(table.name())));
        }
        return steps;
    }
}
