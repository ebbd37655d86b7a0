package dev.changeover.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoCommandException;
import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.CollectionKind;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.ResumeToken;
import dev.changeover.bson.RawBatch;
import dev.changeover.source.ChunkReader;
import dev.changeover.source.CollectionFacts;
import dev.changeover.source.Source;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/** The source: one MongoDB deployment. The package's door. Thread-safe. */
public final class Mongo implements Source {
    private final Members members;
    private final Retry retry;
    private final Catalog catalog;
    private final Reads reads;
    private final Optional<String> database;
    private volatile Optional<Boolean> snapshots = Optional.empty();

    private Mongo(Members members, Optional<String> database) {
        this.members = members;
        this.database = database;
        retry = new Retry();
        catalog = new Catalog(members, retry, database);
        reads = new Reads(members, retry, catalog);
    }

    /**
     * Connects, and fails with {@code Unreachable} when no primary answers in time. Documents are read from secondaries
     * where there are some; {@code readPreference} in the URI says otherwise.
     */
    public static Mongo connect(String uri) {
        ConnectionString parsed = Connecting.parse(uri);
        return new Mongo(Connecting.reach(parsed), Optional.ofNullable(parsed.getDatabase()));
    }

    /** What the deployment is and can do, found by asking and by trying, not from a table of versions. */
    public ServerFacts facts() {
        return new Probes(members, retry, catalog, database).facts();
    }

    /** The cores of the primary's machine; empty where the user may not ask (privilege hostInfo), and on mongos. */
    public OptionalInt cores() {
        return new Probes(members, retry, catalog, database).cores();
    }

    /** Who else is connected to the primary, in words, with the number of connections; needs role clusterMonitor. */
    public List<String> otherClients() {
        return new Clients(members, retry).others();
    }

    /** The time of the oplog's first entry; empty where the user may not look, or the server does not answer. */
    public Optional<ClusterTime> oplogBegins() {
        return OplogFacts.begins(members.main());
    }

    /** Every namespace of the databases meant: the URI's one, or all but admin, local and config. */
    @Override
    public List<CollectionFacts> collections() {
        return catalog.collections();
    }

    /** About {@code size} documents chosen by the server at random; all of them, in order, of a smaller collection. */
    @Override
    public void sample(Namespace namespace, int size, Consumer<RawBatch> each) {
        long documents = catalog.size(namespace).documents();
        if (documents > 0 && documents <= size) {
            reads.scan(namespace, each);
        } else {
            reads.sample(namespace, size, each);
        }
    }

    /** Every document, in _id order. */
    @Override
    public void scan(Namespace namespace, Consumer<RawBatch> each) {
        reads.scan(namespace, each);
    }

    /** Which of {@code ids} are there: documents that hold their _id only, from the index alone, in no order. */
    @Override
    public void byIds(Namespace namespace, List<IdBound> ids, Consumer<RawBatch> each) {
        reads.byIds(namespace, ids, each);
    }

    /** Writes a no-op with majority and returns its time: later than every write acknowledged before the call. */
    public ClusterTime note(String message) {
        return new Heartbeat(members, retry, database.orElse("changeover")).note(message);
    }

    /** Opens the change stream at {@code t0} and returns its first token, to be stored before anything is copied. */
    public ResumeToken firstToken(ClusterTime t0) {
        return ChangeReader.firstToken(members, retry, database, t0);
    }

    /**
     * Which fields were updated of late, in an hour at most and as far back as the oplog goes, looked at for {@code budget} at
     * most; empty where the change stream cannot be had.
     */
    public Optional<List<UpdatedFields>> updatedFields(Duration budget) {
        Optional<ClusterTime> begins = oplogBegins();
        if (begins.isEmpty()) {
            return Optional.empty();
        }
        ClusterTime now = new Probes(members, retry, catalog, database).now();
        ClusterTime first = new ClusterTime(begins.get().seconds() + 1, 1); // the first entry itself may go any moment
        return new UpdatesLately(members, database).read(first, now, budget);
    }

    /** Opens the change stream with the first answer asked of it; each holds up to {@code eventsMost} events. */
    public ChangeReader changes(ChangeReader.StartPoint start, int eventsMost) {
        return new ChangeReader(members, database, start, eventsMost);
    }

    /**
     * True where documents can be read as they were at one instant; false for capped collections, and where the server
     * cannot do it at all.
     */
    public boolean readsAnInstant(Namespace namespace) {
        if (snapshots.isEmpty()) {
            snapshots = Optional.of(new Probes(members, retry, catalog, database).snapshotReads());
        }
        return snapshots.get() && catalog.kind(namespace) != CollectionKind.CAPPED;
    }

    /**
     * Those of the documents that are there at exactly {@code at}, or where {@link #readsAnInstant} is false at it or
     * later; in no order. A key is matched by MongoDB's equality, which is wider than that of bytes: look at the _id of
     * what comes. Fails with Transient when the server no longer has that instant: ask for a newer one.
     */
    public void readAt(Namespace namespace, List<IdBound> ids, ClusterTime at, Each each) throws InterruptedException {
        boolean exact = readsAnInstant(namespace);
        at(namespace, at, exact ? reads.snapshot(namespace, ids, at) : reads.after(namespace, ids, at), each);
    }

