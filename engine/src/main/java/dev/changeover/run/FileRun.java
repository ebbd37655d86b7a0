package dev.changeover.run;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.copy.TakenBack;
import dev.changeover.dump.Dump;
import dev.changeover.plan.Plan;
import dev.changeover.planfile.PlanFile;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.SqlFailure;
import dev.changeover.state.Filling;
import dev.changeover.state.Owner;
import dev.changeover.state.Runs;
import dev.changeover.state.State;
import java.util.Optional;

/** A run from files: the same steps up to the indexes, and nothing is followed. */
public final class FileRun {
    /** What a run's source is called when it is files. */
    static final String FILES = "files: ";

    private final Dump source;
    private final Pg target;
    private final RunSettings settings;
    private final Station.Listener stations;
    private final Gauge gauge = new Gauge();

    public FileRun(Dump source, Pg target, RunSettings settings, Station.Listener stations) {
        this.source = source;
        this.target = target;
        this.settings = settings;
        this.stations = stations;
    }

    /** May be asked from any thread, at any time. */
    public Progress progress() {
        return gauge.progress();
    }

    /** Goes on where an earlier process was stopped. {@code file} is changeover.yaml's text. */
    public Summary run(String file) throws InterruptedException {
        Plan plan = PlanFile.parse(file).plan(); // before anything is dropped for it
        return new Ownership(target, settings, gauge).during(Optional.empty(), (state, owner) -> {
            Runs.Row row = begin(file, plan, state, owner);
            if (row.copied().isEmpty()) {
                fill(plan, row, state, owner);
            }
        });
    }

    private Runs.Row begin(String file, Plan plan, State state, Owner owner) throws InterruptedException {
        String name = FILES + source.name();
        if (source.comesOnce() && state.runs().find().isPresent()) {
            throw new FailedException(new Failure.Refused(
                    "copy from " + source.name(),
                    "a run has begun in " + target.shown() + ", and what comes once cannot be gone on with",
                    "Send it from its beginning to: changeover run --from - --start-over"));
        }
        Runs.Row row = state.runs().begin(owner, name, file);
        if (!row.source().equals(name)) {
            throw new FailedException(new Failure.Refused(
                    "copy from " + source.name(),
                    "the run that has begun in " + target.shown() + " copies from " + row.source(),
                    "Give the same source, its files unchanged; or begin anew with --start-over."));
        }
        if (row.copied().isEmpty()) {
            PlanChange.between(PlanFile.parse(row.plan()).plan(), plan).refuse();
            state.runs().replan(owner, file);
        }
        return row;
    }

    private void fill(Plan plan, Runs.Row row, State state, Owner owner) throws InterruptedException {
        state.tables().create(owner, plan, settings.useExistingTables());
        stations.reached(Station.TABLES_CREATED);
        Filling filling = new Filling(source, target, state, owner, new ClusterTime(0, 0));
        Fill fill = new Fill(filling, plan, settings.copy(), gauge, stations);
        fill.copy();
        keys(fill, filling, plan);
        fill.count(row.counted());
        fill.indexes();
    }

    /** Where keys clash documents are there twice, which is a dump's way and no mistake. */
    private static void keys(Fill fill, Filling filling, Plan plan) throws InterruptedException {
        try {
            fill.keys();
        } catch (FailedException e) {
            if (!SqlFailure.isDuplicate(e)) {
                throw e;
            }
            new TakenBack(filling, plan).run();
            fill.keys();
        }
    }
}
