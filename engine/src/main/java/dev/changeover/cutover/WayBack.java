package dev.changeover.cutover;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.reverse.Reverse;
import dev.changeover.state.Cutovers;
import dev.changeover.state.Cutovers.Stage;
import dev.changeover.state.Ends;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * MongoDB takes charge again: writes of PostgreSQL wait for the phase's lock, MongoDB gets what it does not have, the phase
 * moves, and only then is the fence lowered (I9, I10). Until the phase has moved, a failure or a crash leaves PostgreSQL in
 * charge by itself, as the lock goes with its session. Confined to one thread.
 */
final class WayBack {
    private static final Logger LOG = LoggerFactory.getLogger(WayBack.class);

    private final Ends ends;
    private final Reverse reverse;
    private final Station.Listener stations;
    private final Undo undo;

    WayBack(Ends ends, Reverse reverse, Station.Listener stations) {
        this.ends = ends;
        this.reverse = reverse;
        this.stations = stations;
        undo = new Undo(ends);
    }

    /** True when MongoDB is in charge; otherwise it was undone, and its row says why. */
    boolean perform(Cutovers.Row asked) throws InterruptedException {
        return undo.unlessItMoves(asked, () -> steps(asked));
    }

    private boolean steps(Cutovers.Row asked) throws InterruptedException {
        ends.state().cutovers().enter(ends.owner(), asked.number(), Stage.PREPARING);
        stations.reached(Station.BACK_PREPARING);
        Backlog backlog = new Backlog(ends, reverse);
        if (asked.wish().rehearsal()) {
            Duration rest = backlog.timeOfTheRest(asked.wish().budget());
            requireNoneHeld(asked);
            ends.state().cutovers().rehearsed(ends.owner(), asked.number(), rest);
            return false;
        }
        backlog.drainMost(asked.wish().budget());
        requireNoneHeld(asked);
        Budget budget = Budget.begin(asked.wish().budget());
        try (budget) {
            move(asked, budget);
        } catch (InterruptedException | RuntimeException e) {
            budget.requireLeft(); // else that is the reason, whatever came of it
            throw e;
        }
        undo.lowerIfNotInCharge();
        ends.state().cutovers().paused(ends.owner(), asked.number(), budget.spent());
        LOG.atInfo().addKeyValue("millis", budget.spent().toMillis()).log("MongoDB is in charge; writes waited");
        return true;
    }

    private void requireNoneHeld(Cutovers.Row asked) throws InterruptedException {
        long held = ends.state().reverse().held();
        if (held > 0 && !asked.wish().overridden().contains("held")) {
            throw new FailedException(new Failure.Refused(
                    "go back to MongoDB",
                    "MongoDB does not take " + held + " changes; changeover.reverse_held says which, and why",
                    "Change these rows, or leave them behind: --force held"));
        }
    }

    private void move(Cutovers.Row asked, Budget budget) throws InterruptedException {
        ends.state().cutovers().enter(ends.owner(), asked.number(), Stage.FENCING);
        stations.reached(Station.BACK_FENCING);
        try (Cutovers.Held writes = ends.state().cutovers().hold(budget.mostOfIt())) {
            stations.reached(Station.BACK_FENCED);
            reverse.drain();
            ClusterTime at = ends.source().note("changeover goes back to MongoDB");
            ends.state().cutovers().draining(ends.owner(), asked.number(), at);
            stations.reached(Station.BACK_DRAINED);
            budget.requireLeft();
            writes.giveBack(ends.owner(), asked, at);
            stations.reached(Station.BACK_MOVED);
        }
    }
}
