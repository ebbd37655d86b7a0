package dev.changeover.state;

import dev.changeover.plan.TableName;
import dev.changeover.postgres.BuildStep;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.util.List;
import java.util.Locale;
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
        return pg.transaction("look whether the " + step + " is built", tx -> isDone(tx, step));
    }

    public boolean isDone(Tx tx, BuildStep step) {
        return tx.row(
                        "SELECT state = 'done' FROM changeover.build"
                                + " WHERE schema_name = ? AND table_name = ? AND kind = ? AND name = ?",
                        row -> row.getBoolean(1),
                        key(step))
                .orElseThrow();
    }

    /** In the transaction that builds it, where there is one. */
    public void done(Tx tx, Owner owner, BuildStep step) {
        owner.check(tx);
        end(tx, step, "done", null);
    }

    public void failed(Owner owner, BuildStep step, String reason) throws InterruptedException {
        pg.change("note that the " + step + " cannot be built", tx -> {
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

    private static @Nullable Object[] key(BuildStep step) {
        return new @Nullable Object[] {step.table().schema(), step.table().name(), kind(step), step.name()};
    }

    private static String kind(BuildStep step) {
        return step.kind().name().toLowerCase(Locale.ROOT);
    }
}
