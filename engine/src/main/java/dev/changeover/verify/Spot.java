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
        String during = "compare what came last";
        try (Pg.Session session = ends.target().session(during);
                Snapshot snapshot = Snapshot.open(session, during)) {
            for (Map.Entry<Namespace, List<IdBound>> some : keys.entrySet()) {
                Optional<CollectionPlan> collection = plan.of(some.getKey());
                if (collection.isPresent()) {
                    all.addAll(new PartComparison(ends.source(), collection.get())
                            .compare(snapshot, some.getValue())
                            .differences());
                    DerivedId ids = DerivedId.in(some.getKey());
                    all.addAll(new RowsLookup(ends.source(), collection.get())
                            .of(snapshot, some.getValue().stream().map(ids::of).toList())
                            .differences());
                }
            }
        }
        return all;
    }
}
