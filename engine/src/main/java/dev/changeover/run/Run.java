package dev.changeover.run;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.cutover.Canary;
import dev.changeover.cutover.Direction;
import dev.changeover.cutover.Undo;
import dev.changeover.follow.Follow;
import dev.changeover.follow.FollowSettings;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.Plan;
import dev.changeover.planfile.PlanFile;
import dev.changeover.postgres.Pg;
import dev.changeover.state.Ends;
import dev.changeover.state.Owner;
import dev.changeover.state.Runs;
import dev.changeover.state.Spool;
import dev.changeover.state.State;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A run: its steps, in order, each of which goes on where an earlier process was stopped. The package's door. */
public final class Run {
    private static final Logger LOG = LoggerFactory.getLogger(Run.class);

    private final Mongo source;
    private final Pg target;
    private final RunSettings settings;
    private final Station.Listener stations;
    private final Gauge gauge = new Gauge();

    public Run(Mongo source, Pg target, RunSettings settings, Station.Listener stations) {
        this.source = source;
        this.target = target;
        this.settings = settings;
        this.stations = stations;
    }

    /** May be asked from any thread, at any time. */
    public Progress progress() {
        return gauge.progress();
    }

    /**
     * Schema, copy, keys, count, first cut, indexes; then it follows, up to {@code until}. Interruption stops it between
     * two batches; nothing is lost by that.
     *
     * @param sourceName host and database of the source, without user and password
     * @param file changeover.yaml's text
     */
    public Summary until(Until until, String sourceName, String file) throws InterruptedException {
        ClusterTime given = source.note("changeover runs");
        Plan wanted = PlanFile.parse(file).plan(); // before anything is dropped for it
        return new Ownership(target, settings, gauge).during(Optional.of(source), (state, owner) -> {
            Begun begun = begin(sourceName, file, wanted, state, owner);
            Ends ends = new Ends(source, target, state, owner, t0(begun, state, owner));
            new Undo(ends).whatIsLeft();
            if (begun.row().copied().isEmpty()
                    || until != Until.COPIED
                    || state.resyncs().open().isPresent()) {
                follow(ends, begun, until, given);
            }
        });
    }

    /** The run as it is stored, and the plan to go on with. */
    private record Begun(Runs.Row row, Plan plan) {}

    private Begun begin(String sourceName, String file, Plan wanted, State state, Owner owner)
            throws InterruptedException {
        Runs.Row row = state.runs().begin(owner, sourceName, file);
        PlanChange change = PlanChange.between(PlanFile.parse(row.plan()).plan(), wanted);
        if (row.copied().isEmpty()) {
            if (row.source().startsWith(FileRun.FILES)) {
                throw new FailedException(new Failure.Refused(
                        "copy from " + sourceName,
                        "a copy from files has begun and is not at its end: " + row.source(),
                        "End it with: changeover run --from; or begin anew with --start-over."));
            }
            change.refuse();
            state.runs().replan(owner, file);
            return new Begun(row, wanted);
        }
        PlanHandover handover = new PlanHandover(target, state);
        if (change.isNothing()) { // another may wait to be taken over, which this file does not know
            return new Begun(row, handover.takeOverOrKeep(owner, wanted, stations));
        }
        List<String> unused = handover.offer(file);
        return new Begun(row, handover.takeOver(owner, stations));
    }

    /** The stream is read from the first moment on, beside the copy. Between two followings a new plan may come. */
    private void follow(Ends ends, Begun begun, Until until, ClusterTime given) throws InterruptedException {
        Plan plan = begun.plan();
        boolean copied = begun.row().copied().isPresent();
        if (!copied) {
            ends.state().tables().create(ends.owner(), plan, settings.useExistingTables());
            stations.reached(Station.TABLES_CREATED);
        }
        while (true) {
            Direction direction = new Direction(ends, plan, stations);
            if (isThere(until, direction)) {
                return;
            }
            try (Follow follow = new Follow(
                    ends,
                    Canary.with(plan, source),
                    FollowSettings.fitting(settings.copy().heapBytes()),
                    stations)) {
                follow.start();
                gauge.watch(follow);
                if (!copied) {
                    copy(plan, ends, begun.row(), follow);
                    copied = true;
                } else {
                    resync(plan, ends, follow);
                }
                if (isThere(until, follow, given)) {
                    return;
                }
                gauge.step(Step.FOLLOW);
                try (Direction.Watch watch = direction.watch(follow)) {
                    follow.untilNewPlan(watch::isOver);
                }
            }
            plan = new PlanHandover(target, ends.state()).takeOverOrKeep(ends.owner(), plan, stations);
        }
    }

    /** Ends the one that was begun, if there is one. */
    private void resync(Plan plan, Ends ends, Follow follow) throws InterruptedException {
        Optional<Long> open = ends.state().resyncs().open();
        if (open.isPresent()) {
            gauge.step(Step.RESYNC);
            new Resync(ends, plan, follow, stations)
                    .end(open.get(), settings.copy().workers());
        }
    }

    /** Follows in reverse while PostgreSQL is in charge; true where the run is to end then. */
    private boolean isThere(Until until, Direction direction) throws InterruptedException {
        if (!direction.isReversed()) {
            return false;
        }
        gauge.step(Step.REVERSE);
        direction.reverse(until != Until.STOPPED, gauge::passed);
        return until != Until.STOPPED;
    }

    /** Goes on up to where the run is to end; false where it has no end. */
    private boolean isThere(Until until, Follow follow, ClusterTime given) throws InterruptedException {
        if (until == Until.CAUGHT_UP) {
            gauge.step(Step.CATCH_UP);
            Spool.Cut unused = follow.until(given);
        }
        return until != Until.STOPPED;
    }

    /** Noted with majority, and the stream opened at it, before anything is read (I5). */
    private ClusterTime t0(Begun begun, State state, Owner owner) throws InterruptedException {
        if (begun.row().start().isPresent()) {
            return begun.row().start().get().t0();
        }
        Since since = Since.note(source, begun.plan().namespaces(), "changeover begins to copy");
        state.spool().follow(owner, since.collections());
        ClusterTime stored = state.runs()
                .noted(owner, new Runs.Start(since.t0(), source.firstToken(since.t0())))
                .t0();
        LOG.atInfo().addKeyValue("t0", stored).log("noted");
        stations.reached(Station.T0_NOTED);
        return stored;
    }

    private void copy(Plan plan, Ends ends, Runs.Row row, Follow follow) throws InterruptedException {
        Fill fill = new Fill(ends.filling(), plan, settings.copy(), gauge, stations);
        fill.copy();
        fill.keys();
        fill.count(row.counted());
        gauge.step(Step.DRAIN);
        Spool.Cut unused = follow.until(source.note("changeover has copied"));
        fill.indexes(); // after a cut, as only then what is unique in MongoDB is unique here
    }
}
