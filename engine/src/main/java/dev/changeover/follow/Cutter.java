package dev.changeover.follow;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Namespace;
import dev.changeover.Station;
import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.MongoId;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.SqlFailure;
import dev.changeover.postgres.Tx;
import dev.changeover.state.Ends;
import dev.changeover.state.ReverseQueue;
import dev.changeover.state.Spool;
import dev.changeover.state.Spool.Dirty;
import dev.changeover.state.Spool.Reset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes cuts: brings PostgreSQL to MongoDB's state at one instant, in one transaction (I1). When more has changed than
 * fits one transaction, it first works off a part at a time; each key is then right at or after its last change, and the
 * cut is the pass that leaves none. Confined to one thread, but for what it counts.
 */
final class Cutter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Cutter.class);

    private final Ends ends;
    private final Plan plan;
    private final Pending pending;
    private final int keysMost;
    private final Station.Listener stations;
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong keys = new AtomicLong();
    private final Recent recent = new Recent();
    private Map<Namespace, Optional<UUID>> followed = Map.of();
    private Pg.@Nullable Session session;
    private Staging staging = new Staging();
    private boolean exact;
    private long sent;

    /** Unique values change hands between the passes of one cut: then every row that waits goes before any comes (I16). */
    private boolean clearing;

    /** A row bears the key of another, which nothing but damage does: then it goes before that one comes. */
    private boolean ousting;

    Cutter(Ends ends, Plan plan, Pending pending, int keysMost, Station.Listener stations) {
        this.ends = ends;
        this.plan = plan;
        this.pending = pending;
        this.keysMost = keysMost;
        this.stations = stations;
    }

    /** Rows written so far. */
    long rows() {
        return rows.get();
    }

    /** Documents read anew so far. */
    long keys() {
        return keys.get();
    }

    /** The documents that came last. */
    Recent recent() {
        return recent;
    }

    /** One pass at {@code at}; a cut when it left nothing behind. */
    Optional<Spool.Cut> pass(ClusterTime at) throws InterruptedException {
        String during = "apply the cut at " + at;
        Pg.Session open = session == null ? open(during) : session;
        long begun = System.nanoTime();
        boolean done = false;
        try (Tx tx = open.begin(during)) {
            ReverseQueue.quiet(tx); // what comes from MongoDB need not go back there
            Work work = due(tx, at);
            Optional<Spool.Cut> cut = write(tx, work, at);
            tx.commit();
            done = true;
            stations.reached(Station.CUT_COMMITTED);
            forget(work, at);
            LOG.atDebug()
                    .addKeyValue("at", at)
                    .addKeyValue("documents", work.documents())
                    .addKeyValue("cut", work.all())
                    .addKeyValue("millis", (System.nanoTime() - begun) / 1_000_000)
                    .log("pass");
            return cut;
        } finally {
            pending.stuck(!done);
            if (!done) {
                close(); // its temporary tables and its connection may be in any state
            }
        }
    }

    private Optional<Spool.Cut> write(Tx tx, Work work, ClusterTime at) throws InterruptedException {
        ends.owner().check(tx);
        ends.state().phases().requireMongoInCharge(tx); // I9
        stations.reached(Station.CUT_BEGUN);
        List<CollectionCut> cuts;
        try {
            cuts = apply(tx, work, at);
        } catch (FailedException e) {
            boolean inLaterPass = !work.all() && !clearing;
            if (!SqlFailure.isDuplicate(e) || !inLaterPass && ousting) {
                throw named(e, work);
            }
            clearing |= inLaterPass; // it has the row that holds the value now
            ousting = !inLaterPass;
            throw new FailedException(
                    new Failure.Transient(tx.during(), e.failure().reason(), Duration.ZERO), e);
        }
        if (!work.spooled().isEmpty()) {
            ends.state().spool().applied(tx, work.spooled(), at);
        }
        Optional<Spool.Cut> cut = noted(tx, work, at);
        if (!cuts.isEmpty() && ends.state().suspects().any(tx)) {
            cuts.forEach(of -> ends.state().suspects().touched(tx, of.namespace(), of.touched()));
        }
        stations.reached(Station.CUT_WRITTEN);
        return cut;
    }

    private Optional<Spool.Cut> noted(Tx tx, Work work, ClusterTime at) {
        if (work.all()) {
            return Optional.of(ends.state().spool().reached(tx, at, exact));
        }
        ends.state().spool().between(tx);
        return Optional.empty();
    }

    /** With the document whose row breaks a promise, where PostgreSQL says which row it is. */
    private FailedException named(FailedException e, Work work) {
        Optional<String> row = SqlFailure.broken(e).flatMap(SqlFailure.Broken::row);
        if (row.isEmpty() || !(e.failure() instanceof Failure.Refused refused)) {
            return e;
        }
        UUID id = UUID.fromString(row.get());
        return Stream.of(work.spooled(), work.held())
                .flatMap(List::stream)
                .filter(one -> one.id().equals(id))
                .findFirst()
                .map(one -> new FailedException(
                        new Failure.Refused(
                                refused.during(), refused.reason() + ": document " + shown(one), refused.remedy()),
                        e.getCause()))
                .orElse(e);
    }

    private String shown(Dirty one) {
        return plan.of(one.namespace())
                        .map(of -> MongoId.textOf(of.idType(), one.key().document()))
                        .orElse("")
                + " of " + one.namespace();
    }

    private Pg.Session open(String during) throws InterruptedException {
        followed = new HashMap<>(ends.state().spool().followed());
        staging = new Staging();
        exact = plan.namespaces().stream().allMatch(ends.source()::readsAnInstant);
        Pg.Session opened = ends.target().session(during);
        session = opened;
        return opened;
    }

    /** What a pass works off: keys of the spool and of the memory. {@code all}: nothing is left behind. */
    private record Work(List<Dirty> spooled, List<Dirty> held, List<Reset> resets, boolean all) {
        int documents() {
            return spooled.size() + held.size();
        }
    }

    /** The memory first, then the spool: keys go from there to here meanwhile. */
    private Work due(Tx tx, ClusterTime at) {
        Pending.Due held = pending.due(at);
        if (!held.backlog()) {
            return new Work(List.of(), held.dirty(), held.resets(), true);
        }
        List<Dirty> spooled = ends.state().spool().due(tx, at, keysMost + 1);
        return spooled.size() > keysMost
                ? new Work(spooled.subList(0, keysMost), List.of(), held.resets(), false)
                : new Work(spooled, held.dirty(), held.resets(), true);
    }

    private List<CollectionCut> apply(Tx tx, Work work, ClusterTime at) throws InterruptedException {
        Map<Namespace, Optional<UUID>> replaced = new LinkedHashMap<>();
        work.resets().forEach(reset -> replaced.put(reset.namespace(), reset.uuid()));
        replaced.forEach((namespace, uuid) -> {
            plan.of(namespace).ifPresent(collection -> Staging.empty(tx, collection));
            ends.state().spool().isFrom(tx, namespace, uuid, at);
            followed.put(namespace, uuid);
        });
        List<CollectionCut> cuts = byCollection(work);
        cuts.forEach(cut -> staging.begin(tx, cut));
        boolean clears = clearing && !work.all();
        if (clears) {
            clearChildren(tx, cuts, at);
        }
        Map<CollectionCut, Sent> sets = send(tx, cuts, at);
        Map<CollectionCut, List<UUID>> missing = missing(cuts);
        requireSameCollections(tx, missing.keySet(), at);
        missing.forEach((cut, ids) -> Staging.delete(tx, cut.plan(), ids));
        if (clears) {
            clear(tx, cuts, at);
        }
        sets.keySet().forEach(cut -> staging.deleteChanging(tx, cut.plan()));
        if (ousting) {
            sets.keySet().forEach(cut -> staging.oust(tx, cut.plan()));
        }
        sets.forEach((cut, set) -> staging.put(tx, cut.plan(), set.columns(), set.rows()));
        cuts.forEach(cut -> ends.state().drift().add(tx, cut.namespace(), cut.unknown()));
        return cuts;
    }

    private static Map<CollectionCut, List<UUID>> missing(List<CollectionCut> cuts) {
        Map<CollectionCut, List<UUID>> missing = new LinkedHashMap<>();
        for (CollectionCut cut : cuts) {
            List<UUID> ids = cut.missing();
            if (!ids.isEmpty()) {
                missing.put(cut, ids);
            }
        }
        return missing;
    }

    /** The rows of all documents that wait, those of later passes too: these bring them back. */
    private void clear(Tx tx, List<CollectionCut> cuts, ClusterTime at) {
        List<Dirty> held = pending.due(at).dirty();
        for (CollectionCut cut : cuts) {
            ends.state().spool().deleteDue(tx, cut.namespace(), cut.plan().table(), "id", at);
            Staging.delete(tx, cut.plan(), ids(held, cut.namespace()));
        }
    }

    /** Before anything is sent: the children of those rows, which may not be left without a parent. */
    private void clearChildren(Tx tx, List<CollectionCut> cuts, ClusterTime at) {
        List<Dirty> held = pending.due(at).dirty();
        for (CollectionCut cut : cuts) {
            for (FieldPlan.Child child : cut.plan().children()) {
                ends.state().spool().deleteDue(tx, cut.namespace(), child.table(), "parent_id", at);
            }
            Staging.deleteChildren(tx, cut.plan(), ids(held, cut.namespace()).toArray(UUID[]::new));
        }
    }

    private static List<UUID> ids(List<Dirty> dirty, Namespace of) {
        return dirty.stream()
                .filter(one -> one.namespace().equals(of))
                .map(Dirty::id)
                .toList();
    }

    private List<CollectionCut> byCollection(Work work) {
        Map<Namespace, Map<UUID, Dirty>> groups = new LinkedHashMap<>();
        for (List<Dirty> some : List.of(work.spooled(), work.held())) {
            some.forEach(one -> groups.computeIfAbsent(one.namespace(), n -> new LinkedHashMap<>())
                    .put(one.id(), one));
        }
        List<CollectionCut> cuts = new ArrayList<>();
        groups.forEach((namespace, of) -> plan.of(namespace)
                .ifPresent(collection -> cuts.add(new CollectionCut(collection, inOrder(of.values())))));
        return cuts;
    }

    /** By id, as neighbours are read and written with less work on both sides. */
    private static List<Dirty> inOrder(Collection<Dirty> dirty) {
        return dirty.stream().sorted(Comparator.comparing(Dirty::id)).toList();
    }

    /** A collection's own rows that were sent. */
    private record Sent(List<String> columns, long rows) {
        Sent plus(Sent other) {
            return new Sent(columns, rows + other.rows);
        }
    }

    /** Sends the documents that are there. */
    private Map<CollectionCut, Sent> send(Tx tx, List<CollectionCut> cuts, ClusterTime at) throws InterruptedException {
        Map<CollectionCut, Sent> sets = new LinkedHashMap<>();
        sent = 0;
        if (cuts.isEmpty()) {
            return sets;
        }
        try (Reading reading = new Reading(ends.source(), at, cuts).start()) {
            for (Optional<Reading.Piece> next = reading.next(); next.isPresent(); next = reading.next()) {
                DocumentMapper mapper = next.get().mapper();
                if (mapper.rows().getFirst().rows() > 0) {
                    if (!next.get().others().isEmpty()) {
                        next.get().cut().alsoSent(next.get().others());
                        Staging.deleteChildren(
                                tx, next.get().cut().plan(), next.get().others().toArray(UUID[]::new));
                    }
                    long own = mapper.rows().getFirst().rows();
                    sets.merge(next.get().cut(), new Sent(mapper.columns(0), own), Sent::plus);
                    sent += staging.send(tx, mapper);
                }
                reading.done(next.get());
            }
        }
        return sets;
    }

    /**
     * A document that is not there was deleted only if the collection is the one that its row is from: a read across a
     * drop or rename finds nothing and does not fail (I8). The stream will tell; until then no cut is taken.
     */
    private void requireSameCollections(Tx tx, Collection<CollectionCut> missing, ClusterTime at) {
        List<Namespace> doubtful =
                missing.stream().map(CollectionCut::namespace).toList();
        if (doubtful.isEmpty()) {
            return;
        }
        ends.source().uuids(doubtful).forEach((namespace, now) -> {
            Optional<UUID> known = followed.getOrDefault(namespace, Optional.empty());
            if (known.isEmpty() && now.isPresent() && !pending.tellsCreations()) {
                ends.state().spool().isFrom(tx, namespace, now, at);
                followed.put(namespace, now);
            } else if (!known.equals(now)) {
                throw new FailedException(new Failure.Transient(
                        tx.during(),
                        namespace + " was dropped, renamed or replaced, which the change stream has yet to say",
                        Duration.ofMillis(100)));
            }
        });
    }

    private void forget(Work work, ClusterTime at) throws InterruptedException {
        rows.addAndGet(sent);
        keys.addAndGet(work.documents());
        recent.add(work.spooled());
        recent.add(work.held());
        clearing &= !work.all();
        ousting = false;
        pending.applied(work.spooled(), work.resets(), at);
        pending.applied(work.held(), List.of(), at);
        if (work.all() && pending.hasBacklog()) {
            long seen = pending.spoolings();
            pending.backlog(ends.state().spool().isFilled(), seen);
        }
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
            session = null;
        }
    }
}
