package dev.changeover.state;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Namespace;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.BuildStep;
import dev.changeover.postgres.Ddl;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Table;
import dev.changeover.postgres.Tx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The tables that are filled: made here and remembered, so that no other is ever touched. Thread-safe. */
public final class Tables {
    private static final String CREATE = "create the tables";

    private final Pg pg;

    Tables(Pg pg) {
        this.pg = pg;
    }

    /**
     * Makes every table of the plan that is not there. One that is there but was not made here is refused, or with
     * {@code useExisting} taken if it is empty and its columns fit.
     */
    public void create(Owner owner, Plan plan, boolean useExisting) throws InterruptedException {
        int major = pg.facts().major();
        if (!useExisting) {
            pg.change(CREATE, tx -> refuseOthers(tx, plan));
        }
        for (CollectionPlan collection : plan.collections()) {
            pg.change(CREATE + " of " + collection.namespace(), tx -> {
                owner.check(tx);
                for (Table table : Table.of(collection)) {
                    take(tx, collection.namespace(), table, major);
                }
            });
        }
    }

    private static void refuseOthers(Tx tx, Plan plan) {
        List<String> others = new ArrayList<>();
        for (CollectionPlan collection : plan.collections()) {
            for (Table table : Table.of(collection)) {
                if (!remembered(tx, table.name()) && exists(tx, table.name())) {
                    others.add(table.name().toString());
                }
            }
        }
        if (!others.isEmpty()) {
            throw new FailedException(new Failure.Refused(
                    CREATE,
                    "Changeover did not make " + String.join(", ", others),
                    "Give other table names in changeover.yaml, or drop them yourself, or let --use-existing-tables fill"
                            + " them: they must be empty and have the plan's columns."));
        }
    }

    private static void take(Tx tx, Namespace namespace, Table table, int major) {
        if (remembered(tx, table.name())) {
            if (!exists(tx, table.name())) {
                throw new FailedException(new Failure.Refused(
                        tx.during(),
                        "somebody dropped " + table.name() + " while it was being filled",
                        "Begin again with changeover run --start-over."));
            }
            return;
        }
        boolean made = !exists(tx, table.name());
        if (made) {
            createSchema(tx, table.name().schema());
            Ddl.create(table, major).forEach(tx::execute);
        } else {
            ExistingTable.check(tx, table);
        }
        remember(tx, namespace, table, made);
    }

    /** Makes what the plan has got since the tables were made: columns, and child tables with their keys. */
    static void extend(Tx tx, CollectionPlan before, CollectionPlan after, int major) {
        Map<TableName, Table> were = new HashMap<>();
        Table.of(before).forEach(table -> were.put(table.name(), table));
        for (Table table : Table.of(after)) {
            Table was = were.get(table.name());
            if (was == null) {
                refuseOther(tx, table.name());
                take(tx, after.namespace(), table, major);
                Builds.make(tx, new BuildStep.Key(table.name(), table.key(), true));
            } else {
                Set<String> had = was.columns().stream().map(Table.Column::name).collect(Collectors.toSet());
                List<Table.Column> added = table.columns().stream()
                        .filter(column -> !had.contains(column.name()))
                        .toList();
                added.forEach(column -> addColumn(tx, table, column));
                rememberColumns(tx, after.namespace(), table.name(), added);
            }
        }
    }

    private static void addColumn(Tx tx, Table table, Table.Column column) {
        boolean there = tx.row(
                        "SELECT 1 FROM pg_attribute WHERE attrelid = ?::text::regclass AND attname = ?"
                                + " AND NOT attisdropped",
                        row -> true,
                        SqlText.quoted(table.name()),
                        column.name())
                .isPresent();
        if (there) {
            throw new FailedException(new Failure.Refused(
                    tx.during(),
                    table.name() + " has a column " + column.name() + " that Changeover did not make",
                    "Give field " + column.field() + " another column in changeover.yaml."));
        }
        Ddl.addColumn(table, column).forEach(tx::execute);
    }

    private static void refuseOther(Tx tx, TableName table) {
        if (exists(tx, table)) {
            throw new FailedException(new Failure.Refused(
                    tx.during(), "Changeover did not make " + table, "Give another table name in changeover.yaml."));
        }
    }

    /** CREATE SCHEMA IF NOT EXISTS would need a privilege even where it does nothing. */
    private static void createSchema(Tx tx, String schema) {
        if (tx.row("SELECT 1 FROM pg_namespace WHERE nspname = ?", row -> true, schema)
                .isEmpty()) {
            tx.execute("CREATE SCHEMA " + SqlText.quoted(schema));
        }
    }

