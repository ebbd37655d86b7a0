package dev.changeover.postgres;

import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The DDL of a plan, as text. Pure. */
public final class Ddl {
    private Ddl() {}

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
                .map(column ->
                        "    " + SqlText.quoted(column.name()) + " " + column.type() + suffix(table, column, major))
                .collect(Collectors.joining(",\n"));
        List<String> statements = new ArrayList<>();
        statements.add("CREATE TABLE " + SqlText.quoted(table.name()) + " (\n" + columns + "\n)");
        statements.add("COMMENT ON TABLE " + SqlText.quoted(table.name()) + " IS " + SqlText.literal(table.comment()));
        table.columns().forEach(column -> statements.add(comment(table, column)));
        return statements;
    }

    private static String comment(Table table, Table.Column column) {
        return "COMMENT ON COLUMN " + SqlText.quoted(table.name()) + "." + SqlText.quoted(column.name()) + " IS "
                + SqlText.literal(column.comment());
    }

    /** A column more on a table that is filled; it is NULL in all rows, which are not touched. */
    public static List<String> addColumn(Table table, Table.Column column) {
        return List.of(
                "ALTER TABLE " + SqlText.quoted(table.name()) + " ADD COLUMN " + SqlText.quoted(column.name()) + " "
                        + column.type(),
                comment(table, column));
    }

    private static String suffix(Table table, Table.Column column, int major) {
        String notNull = column.notNull() ? " NOT NULL" : "";
        boolean derivedId = column.name().equals("id") && table.parent().isEmpty();
        // For rows that are born in PostgreSQL later.
        return derivedId ? notNull + " DEFAULT " + (major >= 18 ? "uuidv7()" : "gen_random_uuid()") : notNull;
    }

    /** All of it, in the order in which it is run, for a person to read. */
    public static String script(Plan plan, int major) {
        StringBuilder out = new StringBuilder("-- Before the copy.\n");
        schemas(plan).forEach(schema -> line(out, "CREATE SCHEMA IF NOT EXISTS " + SqlText.quoted(schema)));
        for (CollectionPlan collection : plan.collections()) {
            for (Table table : Table.of(collection)) {
                out.append('\n');
                create(table, major).forEach(statement -> line(out, statement));
            }
        }
        out.append("\n-- After the copy.\n");
        for (Remark remark : remarks(plan, major)) {
            String text = remark.index() + " on " + remark.table() + ": " + remark.text();
            out.append("-- Index ").append(text.replaceAll("\\R", " ")).append('\n');
        }
        for (BuildStep step : afterCopy(plan, major)) {
            if (step instanceof BuildStep.Index index) {
                index.before().forEach(statement -> line(out, statement));
            }
            line(out, step.sql());
        }
        return out.toString();
    }

    private static void line(StringBuilder out, String statement) {
        out.append(statement).append(";\n");
    }

    /** What is built once the tables are filled: keys, then indexes, then statistics. */
    public static List<BuildStep> afterCopy(Plan plan, int major) {
        List<BuildStep> steps = new ArrayList<>();
        List<Table> tables =
                plan.collections().stream().flatMap(c -> Table.of(c).stream()).toList();
        for (Table table : tables) {
            steps.add(new BuildStep.Key(table.name(), table.key(), true));
            if (table.parent().isEmpty()) {
                steps.add(new BuildStep.Key(table.name(), List.of("mongo_id"), false));
            }
        }
        steps.addAll(new IndexSql(major).steps(plan));
        tables.forEach(table -> steps.add(new BuildStep.Analyze(table.name())));
        return steps;
    }

    /** An index that is left out, or keeps out less than in MongoDB. */
    public record Remark(TableName table, String index, String text) {}

    public static List<Remark> remarks(Plan plan, int major) {
        return new IndexSql(major).remarks(plan);
    }

    /**
     * Gives one of {@code threads} builds its share of the server's memory and processes, and lets its SQL name what is
     * in the table's schema and in public (extensions are often there). {@code local}: for this transaction only.
     */
    public static String buildSettings(BuildStep step, int threads, boolean local) {
        return """
                SELECT set_config('maintenance_work_mem', greatest(
                           (SELECT setting::bigint FROM pg_settings WHERE name = 'maintenance_work_mem'),
                           least(1048576, (SELECT setting::bigint * 4 FROM pg_settings WHERE name = 'shared_buffers')
                                          / %1$d)) || 'kB', %2$b),
                       set_config('max_parallel_maintenance_workers', greatest(
                           current_setting('max_parallel_maintenance_workers')::int,
                           least(4, current_setting('max_parallel_workers')::int / %1$d))::text, %2$b),
                       set_config('search_path', %3$s, %2$b)""".formatted(
                threads,
                local,
                SqlText.literal("pg_catalog, " + SqlText.quoted(step.table().schema()) + ", public"));
    }
}
