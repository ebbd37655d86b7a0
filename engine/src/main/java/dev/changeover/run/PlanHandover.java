package dev.changeover.run;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.plan.Plan;
import dev.changeover.planfile.PlanFile;
import dev.changeover.postgres.Pg;
import dev.changeover.state.NextPlan;
import dev.changeover.state.Owner;
import dev.changeover.state.State;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a plan with additions comes to the process that follows: anybody offers it, and the owner of the target takes it
 * over between two cuts. Thread-safe.
 */
public final class PlanHandover {
    private static final Logger LOG = LoggerFactory.getLogger(PlanHandover.class);

    private final Pg target;
    private final State state;

    public PlanHandover(Pg target, State state) {
        this.target = target;
        this.state = state;
    }

    /**
     * Leaves changeover.yaml's text for the process that follows, and returns what it adds, a line each; nothing is left
     * if it adds nothing. What is no addition is refused, and all of it before the copy is complete.
     */
    public List<String> offer(String file) throws InterruptedException {
        Plan wanted = PlanFile.parse(file).plan();
        if (state.runs().find().orElseThrow().copied().isEmpty()) {
            PlanChange.between(plan(state.nextPlan().texts().now()), wanted).refuse();
            return List.of();
        }
        while (true) {
            NextPlan.Texts seen = state.nextPlan().texts();
            PlanChange change = PlanChange.between(plan(seen.next().orElse(seen.now())), wanted);
            change.refuseAllButAdditions();
            if (change.isNothing() || state.nextPlan().offer(seen, file)) {
                return change.additions().stream()
                        .map(PlanChange.Addition::words)
                        .toList();
            }
            LOG.atDebug().log("the plan was changed meanwhile; looks again");
        }
    }

    /** The plan that rows are written by; as {@code file} has it, if that says the same of rows: its indexes may be newer. */
    public Plan current(Optional<String> file) throws InterruptedException {
        Plan stored = plan(state.nextPlan().texts().now());
        return file.map(PlanHandover::plan)
                .filter(newer -> PlanChange.between(stored, newer).isNothing())
                .orElse(stored);
    }

    private static Plan plan(String text) {
        return PlanFile.parse(text).plan();
    }

    /**
     * Takes over the plan that waits, if one does, and returns the plan to go on with; nobody may write rows meanwhile.
     * One that cannot be is refused for good, and that is thrown.
     */
    Plan takeOver(Owner owner, Station.Listener stations) throws InterruptedException {
        NextPlan.Texts texts = state.nextPlan().texts();
        Plan now = plan(texts.now());
        Optional<String> next = texts.next();
        if (next.isEmpty()) {
            return now;
        }
        try {
            return takeOver(owner, now, next.get(), stations);
        } catch (FailedException e) {
            if (!(e.failure() instanceof Failure.Transient)) {
                state.nextPlan().refuse(owner, next.get(), e.failure().reason());
            }
            throw e;
        }
    }

    private Plan takeOver(Owner owner, Plan now, String text, Station.Listener stations) throws InterruptedException {
        Plan next = plan(text);
        PlanChange change = PlanChange.between(now, next);
        change.refuseAllButAdditions();
        NextPlan.Change made = new NextPlan.Change(now, next, change.read(), change.known());
        int major = target.facts().major();
        target.change("take over the changed plan", tx -> {
            state.nextPlan().takeOver(tx, owner, text, made, major);
            stations.reached(Station.PLAN_WRITTEN);
        });
        stations.reached(Station.PLAN_COMMITTED);
        change.additions()
                .forEach(one -> LOG.atInfo().addKeyValue("adds", one.words()).log("plan taken over"));
        return plan(state.nextPlan().texts().now());
    }

    /** The same between two cuts, where one that cannot be taken over must not end the following. */
    Plan takeOverOrKeep(Owner owner, Plan kept, Station.Listener stations) throws InterruptedException {
        try {
            return takeOver(owner, stations);
        } catch (FailedException e) {
            if (e.failure() instanceof Failure.Transient || state.nextPlan().waits()) {
                throw e;
            }
            LOG.atWarn().addKeyValue("reason", e.failure().reason()).log("follows by the plan as it was");
            return kept;
        }
    }
}
