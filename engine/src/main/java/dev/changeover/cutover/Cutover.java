package dev.changeover.cutover;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.Station;
import dev.changeover.follow.Follow;
import dev.changeover.plan.Plan;
import dev.changeover.reverse.Reverse;
import dev.changeover.reverse.ReverseSettings;
import dev.changeover.state.Cutovers;
import dev.changeover.state.Cutovers.Stage;
import dev.changeover.state.Difference;
import dev.changeover.state.Ends;
import dev.changeover.verify.Spot;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * PostgreSQL takes charge: the fence, then a time after it, then the drain up to that time, then the flip, in this order and
 * no other (I9, I10). Whatever fails before the flip, or takes longer than the budget, is undone. Works beside a {@link
 * Follow} that takes cuts. Confined to one thread.
 */
final class Cutover {
    private static final Logger LOG = LoggerFactory.getLogger(Cutover.class);

    /** Documents; a thousand take a fifth of a second where all share two cores. */
    private static final int COMPARED_BEFORE = 1_000;

    private static final int COMPARED_WHILE_WRITES_WAIT = 250;

    private final Ends ends;
    private final Plan plan;
    private final Follow follow;
    private final Station.Listener stations;
    private final Undo undo;

    Cutover(Ends ends, Plan plan, Follow follow, Station.Listener stations) {
        this.ends = ends;
        this.plan = plan;
        this.follow = follow;
        this.stations = stations;
        undo = new Undo(ends);
    }

    /** True when PostgreSQL is in charge; otherwise it was undone, and its row says why. */
    boolean perform(Cutovers.Row asked) throws InterruptedException {
        try {
            follow.hurry(true);
            return undo.unlessItMoves(asked, () -> steps(asked));
        } finally {
            follow.hurry(false);
        }
    }

    private boolean steps(Cutovers.Row asked) throws InterruptedException {
        ends.state().cutovers().enter(ends.owner(), asked.number(), Stage.PREPARING);
        stations.reached(Station.CUTOVER_PREPARING);
        if (!asked.wish().unfenced()) {
            ends.source().fence().obstacle().ifPresent(obstacle -> {
                throw new FailedException(obstacle);
            });
        }
        ends.state().cutovers().met(ends.owner(), asked.number(), whoElseIsConnected());
        Plan both = Canary.with(plan, ends.source());
        Reverse.install(ends, both, Canary::isOf);
        Canary canary = new Canary(ends);
        long n = asked.number();
        canary.send(-n);
        requireCut(ends.source().note("changeover prepares to cut over"), Budget.PREPARATION);
        try (Reverse reverse = Reverse.begin(ends, both, ReverseSettings.USUAL, stations)) {
            compareWhatCameLast(COMPARED_BEFORE, false);
            canary.bringBack(-n, n, reverse); // what fails, or is slow for the first time, is so before writes wait
            return asked.wish().rehearsal() ? rehearse(asked, canary, reverse) : cutOver(asked, canary, reverse);
        }
    }

    /** Who will meet the fence: a person may not know of all. Only told, as who merely reads cannot be seen to. */
    private List<String> whoElseIsConnected() {
        try {
            return ends.source().otherClients().stream()
                    .map(client -> "connected to MongoDB: " + client)
                    .toList();
        } catch (FailedException mayNotLook) {
            return List.of("who else is connected to MongoDB is not known: " + Undo.told(mayNotLook));
        }
    }

    private boolean cutOver(Cutovers.Row asked, Canary canary, Reverse reverse) throws InterruptedException {
        Budget budget = Budget.begin(asked.wish().budget());
        try (budget) {
            boolean fence = !asked.wish().unfenced();
            ends.state().cutovers().fencing(ends.owner(), asked.number(), fence);
            stations.reached(Station.CUTOVER_FENCING);
            if (fence) {
                ends.source().fence().raise(budget.left());
            }
            stations.reached(Station.CUTOVER_FENCED);
            ClusterTime fenced = ends.source().note("changeover has fenced");
            ends.state().cutovers().draining(ends.owner(), asked.number(), fenced);
            stations.reached(Station.CUTOVER_DRAINING);
            drain(fenced, asked, canary, reverse, budget.left());
            stations.reached(Station.CUTOVER_DRAINED);
            budget.requireLeft();
            ends.state().cutovers().flip(ends.owner(), asked, fenced, budget.mostOfIt());
            stations.reached(Station.CUTOVER_MOVED);
        } catch (InterruptedException | RuntimeException e) {
            budget.requireLeft(); // else that is the reason, whatever came of it
            throw e;
        }
        ends.state().cutovers().paused(ends.owner(), asked.number(), budget.spent());
        LOG.atInfo().addKeyValue("millis", budget.spent().toMillis()).log("PostgreSQL is in charge; writes waited");
        return true;
    }

    /** Everything but the fence and the flip; says how long writes would have waited. */
    private boolean rehearse(Cutovers.Row asked, Canary canary, Reverse reverse) throws InterruptedException {
        Budget budget = Budget.begin(asked.wish().budget());
        try (budget) {
            drain(ends.source().note("changeover rehearses"), asked, canary, reverse, budget.left());
        } catch (InterruptedException | RuntimeException e) {
            budget.requireLeft(); // else that is the reason, whatever came of it
            throw e;
        }
        ends.state().cutovers().rehearsed(ends.owner(), asked.number(), budget.spent());
        return false;
    }

    /** PostgreSQL has all up to {@code fenced}; what came last is right, and the way back works. */
    private void drain(ClusterTime fenced, Cutovers.Row asked, Canary canary, Reverse reverse, Duration left)
            throws InterruptedException {
        requireCut(fenced, left);
        compareWhatCameLast(COMPARED_WHILE_WRITES_WAIT, !asked.wish().rehearsal());
        canary.bringBack(asked.number(), -asked.number(), reverse);
    }

    /** While writes go on, only what can be read as it was at the cut: else a row differs that is merely on its way. */
    private void compareWhatCameLast(int most, boolean writesWait) throws InterruptedException {
        Map<Namespace, List<IdBound>> keys = new LinkedHashMap<>(follow.recent(most));
        keys.keySet().removeIf(namespace -> !writesWait && !ends.source().readsAnInstant(namespace));
        List<Difference> differences = Spot.differences(ends, plan, keys);
        if (!differences.isEmpty()) {
            Difference first = differences.getFirst();
            throw new FailedException(new Failure.Refused(
                    "compare what came last",
                    "document " + first.mongoId() + " of " + first.namespace() + " and its row differ in "
                            + first.column(),
                    "Run changeover verify; --repair puts right what differs."));
        }
    }

    private void requireCut(ClusterTime at, Duration patience) throws InterruptedException {
        if (!follow.awaitCut(at, patience)) {
            throw new FailedException(new Failure.Refused(
                    "wait until PostgreSQL has all that MongoDB has",
                    "it had not within " + patience.toMillis() + " ms",
                    "Look at the lag: changeover status. Cut over when it is small."));
        }
    }
}
