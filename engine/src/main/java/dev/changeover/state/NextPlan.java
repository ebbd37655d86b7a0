package dev.changeover.state;

import dev.changeover.Namespace;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The plan that the process that follows is to go on with. Anybody who may write here offers it; only the owner takes it
 * over, between two cuts. Thread-safe.
 */
public final class NextPlan {
    private static final String LOOK = "look for a changed plan";

    private final Pg pg;

    NextPlan(Pg pg) {
        this.pg = pg;
    }

    /** changeover.yaml as rows are written by it {@code now}, the one to come, and why the last one could not come. */
    public record Texts(String now, Optional<String> next, Optional<String> refused) {}

    public Texts texts() throws InterruptedException {
        return pg.transaction(
                        LOOK,
                        tx -> tx.row(
                                "SELECT plan, next_plan, next_plan_refused FROM changeover.run",
                                row -> new Texts(
                                        row.getString(1),
                                        Optional.ofNullable(row.getString(2)),
                                        Optional.ofNullable(row.getString(3)))))
                .orElseThrow();
    }

    /** True when one is to be taken over. */
    public boolean waits() throws InterruptedException {
        return pg.transaction(
                        LOOK, tx -> tx.row("SELECT 1 FROM changeover.run WHERE next_plan IS NOT NULL", row -> true))
                .isPresent();
    }

    /** Leaves {@code text} to be taken over; false if things are not as {@code seen} any more. */
    public boolean offer(Texts seen, String text) throws InterruptedException {
        return pg.transaction("offer a changed plan", tx -> {
            int hit = tx.update(
                    "UPDATE changeover.run SET next_plan = ?, next_plan_refused = NULL"
                            + " WHERE plan = ? AND coalesce(next_plan, '') IN (?, ?)",
                    text,
                    seen.now(),
                    seen.next().orElse(""),
                    text);
            return hit == 1;
        });
    }

    /** Why it cannot be taken over; what is followed stays as it is. */
    public void refuse(Owner owner, String text, String reason) throws InterruptedException {
        pg.change("refuse the changed plan", tx -> {
            owner.check(tx);
            tx.update(
                    "UPDATE changeover.run SET next_plan = NULL, next_plan_refused = ? WHERE next_plan = ?",
                    reason,
                    text);
        });
    }

    /**
     * What makes {@code after} of {@code before}: {@code read} are paths of which documents must be read anew (empty:
     * all of the collection's), {@code known} what the ledger calls the fields that the plan knows now.
     */
    public record Change(
            Plan before, Plan after, Map<Namespace, List<String>> read, Map<Namespace, List<String>> known) {}

    /** Makes what is new, and puts {@code text} in the place of the plan; nothing if it does not wait (any more). */
    public void takeOver(Tx tx, Owner owner, String text, Change change, int major) {
        owner.check(tx);
        if (tx.row("SELECT 1 FROM changeover.run WHERE next_plan = ? FOR UPDATE", row -> true, text)
                .isEmpty()) {
            return;
        }
        tx.waitBrieflyForLocks();
        for (CollectionPlan after : change.after().collections()) {
            change.before().of(after.namespace()).ifPresent(before -> Tables.extend(tx, before, after, major));
        }
        change.read().forEach((namespace, fields) -> Backfills.add(tx, namespace, fields));
        change.known()
                .forEach((namespace, fields) -> tx.update(
                        "DELETE FROM changeover.drift WHERE namespace = ? AND field = ANY (?)",
                        namespace.toString(),
                        fields.toArray(String[]::new)));
        tx.update(
                "UPDATE changeover.run SET plan = ?, plan_sha256 = ?, next_plan = NULL, next_plan_refused = NULL",
                text,
                Runs.sha256(text));
    }
}
