package dev.changeover.verify;

import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.Station;
import dev.changeover.bson.Ids;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.Pg;
import dev.changeover.state.State;
import dev.changeover.state.Verifications;
import dev.changeover.state.Verifications.Found;
import dev.changeover.state.Verifications.Mode;
import dev.changeover.state.Verifications.RowsPlace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Compares all documents with their rows while both are written to (I12): each part of a collection at a cut of its own, so
 * that a difference is one, and not a change on its way. What is done is remembered part by part; a verification that was
 * stopped is gone on with. The package's door.
 */
public final class Verification {
    private final Sides sides;
    private final Mongo mongo;
    private final State state;
    private final Plan plan;
    private final VerifySettings settings;
    private final Station.Listener stations;
    private Progress progress = Progress.NONE;
    private @Nullable Snapshots snapshots;

    public Verification(Sides sides, Plan plan, VerifySettings settings, Station.Listener stations) {
        this.sides = sides;
        this.mongo = sides.mongo();
        this.state = sides.state();
        this.plan = plan;
        this.settings = settings;
        this.stations = stations;
    }

    /** Hears how far it is, from any of the workers' threads. */
    public interface Progress {
        Progress NONE = new Progress() {
            @Override
            public void begun(long parts) {}

            @Override
            public void compared(long parts) {}

            @Override
            public void waits(String reason) {}
        };

        /** How many parts are to be compared. */
        void begun(long parts);

        /** So many more are. */
        void compared(long parts);

        /** Nothing can be compared for now; said again and again. */
        void waits(String reason);
    }

    /** Runs to the end, once, and returns what is on record then. */
    public Verifications.Verification run(Progress told) throws InterruptedException {
        progress = told;
        try (Pg.Session alone = state.verifications().own()) {
            state.suspects().clear();
            snapshots = Snapshots.of(sides, settings, progress, stations);
            return settings.sample().isPresent() ? sample(settings.sample().getAsInt()) : full();
        }
    }

    private Verifications.Verification full() throws InterruptedException {
        List<CollectionPlan> meant = settings.of(plan);
        Verifications.Verification going = begin(meant);
        long id = going.id();
        List<Workers.Task> tasks = new ArrayList<>();
        long left = 0;
        Set<Namespace> ended = state.verifications().endedOf(id);
        for (CollectionPlan of : meant) {
            if (!ended.contains(of.namespace())) {
                List<Chunk> open = state.verifications().open(id, of.namespace());
                tasks.add(session -> rows(id, of, session)); // first, as it cannot be divided
                open.forEach(part -> tasks.add(session -> compare(id, of, session, part)));
                left += open.size();
            }
        }
        progress.begun(left);
        return done(id, tasks, meant.stream().filter(of -> !ended.contains(of.namespace())));
    }

    /** Does what is left of a verification, and ends it. */
    private Verifications.Verification done(long id, List<Workers.Task> tasks, Stream<CollectionPlan> left)
            throws InterruptedException {
        new Workers(sides.pg(), settings.workers()).run(tasks);
        for (CollectionPlan of : left.toList()) {
            state.verifications().ended(id, of.namespace());
        }
        state.verifications().ended(id);
        return state.verifications().find(id);
    }

    private Verifications.Verification begin(List<CollectionPlan> meant) throws InterruptedException {
        Set<Namespace> names = new LinkedHashSet<>();
        meant.forEach(of -> names.add(of.namespace()));
        Optional<Verifications.Verification> stopped =
                settings.fresh() ? Optional.empty() : state.verifications().unfinished(names, Optional.empty());
        if (stopped.isPresent()) {
            return stopped.get();
        }
        Map<Namespace, List<Chunk>> parts = new LinkedHashMap<>();
        names.forEach(
                name -> parts.put(name, mongo.split(name, settings.limits().partBytes())));
        return state.verifications().begin(intent(Mode.FULL, names.size()), parts);
    }

    private Verifications.Intent intent(Mode mode, int collections) {
        return new Verifications.Intent(
                mode, collections == plan.collections().size(), settings.who(), Optional.empty());
    }

    private Snapshots snapshots() {
        return Objects.requireNonNull(snapshots, "run() has begun");
    }

