package dev.changeover.finish;

import dev.changeover.ClusterTime;
import dev.changeover.Namespace;
import dev.changeover.Phase;
import dev.changeover.mongo.Mongo;
import dev.changeover.mongo.WriteFence;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.plan.SqlText;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.TableFacts;
import dev.changeover.state.Cutovers;
import dev.changeover.state.Owner;
import dev.changeover.state.Phases;
import dev.changeover.state.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The end of a migration: PostgreSQL stays as it is, without Changeover, and there is no way back. All goes in one
 * transaction, so that whoever is killed has done nothing or everything. Confined to one thread.
 */
public final class Retirement {
    private static final String LOOK_YOURSELF = "Find out what it was; if nothing of it is missed: --force writers";

    /** More are not counted. */
    private static final int LEFT_MOST = 100_000;

    private final Pg pg;
    private final State state;
    private final Plan plan;

    public Retirement(Pg pg, State state, Plan plan) {
        this.pg = pg;
        this.state = state;
        this.plan = plan;
    }

    /** What must hold; {@code source} is empty where nobody said where MongoDB is. */
    public List<Check> checks(Duration after, Optional<Mongo> source) throws InterruptedException {
        return List.of(phase(), waited(after), instances(), writers(source), returned());
    }

    /** Only told: PostgreSQL has it all, and MongoDB is not asked any more. */
    private Check returned() throws InterruptedException {
        long left = state.reverse().size(LEFT_MOST) + state.reverse().held();
        String detail = left == 0
                ? "MongoDB has every change"
                : "MongoDB is without " + left + (left < LEFT_MOST ? "" : " or more") + " changes that PostgreSQL has";
        return new Check("returned", true, detail, "");
    }

    private Check phase() throws InterruptedException {
        Phases.Now now = state.phases().now();
        boolean open = state.phases().steps(1).stream().anyMatch(Phases.Step::isOpen)
                || state.cutovers().last().filter(row -> !row.stage().isOver()).isPresent();
        return new Check(
                "phase",
                now.phase() == Phase.POSTGRES && !open,
                "the phase is " + now.phase().words() + (open ? ", and a change of it is open" : ""),
                open ? "Complete it, or undo it: changeover phase shows how." : "First: changeover cutover");
    }

    private Check waited(Duration after) throws InterruptedException {
        Duration lasted = state.phases().lasted();
        return new Check(
                "waited",
                lasted.compareTo(after) >= 0,
                "for " + words(lasted) + ", of " + words(after),
                "Wait: until then the way back stays open. Sooner by --after, as in --after 36h");
    }

    private static String words(Duration time) {
        return time.toDays() + " d " + time.toHoursPart() + " h";
    }

    /** They would ask functions that are no more. */
    private Check instances() throws InterruptedException {
        List<String> there = state.phases().instances().stream()
                .filter(Phases.Instance::isThere)
                .map(Phases.Instance::name)
                .toList();
        return new Check(
                "instances",
                there.isEmpty(),
                there.isEmpty() ? "none goes by the phase" : "still go by the phase: " + String.join(", ", there),
                "Deploy the application without router, leases and begin_write, on a plain data source.");
    }

    /** That MongoDB has nothing that PostgreSQL has not: nobody but Changeover wrote to it since the cutover. */
    private Check writers(Optional<Mongo> source) throws InterruptedException {
        Optional<ClusterTime> since = state.cutovers().fencedAt();
        if (source.isEmpty() || since.isEmpty()) {
            return writers("MongoDB was not asked", "Give --mongo, or where it is gone: --force writers");
        }
        WriteFence.Writes seen = source.get().fence().writesOfOthers(namespaces(), since.get());
        if (seen.first().isPresent()) {
            return writers("others have written to MongoDB: " + seen.first().get(), LOOK_YOURSELF);
        }
        boolean fenced = state.cutovers().last().map(Cutovers.Row::fence).orElse(false) && seen.fenced();
        if (!fenced && !seen.allOfOplog()) {
            return writers(
                    "MongoDB is not fenced, and the oplog does not tell of all that was written since the cutover",
                    LOOK_YOURSELF);
        }
        String oplog = seen.oplog()
                .map(from -> "the oplog from " + from + " on has no write of others")
                .orElse("the oplog may not be read (role read on local)");
        return new Check("writers", true, (fenced ? "MongoDB is fenced; " : "") + oplog, "");
    }

    private static Check writers(String detail, String remedy) {
        return new Check("writers", false, detail, remedy);
    }

    /** The collections that the tables are from. */
    public List<Namespace> namespaces() {
        return plan.namespaces();
    }

    /** What is done, in this order, before the schema goes. */
    public List<String> statements() throws InterruptedException {
        List<String> all =
                new ArrayList<>(state.reverse().removal(plan, pg.facts().major()));
        all.addAll(withMongoId("ALTER COLUMN mongo_id DROP NOT NULL")); // new rows have no document
        return all;
    }

    /** What a person may do at any time afterwards. */
    public List<String> later() throws InterruptedException {
        return withMongoId("DROP COLUMN mongo_id");
    }

    private List<String> withMongoId(String change) throws InterruptedException {
        return pg.transaction(
                "look at the tables",
                tx -> plan.collections().stream()
                        .map(CollectionPlan::table)
                        .filter(table -> TableFacts.of(tx, table)
                                .map(facts -> facts.columns().contains("mongo_id"))
                                .orElse(false))
                        .map(table -> "ALTER TABLE " + SqlText.quoted(table) + " " + change)
                        .toList());
    }

    /** Refused while a process works on the target, or something of yours uses the schema. */
    public void retire(String who) throws InterruptedException {
        List<String> statements = statements();
        try (Owner alone = state.own(who)) {
            state.drop(alone, statements);
        }
    }
}
