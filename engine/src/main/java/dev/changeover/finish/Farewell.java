package dev.changeover.finish;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.plan.Plan;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.TableFacts;
import dev.changeover.state.Owner;
import dev.changeover.state.State;
import java.util.List;
import java.util.Optional;

/**
 * Takes away what only serves a migration: for good, and only when told to. Nobody may follow meanwhile, or ever after:
 * without mongo_id no row is known to be a document's. Confined to one thread.
 */
public final class Farewell {
    private final Pg pg;
    private final State state;
    private final Plan plan;

    public Farewell(Pg pg, State state, Plan plan) {
        this.pg = pg;
        this.state = state;
        this.plan = plan;
    }

    /** The statements that {@link #mongoId} runs; with each column its indexes go. */
    public List<String> mongoIdSql() throws InterruptedException {
        List<TableName> tables = plan.collections().stream().map(c -> c.table()).toList();
        return pg.transaction(
                "look at the tables",
                tx -> tables.stream()
                        .filter(table -> has(TableFacts.of(tx, table)))
                        .map(table -> "ALTER TABLE " + SqlText.quoted(table) + " DROP COLUMN mongo_id")
                        .toList());
    }

    private static boolean has(Optional<TableFacts> facts) {
        return facts.map(of -> of.columns().contains("mongo_id")).orElse(false);
    }

    /** Refused while a process works on the target, and unless all rows were compared after the last cut. */
    public void mongoId(String who) throws InterruptedException {
        try (Owner alone = state.own(who)) {
            if (!state.verifications().provesLastCut()) {
                throw new FailedException(new Failure.Refused(
                        "drop mongo_id",
                        "no verification has compared all rows at the last cut and found them equal",
                        "After changeover run --until caught-up, and before anything else: changeover verify"));
            }
            List<String> statements = mongoIdSql();
            pg.change("drop mongo_id", tx -> {
                alone.check(tx);
                tx.waitBrieflyForLocks();
                statements.forEach(tx::execute);
            });
        }
    }

    /** All that Changeover remembers. Refused while a process works on the target, or something of yours uses it. */
    public void schema(String who) throws InterruptedException {
        try (Owner alone = state.own(who)) {
            state.drop(alone, List.of());
        }
    }
}
