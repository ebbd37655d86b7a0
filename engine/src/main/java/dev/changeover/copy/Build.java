package dev.changeover.copy;

import dev.changeover.FailedException;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.BuildStep;
import dev.changeover.postgres.ConcurrentBuild;
import dev.changeover.postgres.Ddl;
import dev.changeover.postgres.SqlFailure;
import dev.changeover.postgres.Tx;
import dev.changeover.state.Builds;
import dev.changeover.state.Filling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Builds keys and indexes on the filled tables, each step once. Thread-safe, but for one call of a step at a time. */
public final class Build {
    private final Filling filling;
    private final int threads;
    private final List<BuildStep> steps;
    private final AtomicInteger done = new AtomicInteger();

    /** {@code threads} statements run at once. */
    public Build(Filling filling, Plan plan, int threads, int major) {
        this.filling = filling;
        this.threads = threads;
        steps = Ddl.afterCopy(plan, major);
    }

    /** Remembers what is to be built; what failed before is tried again. */
    public void plan() throws InterruptedException {
        filling.state().builds().plan(filling.owner(), steps);
    }

    public int steps() {
        return steps.size();
    }

    public int stepsDone() {
        return done.get();
    }

    /** Primary and unique keys. The keys of one table wait for each other, so one thread builds them all. */
    public void keys() throws InterruptedException {
        Map<TableName, List<BuildStep>> byTable = new LinkedHashMap<>();
        steps.stream()
                .filter(step -> step instanceof BuildStep.Key)
                .forEach(step -> byTable.computeIfAbsent(step.table(), t -> new ArrayList<>())
                        .add(step));
        inParallel(List.copyOf(byTable.values()));
    }

    /**
     * The other indexes; returns what could not be built. Builds beside others would wait for each other in a ring on one
     * table, so there they come one after the other.
     */
    public List<Builds.Failed> indexes() throws InterruptedException {
        List<TableName> inUse = filling.state().tables().notMade();
        List<List<BuildStep>> groups = new ArrayList<>();
        for (TableName table : inUse) {
            groups.add(steps.stream()
                    .filter(step ->
                            step instanceof BuildStep.Index && step.table().equals(table))
                    .toList());
        }
        each(BuildStep.Index.class).stream()
                .filter(group -> !inUse.contains(group.getFirst().table()))
                .forEach(groups::add);
        inParallel(groups);
        return filling.state().builds().failures();
    }

    public void analyze() throws InterruptedException {
        inParallel(each(BuildStep.Analyze.class));
    }

    private List<List<BuildStep>> each(Class<? extends BuildStep> kind) {
        return steps.stream().filter(kind::isInstance).map(List::of).toList();
    }

    private void inParallel(List<List<BuildStep>> groups) throws InterruptedException {
        if (groups.isEmpty()) {
            return;
        }
        List<TableName> inUse = filling.state().tables().notMade();
        Queue<List<BuildStep>> queue = new ConcurrentLinkedQueue<>(groups);
        try (Workers workers = new Workers("build", Math.min(threads, groups.size()), filling.target()::cancel)) {
            workers.each(() -> {
                for (List<BuildStep> group = queue.poll(); group != null; group = queue.poll()) {
                    for (BuildStep step : group) {
                        build(step, inUse.contains(step.table()));
                        done.incrementAndGet();
                    }
                }
            });
        }
    }

    private void build(BuildStep step, boolean tableInUse) throws InterruptedException {
        try {
            filling.target().until(() -> {
                if (!filling.state().builds().isDone(step)) {
                    buildOnce(step, tableInUse);
                }
                return true;
            });
        } catch (FailedException e) {
            if (!(step instanceof BuildStep.Index index) || !SqlFailure.isOfStatement(e)) {
                throw e;
            }
            filling.state().builds().failed(filling.owner(), index, reason(index, e));
        }
    }

    private void buildOnce(BuildStep step, boolean tableInUse) throws InterruptedException {
        if (tableInUse && !(step instanceof BuildStep.Analyze)) {
            new ConcurrentBuild(filling.target(), threads).build(step);
            filling.target()
                    .change(
                            "note that " + step.name() + " of " + step.table() + " is built",
                            tx -> filling.state().builds().done(tx, filling.owner(), step));
        } else {
            buildInTransaction(step);
        }
    }

    private void buildInTransaction(BuildStep step) {
        try (Tx tx = filling.target().begin("build " + step.name() + " of " + step.table())) {
            tx.execute(Ddl.buildSettings(step, threads, true));
            if (step instanceof BuildStep.Index index) {
                index.before().forEach(tx::execute);
            }
            tx.execute(step.sql());
            filling.state().builds().done(tx, filling.owner(), step);
            tx.commit();
        }
    }

    private String reason(BuildStep.Index step, FailedException e) throws InterruptedException {
        String reason = e.failure().reason();
        if (!SqlFailure.isDuplicate(e)) {
            return reason;
        }
        List<String> ids = filling.state().builds().duplicates(step);
        return ids.isEmpty() ? reason : reason + "; mongo_ids that share a value: " + String.join(" | ", ids);
    }
}