    private static void remember(Tx tx, Namespace namespace, Table table, boolean made) {
        TableName name = table.name();
        tx.update(
                "INSERT INTO changeover.relation (schema_name, table_name, namespace, parent, made) VALUES (?, ?, ?, ?, ?)",
                name.schema(),
                name.name(),
                namespace.toString(),
                table.parent().map(TableName::name),
                made);
        rememberColumns(tx, namespace, name, table.columns());
    }

    private static void rememberColumns(Tx tx, Namespace namespace, TableName name, List<Table.Column> columns) {
        tx.updateAll(
                "INSERT INTO changeover.name (namespace, field, schema_name, table_name, column_name)"
                        + " VALUES (?, ?, ?, ?, ?)",
                columns.stream()
                        .map(column -> new @Nullable Object[] {
                            namespace.toString(), column.field(), name.schema(), name.name(), column.name()
                        })
                        .toList());
    }

    private static boolean remembered(Tx tx, TableName table) {
        return tx.row(
                        "SELECT 1 FROM changeover.relation WHERE schema_name = ? AND table_name = ?",
                        row -> true,
                        table.schema(),
                        table.name())
                .isPresent();
    }

    /** True for anything that has the name: a view or a sequence is in the way as well. */
    private static boolean exists(Tx tx, TableName table) {
        return tx.row(
                        "SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                                + " WHERE n.nspname = ? AND c.relname = ?",
                        row -> true,
                        table.schema(),
                        table.name())
                .isPresent();
    }

    /** Tables that were there before, which others may read and write meanwhile. */
    public List<TableName> notMade() throws InterruptedException {
        return pg.transaction(
                "look at the tables",
                tx -> tx.rows(
                        "SELECT schema_name, table_name FROM changeover.relation WHERE NOT made",
                        row -> new TableName(row.getString(1), row.getString(2))));
    }

    /** Drops what was made here, and forgets the run; tables that were there before are emptied only by their owner. */
    public void startOver(Owner owner) throws InterruptedException {
        pg.change("start over", tx -> {
            owner.check(tx);
            refuseWhileInUse(tx);
            List<TableName> made = tx.rows(
                    "SELECT schema_name, table_name FROM changeover.relation WHERE made",
                    row -> new TableName(row.getString(1), row.getString(2)));
            if (!made.isEmpty()) {
                tx.execute("DROP TABLE IF EXISTS "
                        + made.stream().map(SqlText::quoted).collect(Collectors.joining(", ")));
            }
            tx.execute("TRUNCATE changeover.run, changeover.relation, changeover.name, changeover.collection,"
                    + " changeover.chunk, changeover.tally, changeover.build, changeover.dirty, changeover.followed,"
                    + " changeover.reset, changeover.drift, changeover.backfill, changeover.promise,"
                    + " changeover.reverse_queue, changeover.reverse_held, changeover.verification, changeover.verified,"
                    + " changeover.verification_part, changeover.difference, changeover.suspect, changeover.repair,"
                    + " changeover.canary");
            tx.update("UPDATE changeover.reverse SET installed = NULL");
            tx.update("UPDATE changeover.stream SET position = NULL");
            tx.update("UPDATE changeover.cut SET at = NULL, number = 0, exact = true, between = false");
            tx.update("UPDATE changeover.follower SET heard = NULL, last_error = NULL, last_error_at = NULL");
        });
    }

    /** An application that goes by a later phase reads these tables, or waits for them. */
    private static void refuseWhileInUse(Tx tx) {
        tx.row("SELECT phase FROM changeover.phase WHERE phase <> 'mongo'", row -> row.getString(1))
                .ifPresent(phase -> {
                    throw new FailedException(new Failure.Refused(
                            tx.during(),
                            "the application is in phase " + phase,
                            "Move it back to mongo first: changeover rollback"));
                });
    }

    /** Counts the rows that are really there, and remembers the numbers. */
    public long count(Owner owner, TableName table) throws InterruptedException {
        return pg.transaction("count the rows of " + table, tx -> {
            owner.check(tx);
            long rows = tx.row("SELECT count(*) FROM " + SqlText.quoted(table), row -> row.getLong(1))
                    .orElseThrow();
            tx.update(
                    "UPDATE changeover.relation SET rows_found = ? WHERE schema_name = ? AND table_name = ?",
                    rows,
                    table.schema(),
                    table.name());
            return rows;
        });
    }
}
