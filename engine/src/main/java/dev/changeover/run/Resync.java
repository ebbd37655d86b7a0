package dev.changeover.run;

import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Namespace;
import dev.changeover.Phase;
import dev.changeover.Station;
import dev.changeover.follow.Follow;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.Pg;
import dev.changeover.state.Ends;
import dev.changeover.state.Owner;
import dev.changeover.state.Spool;
import dev.changeover.state.State;
import dev.changeover.verify.Reconciliation;
import dev.changeover.verify.Verification;
import dev.changeover.verify.VerifyLimits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way back after changes were lost: the stream is opened at a new time, all rows are compared with their documents, and
 * the next cut brings what differs. Until then the tables stay what they were at the last cut.
 */
public final class Resync {
    private static final Logger LOG = LoggerFactory.getLogger(Resync.class);
    private static final String DURING = "begin a resync";

    private final Ends ends;
    private final Plan plan;
    private final Follow follow;
    private final Station.Listener stations;

    Resync(Ends ends, Plan plan, Follow follow, Station.Listener stations) {
        this.ends = ends;
        this.plan = plan;
        this.follow = follow;
        this.stations = stations;
    }

    /**
     * Notes that it is to be done; the next run does it, before it goes on. One that was begun already and can still be
     * ended is gone on with.
     */
    public static void begin(Mongo source, Pg target, VerifyLimits limits, String who) throws InterruptedException {
        State state = State.find(target).orElseThrow(Resync::notCopied);
        try (Owner owner = state.own(who);
                Pg.Session alone = state.verifications().own()) { // as what they have found is forgotten
            requireCopied(state);
            if (goesOn(source, state)) {
                return;
            }
            List<Namespace> collections =
                    new PlanHandover(target, state).current(Optional.empty()).namespaces();
            Since since = Since.note(source, collections, "changeover begins a resync");
            Map<Namespace, List<Chunk>> parts = new LinkedHashMap<>();
            collections.forEach(one -> parts.put(one, source.split(one, limits.partBytes())));
            state.resyncs().begin(owner, since.t0(), since.collections(), parts, who);
            LOG.atWarn()
                    .addKeyValue("t0", since.t0())
                    .log("resync begun: all rows are compared, and none are taken away before");
        }
    }

    private static void requireCopied(State state) throws InterruptedException {
        if (state.runs().find().flatMap(row -> row.copied()).isEmpty()) {
            throw notCopied();
        }
        if (state.phases().now().phase() == Phase.POSTGRES) {
            throw new FailedException(new Failure.Refused(
                    DURING,
                    "PostgreSQL is in charge, and its rows are not to be taken from MongoDB",
                    "changeover phase shows where things stand."));
        }
    }

    private static FailedException notCopied() {
        return new FailedException(new Failure.Refused(
                DURING, "no copy is complete there", "Begin the copy anew: changeover run --start-over"));
    }

    /** Whether one is open whose stream can still be read from where it was. */
    private static boolean goesOn(Mongo source, State state) throws InterruptedException {
        Optional<ClusterTime> position = state.spool().position();
        Optional<ClusterTime> begins = source.oplogBegins();
        return state.resyncs().open().isPresent()
                && position.isPresent()
                && begins.isPresent()
                && !begins.get().isAfter(position.get());
    }

    /** Ends the one that was begun. Changes are read beside it into the spool, and no cut is taken before. */
    void end(long id, int workers) throws InterruptedException {
        new Reconciliation(ends, plan.collections(), workers, VerifyLimits.USUAL, stations).run(id, new Told());
        ClusterTime compared = ends.source().note("changeover has compared");
        follow.spooledBeside(compared);
        Spool.Cut cut = follow.until(compared);
        ends.state().resyncs().ended(ends.owner(), id);
        LOG.atWarn().addKeyValue("cut", cut.at()).log("resync ended");
    }

    /** Tells the log every hundred parts. */
    private static final class Told implements Verification.Progress {
        private long all;
        private long done;

        @Override
        public synchronized void begun(long parts) {
            all = parts;
        }

        @Override
        public synchronized void compared(long parts) {
            done += parts;
            if (done % 100 == 0) {
                LOG.atInfo().addKeyValue("parts", done).addKeyValue("of", all).log("compared");
            }
        }

        @Override
        public void waits(String reason) {}
    }
}
