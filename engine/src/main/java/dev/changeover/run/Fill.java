package dev.changeover.run;

import dev.changeover.Invariant;
import dev.changeover.Namespace;
import dev.changeover.Station;
import dev.changeover.copy.Build;
import dev.changeover.copy.Copy;
import dev.changeover.copy.CopySettings;
import dev.changeover.mapping.Tally;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.planfile.PlanFile;
import dev.changeover.postgres.Ddl;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Table;
import dev.changeover.state.Filling;
import dev.changeover.state.Runs;
import dev.changeover.state.State;
import dev.changeover.state.Watch;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Fills the tables from a source: the steps of a run from the copy to the indexes. Confined to one thread. */
final class Fill {
    private static final int BUILD_THREADS_MAX = 4;

    private final Filling filling;
    private final Plan plan;
    private final CopySettings settings;
    private final Gauge gauge;
    private final Station.Listener stations;
    private final Build build;

    Fill(Filling filling, Plan plan, CopySettings settings, Gauge gauge, Station.Listener stations)
            throws InterruptedException {
        this.filling = filling;
        this.plan = plan;
        this.settings = settings;
        this.gauge = gauge;
        this.stations = stations;
        build = new Build(
                filling,
                plan,
                Math.min(settings.workers(), BUILD_THREADS_MAX),
                filling.target().facts().major());
    }

    void copy() throws InterruptedException {
        Copy copy = new Copy(filling, plan, settings, stations);
        copy.limits(filling.state().watch().limits());
        gauge.watch(copy);
        gauge.step(Step.SPLIT);
        copy.split();
        gauge.step(Step.COPY);
        copy.run();
    }

    void keys() throws InterruptedException {
        gauge.watch(build);
        build.plan();
        gauge.step(Step.KEYS);
        build.keys();
        stations.reached(Station.KEYS_BUILT);
    }

    /** Unless that was done before. */
    void count(boolean counted) throws InterruptedException {
        if (!counted) {
            gauge.step(Step.CHECK);
            check();
            filling.state().runs().counted(filling.owner());
        }
    }

    /** The copy ends with them. */
    void indexes() throws InterruptedException {
        gauge.step(Step.INDEXES);
        build.indexes();
        build.analyze();
        filling.state().runs().copied(filling.owner());
    }

    /** The ledger must balance, and the tables must really hold what it says. */
    private void check() throws InterruptedException {
        summary(filling.state(), filling.target()).ledgers().forEach(Summary.Ledger::check);
        Map<Namespace, Watch.Counts> counts = new HashMap<>();
        filling.state().watch().collections().forEach(c -> counts.put(c.namespace(), c.counts()));
        for (CollectionPlan collection : plan.collections()) {
            long rows = 0;
            long childRows = 0;
            for (Table table : Table.of(collection)) {
                long found = filling.state().tables().count(filling.owner(), table.name());
                if (table.parent().isEmpty()) {
                    rows += found;
                } else {
                    childRows += found;
                }
            }
            Watch.Counts written = Objects.requireNonNull(counts.get(collection.namespace()));
            String seen = collection.namespace() + ": " + written.rows() + " rows and " + written.childRows()
                    + " child rows written, " + rows + " and " + childRows + " found";
            Invariant.LEDGER_BALANCES.check(rows == written.rows() && childRows == written.childRows(), () -> seen);
        }
    }

    /** What came of the run so far. */
    static Summary summary(State state, Pg target) throws InterruptedException {
        Map<Namespace, List<Tally.Line>> tallies = state.watch().tallies();
        List<Summary.Ledger> ledgers = state.watch().collections().stream()
                .map(c -> new Summary.Ledger(c.namespace(), c.counts(), tallies.getOrDefault(c.namespace(), List.of())))
                .toList();
        Runs.Row row = state.runs().find().orElseThrow();
        Duration took = row.copied()
                .map(copied -> Duration.between(row.started(), copied))
                .orElse(Duration.ZERO);
        Plan plan = PlanFile.parse(row.plan()).plan();
        return new Summary(
                ledgers,
                state.builds().failures(),
                Ddl.remarks(plan, target.facts().major()),
                took);
    }
}
