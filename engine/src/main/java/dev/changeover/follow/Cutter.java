package dev.changeover.follow;

import dev.changeover.ClusterTime;
import dev.changeover.Namespace;
import dev.changeover.Station;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import dev.changeover.state.Ends;
import dev.changeover.state.Owner;
import dev.changeover.state.Spool;
import dev.changeover.state.Spool.Dirty;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Takes cuts: brings PostgreSQL to MongoDB's state at one instant, in one transaction (I1). When more has changed than
 * fits one transaction, it first works off a part at a time; each key is then right at or after its last change, and the
 * cut is the pass that leaves none. Confined to one thread.
 */
final class Cutter {
    private final Mongo source;
    private final Pg target;
    private final Plan plan;
    private final Spool spool;
    private final Owner owner;
    private final int keysMost;
    private final Station.Listener stations;

    Cutter(Ends ends, Plan plan, int keysMost, Station.Listener stations) {
        source = ends.source();
        target = ends.target();
        spool = ends.state().spool();
        owner = ends.owner();
        this.plan = plan;
        this.keysMost = keysMost;
        this.stations = stations;
    }

    /** One pass at {@code at}; true when it left nothing behind, so that it is a cut. */
    boolean pass(ClusterTime at) throws InterruptedException {
        return target.until(() -> {
            try (Tx tx = target.begin("apply cut " + at)) {
                List<Dirty> due = spool.due(tx, at, keysMost + 1);
                boolean all = due.size() <= keysMost;
                List<Dirty> now = all ? due : due.subList(0, keysMost);
                apply(tx, now, at);
                spool.applied(tx, now, at);
                if (all) {
                    spool.reached(tx, owner, at);
                }
                stations.reached(Station.CUT_WRITTEN);
                tx.commit();
                stations.reached(Station.CUT_COMMITTED);
                return all;
            }
        });
    }

    private void apply(Tx tx, List<Dirty> dirty, ClusterTime at) throws InterruptedException {
        List<CutPass> passes = new ArrayList<>();
        byCollection(dirty).forEach((namespace, of) -> {
            Optional<CollectionPlan> collection = plan.of(namespace);
            collection.ifPresent(found -> passes.add(new CutPass(source, found, of)));
        });
        passes.forEach(pass -> pass.delete(tx));
        for (CutPass pass : passes) {
            pass.insert(tx, at);
        }
    }

    private static Map<Namespace, List<Dirty>> byCollection(List<Dirty> dirty) {
        Map<Namespace, List<Dirty>> groups = new LinkedHashMap<>();
        dirty.forEach(one ->
                groups.computeIfAbsent(one.namespace(), n -> new ArrayList<>()).add(one));
        return groups;
    }
}
