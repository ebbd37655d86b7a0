package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.postgres.Pg;
import dev.changeover.state.Backfills;
import dev.changeover.state.Builds;
import dev.changeover.state.Drift;
import dev.changeover.state.Following;
import dev.changeover.state.Promises;
import dev.changeover.state.Runs;
import dev.changeover.state.State;
import dev.changeover.state.Watch;
import java.util.List;
import java.util.Optional;

/** What the target's own memory says of a migration. */
record Status(
        Runs.Row row,
        Optional<Watch.Beat> beat,
        Optional<Following> following,
        List<Watch.CollectionState> collections,
        List<Watch.Building> building,
        Watch.Limits limits,
        List<Builds.Failed> notBuilt,
        List<Drift.Field> drift,
        boolean newPlanWaits,
        List<Backfills.Open> backfills,
        List<Promises.TakenBack> takenBack) {
    /** What the target knows of its run; refused while none has begun. */
    static State begun(Pg pg, String during, String remedy) throws InterruptedException {
        Optional<State> found = State.find(pg);
        if (found.isEmpty() || found.get().runs().find().isEmpty()) {
            throw new FailedException(new Failure.Refused(during + " " + pg.shown(), "no run has begun there", remedy));
        }
        return found.get();
    }

    /** Empty while no run has begun. */
    static Optional<Status> read(State state) throws InterruptedException {
        Optional<Runs.Row> row = state.runs().find();
        if (row.isEmpty()) {
            return Optional.empty();
        }
        Watch watch = state.watch();
        return Optional.of(new Status(
                row.get(),
                watch.beat(),
                state.follower().read(),
                watch.collections(),
                watch.building(),
                watch.limits(),
                state.builds().failures(),
                state.drift().fields(),
                state.nextPlan().waits(),
                state.backfills().open(),
                state.promises().takenBack()));
    }

    boolean alive() {
        return beat.isPresent() && beat.get().isAlive();
    }
}
