package dev.changeover.verify;

import dev.changeover.Namespace;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.Pg;
import java.util.ArrayList;
import java.util.List;

/** Counts documents and rows, both as of one cut: quick, and says nothing about what is in them. */
public final class Counting {
    private final Mongo mongo;
    private final Pg pg;
    private final Plan plan;
    private final VerifySettings settings;

    public Counting(Mongo mongo, Pg pg, Plan plan, VerifySettings settings) {
        this.mongo = mongo;
        this.pg = pg;
        this.plan = plan;
        this.settings = settings;
    }

    /** Where the source has no reads at an instant ({@code exact} false), what is written meanwhile may count on one side. */
    public record Count(Namespace namespace, long documents, long rows, boolean exact) {
        public boolean same() {
            return documents == rows;
        }
    }

    public List<Count> run() throws InterruptedException {
        List<Count> all = new ArrayList<>();
        for (CollectionPlan of : plan.collections()) {
            if (settings.meant().test(of.namespace())) {
                all.add(pg.until(() -> count(of)));
            }
        }
        return all;
    }

    private Count count(CollectionPlan of) throws InterruptedException {
        try (Pg.Session session = pg.session("count " + of.namespace());
                Snapshot snapshot = Snapshot.open(session, "count " + of.namespace())) {
            long rows = snapshot.tx().count(of.table());
            long documents = mongo.count(of.namespace(), snapshot.at());
            return new Count(of.namespace(), documents, rows, mongo.readsAnInstant(of.namespace()));
        }
    }
}
