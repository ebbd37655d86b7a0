package dev.changeover.reverse;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.Station;
import dev.changeover.bson.Ids;
import dev.changeover.mongo.FencedWriter;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.RowsById;
import dev.changeover.postgres.Tx;
import dev.changeover.state.Ends;
import dev.changeover.state.ReverseQueue;
import dev.changeover.state.ReverseQueue.Entry;
import dev.changeover.state.ReverseQueue.Held;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * MongoDB follows PostgreSQL: the package's door. A pass takes queue entries and their rows from one snapshot, brings the
 * documents to them in one MongoDB transaction behind the fence, and only then removes exactly those entries (I15).
 * Confined to one thread.
 */
public final class Reverse implements AutoCloseable {
    private static final String READ = "read what changed in PostgreSQL";

    private final Ends ends;
    private final ReverseQueue queue;
    private final ReverseSettings settings;
    private final Station.Listener stations;
    private final Map<Namespace, CollectionWriter> collections = new LinkedHashMap<>();
    private final FencedWriter writer;
    /** Something was written since what is held was last tried. */
    private boolean moved = true;

    private Reverse(Ends ends, Plan plan, ReverseSettings settings, Station.Listener stations, FencedWriter writer) {
        this.ends = ends;
        this.settings = settings;
        this.stations = stations;
        this.writer = writer;
        queue = ends.state().reverse();
        for (CollectionPlan collection : plan.collections()) {
            collections.put(collection.namespace(), new CollectionWriter(collection));
        }
    }

    /**
     * From here on the tables queue what changes, and those not {@code open} change only while PostgreSQL is in charge. What
     * is there already is taken to be in MongoDB.
     */
    public static void install(Ends ends, Plan plan, Predicate<CollectionPlan> open) throws InterruptedException {
        ends.state().reverse().install(ends.owner(), plan, open);
    }

    /** The tables queue no more; what is queued stays. */
    public static void remove(Ends ends, Plan plan) throws InterruptedException {
        ends.state().reverse().remove(ends.owner(), plan, ends.target().facts().major());
    }

    /** Becomes the one that writes to MongoDB, whatever an earlier process still has open. */
    public static Reverse begin(Ends ends, Plan plan, ReverseSettings settings, Station.Listener stations)
            throws InterruptedException {
        FencedWriter writer = ends.target()
                .until(() -> ends.source()
                        .writer(ends.state().reverse().fence(), ends.owner().epoch()));
        return new Reverse(ends, plan, settings, stations, writer);
    }

    /** What one snapshot shows; {@code entries} of number 0 are not queued, but held. */
    private record Shown(List<Entry> entries, List<Dirty> dirty, List<Held> held) {}

    /** Passes until the queue is empty as of one snapshot, and what is held stays so. */
    public Pass drain() throws InterruptedException {
        Pass all = Pass.NOTHING;
        do {
            all = all.plus(pass());
        } while (all.more());
        return all;
    }

    /** Works off some of the queue; again after passing failures, from a newer snapshot. */
    public Pass pass() throws InterruptedException {
        boolean[] failed = {false};
        return ends.target().until(() -> {
            if (failed[0]) {
                writer.resume();
            }
            failed[0] = true;
            return once();
        });
    }

    private Pass once() throws InterruptedException {
        Shown shown = ends.target().transaction(READ, this::look);
        if (shown.entries().isEmpty()) {
            return Pass.NOTHING;
        }
        boolean again = shown.entries().getFirst().seq() == 0;
        moved &= !again;
        Pass documents = bring(shown);
        Set<Namespace> whole = new LinkedHashSet<>();
        shown.entries().stream().filter(e -> e.id().isEmpty()).forEach(e -> whole.add(e.namespace()));
        for (Namespace namespace : whole) {
            documents = documents.plus(everyDocument(namespace));
        }
        stations.reached(Station.REVERSE_COMMITTED);
        ends.target().change("note what MongoDB has", tx -> {
            ends.owner().check(tx);
            queue.done(tx, shown.entries().stream().map(Entry::seq).toList());
        });
        moved |= documents.written() > 0;
        long queued = again ? 0 : shown.entries().size();
        return new Pass(queued, documents.documents(), documents.written(), documents.held(), true);
    }