    /** All documents of a part, and the rows that it answers for. */
    private void compare(long id, CollectionPlan of, Pg.Session session, Chunk part) throws InterruptedException {
        compare(id, of, session, part, snapshot -> {
            Optional<IdRange> rows = IdRange.isIn(of) ? Optional.of(IdRange.of(of, part)) : Optional.empty();
            PartComparison comparison = new PartComparison(of, rows);
            Findings found = comparison.compare(snapshot.tx(), each -> mongo.readAt(part, snapshot.at(), each));
            if (rows.isPresent()) {
                lookup(of).rest(snapshot, rows.get(), comparison.foundInRange(), found);
            }
            return found;
        });
    }

    /** What is compared at one cut. */
    private interface AtACut {
        Findings compare(Snapshot snapshot) throws InterruptedException;
    }

    private void compare(long id, CollectionPlan of, Pg.Session session, Chunk part, AtACut compared)
            throws InterruptedException {
        ClusterTime at;
        Findings found;
        try (Snapshot snapshot = snapshots().open(session, of.namespace())) {
            at = snapshot.at();
            found = compared.compare(snapshot);
            snapshots().requireSameCollection(snapshot);
        }
        Findings settled = settled(of, session, found);
        state.verifications().compared(id, part, new Found(settled.counts(), settled.differences(), Optional.of(at)));
        progress.compared(1);
    }

    private RowsLookup lookup(CollectionPlan of) {
        return new RowsLookup(mongo, of, settings.limits().pageRows());
    }

    /** The rows that no part answers for. */
    private void rows(long id, CollectionPlan of, Pg.Session session) throws InterruptedException {
        RowsPlace place = state.verifications().rowsPlace(id, of.namespace());
        RowsLookup lookup = lookup(of);
        while (!place.done()) {
            ClusterTime at;
            RowsLookup.Looked looked;
            try (Snapshot snapshot = snapshots().open(session, of.namespace())) {
                at = snapshot.at();
                looked = IdRange.isIn(of) ? lookup.orphans(snapshot) : lookup.next(snapshot, place);
                snapshots().requireSameCollection(snapshot);
            }
            Findings found = settled(of, session, looked.found());
            state.verifications()
                    .looked(
                            id,
                            of.namespace(),
                            place,
                            looked.next(),
                            new Found(found.counts(), found.differences(), Optional.of(at)));
            place = looked.next();
        }
    }

    /** Of a source without reads at an instant, only what is proven to differ. */
    private Findings settled(CollectionPlan of, Pg.Session session, Findings found) throws InterruptedException {
        boolean certain = found.doubts().isEmpty() || mongo.readsAnInstant(of.namespace());
        return certain ? found : new Settling(sides, snapshots(), of).settle(session, found);
    }

    private Verifications.Verification sample(int size) throws InterruptedException {
        List<CollectionPlan> meant = settings.of(plan);
        Map<Namespace, List<Chunk>> parts = new LinkedHashMap<>();
        List<Workers.Task> tasks = new ArrayList<>();
        meant.forEach(of -> parts.put(of.namespace(), List.of(Chunk.whole(of.namespace()))));
        long id = state.verifications()
                .begin(intent(Mode.SAMPLE, meant.size()), parts)
                .id();
        progress.begun(meant.size());
        for (CollectionPlan of : meant) {
            tasks.add(session -> {
                List<IdBound> keys = chosen(of, size);
                compare(
                        id,
                        of,
                        session,
                        Chunk.whole(of.namespace()),
                        snapshot -> new PartComparison(of)
                                .compare(
                                        snapshot.tx(),
                                        each -> mongo.readAt(of.namespace(), keys, snapshot.at(), each)));
            });
        }
        return done(id, tasks, meant.stream());
    }

    /** At random, before the cut is known: those that are not there at it are passed over. */
    private List<IdBound> chosen(CollectionPlan of, int size) {
        Set<IdBound> keys = new LinkedHashSet<>();
        mongo.sample(of.namespace(), size, batch -> {
            for (int i = 0; i < batch.size() && keys.size() < size; i++) {
                keys.add(Ids.of(batch, i));
            }
        });
        return List.copyOf(keys);
    }
}
