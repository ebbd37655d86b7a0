package dev.changeover.follow;

import dev.changeover.Change;
import dev.changeover.ChangeBatch;
import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Namespace;
import dev.changeover.bson.Ids;
import dev.changeover.mongo.ChangeReader;
import dev.changeover.mongo.ChangeReader.StartPoint;
import dev.changeover.plan.Plan;
import dev.changeover.state.Ends;
import dev.changeover.state.Spool.Reset;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the change stream: which documents changed, into memory, and from there into the spool when no cut can take them
 * soon. It never waits for documents, so the oplog must only reach back as far as this is behind. Confined to one thread,
 * but for what it counts.
 */
final class Spooler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Spooler.class);

    /** How long an answer may take when nothing happens. */
    private static final Duration PATIENCE = Duration.ofMillis(500);

    /** The same while a change waits for time to go on. */
    private static final Duration HURRY = Duration.ofMillis(10);

    /** A source where nothing happens is asked for its time that often. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    /** Beside a copy no cut can be taken for long: then the spool is filled that often. */
    private static final Duration BESIDE_COPY = Duration.ofSeconds(5);

    private final Ends ends;
    private final Set<Namespace> planned;
    private final int eventsMost;
    private final Pending pending;
    private final AtomicLong events = new AtomicLong();
    private volatile boolean cutting;
    private volatile Optional<String> trouble = Optional.empty();
    private @Nullable ChangeReader reader;
    private Duration patience = PATIENCE;
    private long noted = System.nanoTime();
    private long spooled = System.nanoTime();

    Spooler(Ends ends, Plan plan, int eventsMost, Pending pending) {
        this.ends = ends;
        planned = Set.copyOf(plan.namespaces());
        this.eventsMost = eventsMost;
        this.pending = pending;
    }

    /** While cuts are taken, what fits the memory need not go to the spool. */
    void cutting(boolean now) {
        cutting = now;
    }

    /** Changes of documents of the plan's collections read so far. */
    long events() {
        return events.get();
    }

    /** What is being tried again. */
    Optional<String> trouble() {
        return trouble;
    }

    /** Goes on until interrupted; after passing failures the stream is opened anew, where it was. */
    void run() throws InterruptedException {
        while (true) {
            ends.target().until(this::step);
        }
    }

    private boolean step() throws InterruptedException {
        try {
            ChangeReader open = reader == null ? open() : reader;
            reader = open;
            read(open.next(patience), open.tellsCreations());
        } catch (FailedException e) {
            trouble = Optional.of(String.valueOf(e.getMessage()));
            close();
            throw e;
        } catch (RuntimeException | InterruptedException e) {
            close();
            throw e;
        }
        makeRoom();
        trouble = Optional.empty();
        return true;
    }

    private ChangeReader open() throws InterruptedException {
        Optional<ClusterTime> from = pending.lag().position();
        if (from.isEmpty()) {
            from = ends.state().spool().position();
        }
        ClusterTime start = from.orElse(ends.t0());
        pending.moveTo(start, start);
        return ends.source().changes(new StartPoint.At(start), eventsMost);
    }

    private void read(ChangeBatch batch, boolean tellsCreations) throws InterruptedException {
        Optional<ClusterTime> before = pending.lag().position();
        for (Change change : batch.changes()) {
            switch (change) {
                case Change.Document document -> {
                    if (planned.contains(document.namespace())) {
                        pending.add(document.namespace(), document.key(), document.at(), 1);
                        events.incrementAndGet();
                    }
                }
                case Change.Schema schema -> schema(schema);
            }
        }
        pending.tellsCreations(tellsCreations);
        pending.moveTo(batch.position(), batch.head());
        boolean moved = before.isEmpty() || batch.position().isAfter(before.get());
        boolean wanted = pending.wantsTime();
        boolean quiet = batch.changes().isEmpty() && !moved;
        if (quiet && (wanted || System.nanoTime() - noted > QUIET.toNanos())) {
            ClusterTime unused = ends.source().note("changeover asks for the time");
            noted = System.nanoTime();
            patience = HURRY;
        } else {
            patience = wanted || pending.isFilling() ? HURRY : PATIENCE;
        }
    }

    /** What happens to collections, applied by what it means, never by reading documents across it (I8, I20). */
    void schema(Change.Schema change) throws InterruptedException {
        Namespace namespace = change.namespace();
        switch (change.operation()) {
            case "createIndexes", "dropIndexes", "modify", "shardCollection", "refineCollectionShardKey" -> {}
            case "create" -> reset(namespace, change.at(), change.uuid());
            case "drop" -> reset(namespace, change.at(), Optional.empty());
            case "dropDatabase" -> {
                for (Namespace collection : planned) {
                    if (collection.database().equals(namespace.database())) {
                        reset(collection, change.at(), Optional.empty());
                    }
                }
            }
            case "rename" -> {
                reset(namespace, change.at(), Optional.empty());
                if (change.to().isPresent()) {
                    replace(change.to().get(), change.at(), change.uuid());
                }
            }
            case "invalidate" -> {
                pending.moveTo(change.at().after(), change.at()); // the last event of a database's stream
                throw new FailedException(new Failure.Transient(
                        "read the change stream", "the database was dropped, and its stream ended", Duration.ZERO));
            }
            default -> unknown(change);
        }
    }

    private void unknown(Change.Schema change) throws InterruptedException {
        if (change.namespace().collection().isEmpty()) {
            throw new FailedException(new Failure.Refused(
                    "follow " + change.namespace().database(),
                    "a change of a kind that this Changeover does not know: " + change.operation() + " at "
                            + change.at(),
                    "What PostgreSQL holds is MongoDB before that. Use a newer Changeover, or compare all rows: changeover"
                            + " run --resync."));
        }
        replace(change.namespace(), change.at(), change.uuid());
    }

    private void reset(Namespace namespace, ClusterTime at, Optional<UUID> uuid) {
        if (planned.contains(namespace)) {
            pending.add(new Reset(namespace, at, uuid));
        }
    }

    /** Its documents are others from now on, and no events tell which: all that are there now are read anew. */
    private void replace(Namespace namespace, ClusterTime at, Optional<UUID> uuid) throws InterruptedException {
        if (!planned.contains(namespace)) {
            return;
        }
        Optional<UUID> now = uuid.isPresent()
                ? uuid
                : ends.source().uuids(List.of(namespace)).getOrDefault(namespace, Optional.empty());
        reset(namespace, at, now);
        ends.source().ids(namespace, at, batch -> {
            for (int i = 0; i < batch.size(); i++) {
                pending.add(namespace, Ids.of(batch, i), at, 0);
            }
            if (pending.isFull()) {
                spool();
            }
        });
    }

    /** Waits for the next cut when memory is full, or spools when none is near. */
    private void makeRoom() throws InterruptedException {
        while (cutting && pending.awaitRoom()) {
            LOG.atTrace().log("waits for a cut to make room");
        }
        if (pending.isFull() || !cutting && System.nanoTime() - spooled > BESIDE_COPY.toNanos()) {
            spool();
        }
    }

    private void spool() throws InterruptedException {
        Pending.Held held = pending.held();
        ends.state().spool().add(ends.owner(), held.dirty(), held.resets(), held.position());
        pending.spooled();
        spooled = System.nanoTime();
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.close();
            reader = null;
        }
    }
}
