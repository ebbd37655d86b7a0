package dev.changeover.verify;

import dev.changeover.ClusterTime;
import dev.changeover.IdBound;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.postgres.Pg;
import dev.changeover.state.Difference;
import dev.changeover.state.Spool;
import dev.changeover.state.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Decides which differences are real where documents cannot be read as of the cut, but only as of then or later: a change that
 * the cut does not have yet looks like a difference. A no-op is written after the documents were read; once a cut has passed
 * it, whatever was still to come has come. A document that differs in the same way before and after was passed over (I12).
 */
final class Settling {
    private static final int ROUNDS = 6;
    private static final int LOOKS = 300;

    private final Mongo mongo;
    private final State state;
    private final CollectionPlan plan;

    Settling(Mongo mongo, State state, CollectionPlan plan) {
        this.mongo = mongo;
        this.state = state;
        this.plan = plan;
    }

    /** What is wrong of what is in doubt; what goes on changing is undecided. */
    Findings settle(Pg.Session session, Findings doubtful) throws InterruptedException {
        Findings real = new Findings(plan.namespace(), plan.table());
        Map<UUID, List<Difference>> before = new HashMap<>();
        Set<UUID> left = new HashSet<>(doubtful.documentsInDoubt().keySet());
        left.addAll(doubtful.rowsInDoubt());
        for (int round = 0; round < ROUNDS && !left.isEmpty(); round++) {
            if (!passed(session, mongo.note("changeover verifies"))) {
                break;
            }
            Map<UUID, List<Difference>> now = differing(session, doubtful, left);
            left.retainAll(now.keySet());
            for (UUID id : List.copyOf(left)) {
                List<Difference> found = now.getOrDefault(id, List.of());
                if (found.equals(before.get(id))) {
                    real.add(found);
                    left.remove(id);
                }
            }
            before = now;
        }
        real.undecided = left.size();
        return real;
    }

    /** Waits half a minute for a cut at or after {@code time}. */
    private boolean passed(Pg.Session session, ClusterTime time) throws InterruptedException {
        for (int look = 0; look < LOOKS; look++) {
            Optional<Spool.Cut> cut = state.spool().cut();
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

    private Map<UUID, List<Difference>> differing(Pg.Session session, Findings doubtful, Set<UUID> left)
            throws InterruptedException {
        List<IdBound> keys = new ArrayList<>();
        doubtful.documentsInDoubt().forEach((id, key) -> {
            if (left.contains(id)) {
                keys.add(key);
            }
        });
        List<UUID> rows = doubtful.rowsInDoubt().stream().filter(left::contains).toList();
        List<Difference> found = new ArrayList<>();
        try (Snapshot snapshot = Snapshot.open(session, "compare " + plan.namespace() + " again")) {
            if (!keys.isEmpty()) {
                found.addAll(new PartComparison(plan)
                        .compare(snapshot.tx(), each -> mongo.readAt(plan.namespace(), keys, snapshot.at(), each))
                        .differences());
            }
            if (!rows.isEmpty()) {
                found.addAll(new RowsLookup(mongo, plan).of(snapshot, rows).differences());
            }
        }
        return found.stream().collect(Collectors.groupingBy(Difference::id));
    }
}