    /** The same for the documents of a chunk, in _id order. */
    public void readAt(Chunk chunk, ClusterTime at, Each each) throws InterruptedException {
        Namespace namespace = chunk.namespace();
        Retry.Ask ask = new Retry.Ask("read " + chunk + " at " + at, Catalog.read(namespace.database()));
        boolean exact = readsAnInstant(namespace);
        at(namespace, at, exact ? reads.chunkAt(ask, chunk, at) : reads.chunk(ask, chunk, at), each);
    }

    /** The same for the _id of the documents only, from the index alone. */
    public void idsAt(Namespace namespace, List<IdBound> ids, ClusterTime at, Each each) throws InterruptedException {
        keysAt(namespace, at, exact -> reads.idsAt(namespace, ids, at, exact), each);
    }

    /** The same of the first {@code most} documents from {@code from} on, in _id order. */
    public void idsFrom(Namespace namespace, IdBound from, int most, ClusterTime at, Each each)
            throws InterruptedException {
        keysAt(namespace, at, exact -> reads.idsFrom(namespace, from, most, at, exact), each);
    }

    private void keysAt(Namespace namespace, ClusterTime at, Function<Boolean, Cursor> opened, Each each)
            throws InterruptedException {
        at(namespace, at, opened.apply(readsAnInstant(namespace)), each);
    }

    /** How many documents there are at exactly {@code at}, or where {@link #readsAnInstant} is false at it or later. */
    public long count(Namespace namespace, ClusterTime at) throws InterruptedException {
        long[] documents = {0};
        Cursor counted = reads.count(namespace, at, readsAnInstant(namespace));
        at(namespace, at, counted, batch -> documents[0] = Reads.number(batch));
        return documents[0];
    }

    private void at(Namespace namespace, ClusterTime at, Cursor opened, Each each) throws InterruptedException {
        try {
            readAll(opened, each);
        } catch (FailedException e) {
            catalog.forget(namespace); // it may be capped now
            throw e.getCause() instanceof MongoCommandException refused && refused.getErrorCode() == Failures.NOT_YET
                    ? new FailedException(
                            new Failure.Transient(
                                    "read " + namespace, "the member's clock is behind " + at, Duration.ofMillis(200)),
                            e)
                    : e;
        }
    }

    /** Documents that hold their _id only: of all that are there, each at {@code at} or later. */
    public void ids(Namespace namespace, ClusterTime at, Each each) throws InterruptedException {
        readAll(reads.ids(namespace, at), each);
    }

    /**
     * The _id of about the {@code most}th document from {@code from} on, sooner where documents are large; empty when
     * fewer are left. To look for rare documents piece by piece, as a server that finds none says nothing meanwhile.
     */
    public Optional<IdBound> idAhead(Namespace namespace, Optional<IdBound> from, int most) {
        return reads.ahead(namespace, from, most);
    }

    /**
     * Documents that hold their _id only, in _id order, each at {@code at} or later: of the first {@code most} in
     * {@code range} that have one of {@code fields}, or with none of the first of all. The one of MaxKey may come too.
     */
    public void idsHaving(Chunk range, List<String> fields, int most, ClusterTime at, Each each)
            throws InterruptedException {
        readAll(reads.idsHaving(range, fields, most, at), each);
    }

    /** Takes what a cursor gives, batch by batch; a batch is overwritten by the next one. */
    public interface Each {
        void take(RawBatch batch) throws InterruptedException;
    }

    private static void readAll(Cursor opened, Each each) throws InterruptedException {
        try (Cursor cursor = opened) {
            for (Optional<RawBatch> some = cursor.next(); some.isPresent(); some = cursor.next()) {
                each.take(some.get());
            }
        }
    }

    /** What the server calls these collections for ever, whatever their names; empty where there is none. */
    public Map<Namespace, Optional<UUID>> uuids(Collection<Namespace> namespaces) {
        return catalog.uuids(namespaces);
    }

    /** Cuts a collection into ranges of its _id index of about {@code chunkBytes} each, without reading it all. */
    @Override
    public List<Chunk> split(Namespace namespace, long chunkBytes) {
        return new Splitter(catalog, reads).split(namespace, chunkBytes);
    }

    /**
     * Reads a chunk's documents in _id order, majority-committed and at or after {@code t0} (I5). What was read of a chunk
     * whose reading fails as transient is to be forgotten, and the chunk read again.
     */
    @Override
    public ChunkReader read(Chunk chunk, ClusterTime t0) {
        Retry.Ask ask =
                new Retry.Ask("read " + chunk, Catalog.read(chunk.namespace().database()));
        return Retry.once(ask, () -> reads.chunk(ask, chunk, t0));
    }

    /** Takes over the writing to this source that {@code fence} guards, from every earlier epoch. */
    public FencedWriter writer(UUID fence, long epoch) throws InterruptedException {
        return FencedWriter.take(members, fence, epoch);
    }

    /** What keeps all others from writing. */
    public WriteFence fence() {
        return new WriteFence(members, retry);
    }

    /** The database that is meant, where the URI names one. */
    public Optional<String> database() {
        return database;
    }

    @Override
    public void close() {
        retry.close();
        members.close();
    }
}
