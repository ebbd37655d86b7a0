package dev.changeover.verify;

import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.Namespace;
import dev.changeover.Station;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.postgres.Pg;
import dev.changeover.state.Ends;
import dev.changeover.state.Resyncs;
import dev.changeover.state.Spool.Dirty;
import dev.changeover.state.Verifications.Found;
import dev.changeover.state.Verifications.RowsPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Compares all rows with all documents after changes were lost, and spools what differs. Rows are of no cut then, so each
 * document is read as it is now, after the stream was opened: what is equal is right from then on, as whatever changes later
 * is in the stream; what differs is read anew by a cut, and if it differed for a moment only, no harm is done.
 */
public final class Reconciliation {
    private final Ends ends;
    private final List<CollectionPlan> collections;
    private final int workers;
    private final VerifyLimits limits;
    private final Station.Listener stations;

    public Reconciliation(
            Ends ends, List<CollectionPlan> collections, int workers, VerifyLimits limits, Station.Listener stations) {
        this.ends = ends;
        this.collections = List.copyOf(collections);
        this.workers = workers;
        this.limits = limits;
        this.stations = stations;
    }

    /** Does what is left of it. No cut may be taken meanwhile. */
    public void run(long id, Verification.Progress progress) throws InterruptedException {
        List<Workers.Task> tasks = new ArrayList<>();
        long left = 0;
        for (CollectionPlan of : collections) {
            List<Chunk> open = ends.state().verifications().open(id, of.namespace());
            open.forEach(range -> tasks.add(session -> {
                part(id, of, session, range);
                progress.compared(1);
            }));
            tasks.add(session -> rows(id, of, session));
            left += open.size();
        }
        progress.begun(left);
        new Workers(ends.target(), workers).run(tasks);
    }

    private void part(long id, CollectionPlan of, Pg.Session session, Chunk range) throws InterruptedException {
        ClusterTime at = ends.source().note("changeover compares");
        Findings found;
        try (Snapshot snapshot = Snapshot.now(session, of.namespace(), at)) {
            stations.reached(Station.VERIFY_SNAPSHOT);
            found = new PartComparison(ends.source(), of).compare(snapshot, range);
        }
        stations.reached(Station.VERIFY_READ);
        ends.state().resyncs().compared(ends.owner(), id, range, told(found, at), wrong(of.namespace(), found, at));
    }

    private void rows(long id, CollectionPlan of, Pg.Session session) throws InterruptedException {
        RowsPlace place = ends.state().verifications().rowsPlace(id, of.namespace());
        RowsLookup lookup = new RowsLookup(ends.source(), of, limits.pageRows());
        while (!place.done()) {
            ClusterTime at = ends.source().note("changeover compares");
            RowsLookup.Looked looked;
            try (Snapshot snapshot = Snapshot.now(session, of.namespace(), at)) {
                stations.reached(Station.VERIFY_SNAPSHOT);
                looked = lookup.next(snapshot, place);
            }
            stations.reached(Station.VERIFY_READ);
            ends.state()
                    .resyncs()
                    .looked(
                            ends.owner(),
                            id,
                            of.namespace(),
                            new Resyncs.Looked(place, looked.next(), told(looked.found(), at)),
                            wrong(of.namespace(), looked.found(), at));
            place = looked.next();
        }
    }

    private static Found told(Findings found, ClusterTime at) {
        return new Found(found.counts(), found.differences(), at);
    }

    private static Resyncs.Wrong wrong(Namespace namespace, Findings found, ClusterTime at) {
        List<Dirty> present = new ArrayList<>();
        List<Dirty> absent = new ArrayList<>();
        found.doubts()
                .forEach((id, doubt) -> doubt.key()
                        .ifPresentOrElse(
                                key -> present.add(new Dirty(namespace, id, key, at, at)),
                                () -> absent.add(Dirty.withoutDocument(namespace, id, at))));
        for (UUID parent : found.orphaned()) {
            absent.add(Dirty.withoutDocument(namespace, parent, at));
        }
        return new Resyncs.Wrong(present, absent);
    }
}
