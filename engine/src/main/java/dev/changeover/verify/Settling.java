package dev.changeover.verify;

import dev.changeover.ClusterTime;
import dev.changeover.IdBound;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.postgres.Pg;
import dev.changeover.state.Difference.Kind;
import dev.changeover.state.Spool;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Decides which differences are real where documents cannot be read as of the cut C, but only as of then or later: a change
 * that the cut does not have yet looks like a difference. It is one if and only if the document does not change in (C, R],
 * where R is the time of a no-op written after it was read (I12). Any change of that time is in a pass after C and up to the
 * first cut past R, and each pass marks those that it reads of the documents that are watched.
 */
final class Settling {
    private static final int ROUNDS = 6;
    private static final int LOOKS = 300;

    private final Sides sides;
    private final Snapshots snapshots;
    private final CollectionPlan plan;

    Settling(Sides sides, Snapshots snapshots, CollectionPlan plan) {
        this.sides = sides;
        this.snapshots = snapshots;
        this.plan = plan;
    }

    /** What is wrong of what is in doubt; what goes on changing is undecided. */
    Findings settle(Pg.Session session, Findings doubtful) throws InterruptedException {
        Findings real = new Findings(plan.namespace(), plan.table());
        real.addCertain(doubtful);
        Set<UUID> left = new HashSet<>(doubtful.doubts().keySet());
        for (int round = 0; round < ROUNDS && !left.isEmpty(); round++) {
            UUID watch = sides.state().suspects().watch(plan.namespace(), left);
            Findings now = again(session, doubtful, left);
            left.retainAll(now.doubts().keySet());
            boolean passed = left.isEmpty() || passed(session, sides.mongo().note("changeover verifies"));
            Set<UUID> proven = new HashSet<>(left);
            proven.retainAll(passed ? sides.state().suspects().untouched(watch) : Set.of());
            sides.state().suspects().forget(watch);
            real.add(now, proven);
            left.removeAll(proven);
            if (!passed) {
                break;
            }
        }
        real.undecided = left.size();
        return real;
    }

    /** Waits half a minute for a cut at or after {@code time}. */
    private boolean passed(Pg.Session session, ClusterTime time) throws InterruptedException {
        for (int look = 0; look < LOOKS; look++) {
            Optional<Spool.Cut> cut = sides.state().spool().cut();
            if (cut.isPresent() && !time.isAfter(cut.get().at())) {
                return true;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            try (var tx = session.begin("wait for the next cut")) {
                tx.texts("SELECT pg_sleep(0.1)::text");
            }
        }
        return false;
    }

    /** Compares what is left, rows and documents as they are now. */
    private Findings again(Pg.Session session, Findings doubtful, Set<UUID> left) throws InterruptedException {
        Findings.Doubt none = new Findings.Doubt(Kind.ORPHAN, Optional.empty());
        Map<UUID, Findings.Doubt> doubts = doubtful.doubts();
        List<UUID> rows = left.stream()
                .filter(id -> doubts.getOrDefault(id, none).kind() == Kind.SURPLUS)
                .toList();
        List<IdBound> keys = left.stream()
                .map(id -> doubts.getOrDefault(id, none))
                .filter(one -> one.kind() != Kind.SURPLUS)
                .flatMap(one -> one.key().stream())
                .toList();
        Findings found = new Findings(plan.namespace(), plan.table());
        try (Snapshot snapshot = snapshots.open(session, plan.namespace())) {
            if (!keys.isEmpty()) {
                found.add(
                        new PartComparison(plan)
                                .compare(
                                        snapshot.tx(),
                                        each -> sides.mongo().readAt(plan.namespace(), keys, snapshot.at(), each)),
                        left);
            }
            if (!rows.isEmpty()) {
                found.add(new RowsLookup(sides.mongo(), plan, rows.size()).of(snapshot, rows), left);
            }
            snapshots.requireSameCollection(snapshot);
        }
        return found;
    }
}
