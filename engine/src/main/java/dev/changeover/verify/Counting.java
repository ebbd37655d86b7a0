package dev.changeover.verify;

import dev.changeover.Namespace;
import dev.changeover.Station;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.Pg;
import java.util.ArrayList;
import java.util.List;

/** Counts documents and rows, both as of one cut: quick, and says nothing about what is in them. */
public final class Counting {
    private final Sides sides;
    private final Plan plan;
    private final VerifySettings settings;

    public Counting(Sides sides, Plan plan, VerifySettings settings) {
        this.sides = sides;
        this.plan = plan;
        this.settings = settings;
    }

    /** Where the source has no reads at an instant ({@code exact} false), what is written meanwhile may count on one side. */
    public record Count(Namespace namespace, long documents, long rows, boolean exact) {
        public boolean same() {
            return documents == rows;
        }
    }

    public List<Count> run(Verification.Progress progress) throws InterruptedException {
        Snapshots snapshots = Snapshots.of(sides, settings, progress, Station.Listener.NONE);
        List<Count> all = new ArrayList<>();
        for (CollectionPlan of : settings.of(plan)) {
            all.add(sides.pg().until(() -> count(snapshots, of)));
        }
        return all;
    }

    private Count count(Snapshots snapshots, CollectionPlan of) throws InterruptedException {
        Namespace name = of.namespace();
        try (Pg.Session session = sides.pg().session("count " + name);
                Snapshot snapshot = snapshots.open(session, name)) {
            long rows = snapshot.tx().count(of.table());
            long documents = sides.mongo().count(name, snapshot.at());
            snapshots.requireSameCollection(snapshot);
            return new Count(name, documents, rows, sides.mongo().readsAnInstant(name));
        }
    }
}
