package dev.changeover.state;

import dev.changeover.plan.TableName;
import dev.changeover.postgres.BuildStep;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which keys and indexes are built. Thread-safe. */
public final class Builds {
    private final Pg pg;

    Builds(Pg pg) {
        this.pg = pg;
    }

    /** A step that could not be done, and why. */
    public record Failed(TableName table, String name, String reason) {}

    /** Stores what is to be built, and opens again what failed before. */
    public void plan(Owner owner, List<BuildStep> steps) throws InterruptedException {
        pg.change("store what is to be built", tx -> {
            owner.check(tx);
            tx.updateAll(
                    "INSERT INTO changeover.build (schema_name, table_name, kind, name) VALUES (?, ?, ?, ?)"
                            + " ON CONFLICT (schema_name, table_name, kind, name)"
                            + " DO UPDATE SET state = 'open', reason = NULL WHERE build.state = 'failed'",
                    steps.stream().map(Builds::key).toList());
        });
    }

    public boolean isDone(BuildStep step) throws InterruptedException {
        return pg.transaction(
                "look whether the " + step.name() + " of " + step.table() + " is built", tx -> isDone(tx, step));
    }

    public boolean isDone(Tx tx, BuildStep step) {
        return tx.row(
                        "SELECT state = 'done' FROM changeover.build"
                                + " WHERE schema_name = ? AND table_name = ? AND kind = ? AND name = ?",
                        row -> row.getBoolean(1),
                        key(step))
                .orElseThrow();
    }

    /** Builds a step of a table that was made just now, and remembers it as done. */
    static void make(Tx tx, BuildStep step) {
        tx.execute(step.sql());
        tx.update(
                "INSERT INTO changeover.build (schema_name, table_name, kind, name, state, ended)"
                        + " VALUES (?, ?, ?, ?, 'done', clock_timestamp())",
                key(step));
    }

    /** True where it was built once; whether it is still there the table's catalog knows. */
    public boolean wasDone(BuildStep step) throws InterruptedException {
        return pg.transaction(
                "look whether the " + step.name() + " of " + step.table() + " was built",
                tx -> tx.row(
                                "SELECT state = 'done' FROM changeover.build"
                                        + " WHERE schema_name = ? AND table_name = ? AND kind = ? AND name = ?",
                                row -> row.getBoolean(1),
                                key(step))
                        .orElse(false));
    }

    /** Built after the copy, by whoever finishes the tables; no run builds any more then. */
    public void doneLater(BuildStep step) throws InterruptedException {
        later(step, "done", null);
    }

    public void failedLater(BuildStep step, String reason) throws InterruptedException {
        later(step, "failed", reason);
    }

    private void later(BuildStep step, String state, @Nullable String reason) throws InterruptedException {
        pg.change("note what became of " + step.name() + " of " + step.table(), tx -> {
            tx.update(
                    "INSERT INTO changeover.build (schema_name, table_name, kind, name) VALUES (?, ?, ?, ?)"
                            + " ON CONFLICT DO NOTHING",
                    key(step));
            end(tx, step, state, reason);
        });
    }

    /** In the transaction that builds it, where there is one. */
    public void done(Tx tx, Owner owner, BuildStep step) {
        owner.check(tx);
        end(tx, step, "done", null);
    }

    public void failed(Owner owner, BuildStep step, String reason) throws InterruptedException {
        pg.change("note that " + step.name() + " of " + step.table() + " cannot be built", tx -> {
            owner.check(tx);
            end(tx, step, "failed", reason);
        });
    }

    private static void end(Tx tx, BuildStep step, String state, @Nullable String reason) {
        tx.update(
                "UPDATE changeover.build SET state = ?, reason = ?, ended = clock_timestamp()"
                        + " WHERE schema_name = ? AND table_name = ? AND kind = ? AND name = ?",
                state,
                reason,
                step.table().schema(),
                step.table().name(),
                kind(step),
                step.name());
    }

    public List<Failed> failures() throws InterruptedException {
        return pg.transaction(
                "look for what could not be built",
                tx -> tx.rows(
                        "SELECT schema_name, table_name, name, reason FROM changeover.build WHERE state = 'failed' ORDER BY 1, 2, 3",
                        row -> new Failed(
                                new TableName(row.getString(1), row.getString(2)),
                                row.getString(3),
                                row.getString(4))));
    }

    /** Some mongo_ids of rows that a unique index cannot hold, those that clash together in one text. */
    public List<String> duplicates(BuildStep.Index step) throws InterruptedException {
        if (step.duplicates().isEmpty()) {
            return List.of();
        }
        return pg.transaction(
                "look for duplicates", tx -> tx.search(step.duplicates().get(), row -> row.getString(1)));
    }

    private static @Nullable Object[] key(BuildStep step) {
        return new @Nullable Object[] {step.table().schema(), step.table().name(), kind(step), step.name()};
    }

    private static String kind(BuildStep step) {
        return switch (step) {
            case BuildStep.Key key -> "key";
            case BuildStep.Index index -> "index";
            case BuildStep.Analyze analyze -> "analyze";
        };
    }
}
