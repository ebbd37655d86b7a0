package dev.changeover.verify;

import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.mapping.DerivedId;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.Pg;
import dev.changeover.state.Difference;
import dev.changeover.state.Ends;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Compares a few documents and their rows at the last cut, those that are gone too, without noting it anywhere. */
public final class Spot {
    private Spot() {}

    /** What differs of the documents of {@code keys}, and of the rows that they have or should not have. */
    public static List<Difference> differences(Ends ends, Plan plan, Map<Namespace, List<IdBound>> keys)
            throws InterruptedException {
        List<Difference> all = new ArrayList<>();
        try (Pg.Session session = ends.target().session("compare what came last")) {
            for (Map.Entry<Namespace, List<IdBound>> some : keys.entrySet()) {
                Optional<CollectionPlan> collection = plan.of(some.getKey());
                if (collection.isPresent()) {
                    all.addAll(differences(ends, session, collection.get(), some.getValue()));
                }
            }
        }
        return all;
    }

    private static List<Difference> differences(Ends ends, Pg.Session session, CollectionPlan plan, List<IdBound> keys)
            throws InterruptedException {
        DerivedId ids = DerivedId.in(plan.namespace());
        try (Snapshot snapshot = Snapshot.open(session, ends.state(), plan.namespace())) {
            List<Difference> found = new ArrayList<>(new PartComparison(plan)
                    .compare(snapshot.tx(), each -> ends.source().readAt(plan.namespace(), keys, snapshot.at(), each))
                    .differences());
            found.addAll(new RowsLookup(ends.source(), plan, keys.size())
                    .of(snapshot, keys.stream().map(ids::of).toList())
                    .differences());
            return found;
        }
    }
}