    private Shown look(Tx tx) {
        tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
        ends.owner().check(tx);
        List<Entry> entries = queue.read(tx, settings.documentsMost());
        if (entries.isEmpty() && moved) {
            entries = queue.held(tx, settings.documentsMost());
        }
        Map<Namespace, List<Entry>> byCollection = new LinkedHashMap<>();
        for (Entry entry : entries) {
            if (entry.id().isPresent()) {
                byCollection
                        .computeIfAbsent(entry.namespace(), n -> new ArrayList<>())
                        .add(entry);
            }
        }
        List<Dirty> dirty = new ArrayList<>();
        List<Held> held = new ArrayList<>();
        byCollection.forEach((namespace, some) -> new Look(collection(namespace), dirty, held).take(tx, some));
        return new Shown(entries, dirty, held);
    }

    private CollectionWriter collection(Namespace namespace) {
        CollectionWriter found = collections.get(namespace);
        if (found == null) {
            throw new FailedException(new Failure.Refused(
                    READ,
                    namespace + " is queued, but the plan does not have it",
                    "Use the plan by which the triggers were made."));
        }
        return found;
    }

    /** Brings the documents to the rows, in one transaction, and remembers those that cannot be. */
    private Pass bring(Shown shown) throws InterruptedException {
        Transfer.Done done = shown.dirty().isEmpty()
                ? Transfer.Done.NOTHING
                : new Transfer(writer, collections, stations).bring(shown.dirty());
        List<Held> held = new ArrayList<>(shown.held());
        held.addAll(done.held());
        Map<Namespace, Set<UUID>> settled = new HashMap<>();
        shown.entries()
                .forEach(e -> e.id().ifPresent(id -> settled.computeIfAbsent(e.namespace(), n -> new LinkedHashSet<>())
                        .add(id)));
        held.forEach(h -> settled.getOrDefault(h.namespace(), Set.of()).remove(h.id()));
        ends.target().change("note what MongoDB does not take", tx -> {
            ends.owner().check(tx);
            settled.forEach((namespace, ids) -> queue.settled(tx, namespace, ids));
            queue.hold(tx, held);
        });
        return new Pass(0, shown.dirty().size(), done.written(), held.size(), false);
    }

    /** Every document that is in MongoDB is looked at: after TRUNCATE, of the table or of a child's. */
    private Pass everyDocument(Namespace namespace) throws InterruptedException {
        CollectionWriter collection = collection(namespace);
        List<IdBound> keys = new ArrayList<>();
        Pass[] all = {Pass.NOTHING};
        ends.source().ids(namespace, ends.source().note("list what a TRUNCATE leaves"), batch -> {
            for (int i = 0; i < batch.size(); i++) {
                keys.add(Ids.of(batch, i));
                if (keys.size() == settings.documentsMost()) {
                    all[0] = all[0].plus(these(collection, keys));
                    keys.clear();
                }
            }
        });
        return keys.isEmpty() ? all[0] : all[0].plus(these(collection, keys));
    }

    private Pass these(CollectionWriter collection, Collection<IdBound> keys) throws InterruptedException {
        Shown shown = ends.target().transaction(READ, tx -> {
            tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            ends.owner().check(tx);
            Map<UUID, IdBound> byId = new LinkedHashMap<>();
            keys.forEach(key -> byId.put(collection.id(key), key));
            RowsById.Found found = collection.read(tx, byId.keySet());
            List<Dirty> dirty = new ArrayList<>();
            List<Entry> looked = new ArrayList<>();
            byId.forEach((id, key) -> {
                dirty.add(new Dirty(collection.namespace(), id, key, found.of(id)));
                looked.add(new Entry(0, collection.namespace(), Optional.of(id), Optional.empty(), Optional.empty()));
            });
            return new Shown(looked, dirty, List.of());
        });
        return bring(shown);
    }

    @Override
    public void close() {
        writer.close();
    }
}
