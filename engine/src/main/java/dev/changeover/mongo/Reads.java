package dev.changeover.mongo;

import com.mongodb.client.MongoClient;
import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonValues;
import dev.changeover.bson.Ids;
import dev.changeover.bson.RawBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonMaxKey;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;

/** Builds and opens the cursors that read documents. Thread-safe. */
final class Reads {
    /** What a batch should weigh; documents larger than that come alone. */
    private static final long BATCH_BYTES = 2 << 20;

    private static final int MOST_IN_BATCH = 100_000;
    private static final int IDS_A_BATCH = 20_000;

    /** Batches that the server may look through for one answer: far within any timeout. */
    private static final int LOOKED_AT = 128;

    private static final BsonDocument BY_ID = BsonDocument.parse("{_id: 1}");
    private static final BsonDocument AT_MAX_KEY = new BsonDocument("_id", new BsonMaxKey());
    private static final IdBound MAX_KEY = new IdBound(new byte[] {10, 0, 0, 0, 0x7F, '_', 'i', 'd', 0, 0});

    private final Members members;
    private final Retry retry;
    private final Catalog catalog;

    Reads(Members members, Retry retry, Catalog catalog) {
        this.members = members;
        this.retry = retry;
        this.catalog = catalog;
    }

    /** A chunk's reader; nothing is asked of the server before its first batch is. */
    Cursor chunk(Retry.Ask ask, Chunk chunk, ClusterTime t0) {
        return chunk(ask, chunk, majorityAfter(t0));
    }

    /** A chunk as it was at one instant. */
    Cursor chunkAt(Retry.Ask ask, Chunk chunk, ClusterTime at) {
        return chunk(ask, chunk, snapshotAt(at));
    }

    private Cursor chunk(Retry.Ask ask, Chunk chunk, BsonDocument concern) {
        Namespace namespace = chunk.namespace();
        int batch = batchSize(namespace);
        List<BsonDocument> finds = new ArrayList<>();
        for (BsonDocument find : ranges(chunk)) {
            finds.add(find.append("batchSize", new BsonInt32(batch)).append("readConcern", concern));
        }
        return cursor(namespace, ask, finds, batch);
    }

    /**
     * The finds that together hold a chunk. Beside a {@code min}, most collections take a missing {@code max} for MaxKey
     * and leave that key out, clustered ones do not: so the end is said, and that key is read by itself.
     */
    private List<BsonDocument> ranges(Chunk chunk) {
        BsonDocument range = ordered(chunk.namespace());
        chunk.from().ifPresent(from -> range.append("min", document(from)));
        chunk.to().ifPresent(to -> range.append("max", document(to)));
        if (chunk.from().isEmpty() || chunk.to().isPresent()) {
            return List.of(range);
        }
        BsonDocument last = ordered(chunk.namespace()).append("filter", AT_MAX_KEY);
        return chunk.from().get().equals(MAX_KEY)
                ? List.of(last)
                : List.of(range.append("max", document(MAX_KEY)), last);
    }

    void scan(Namespace namespace, Consumer<RawBatch> each) {
        each(namespace, "read " + namespace, ordered(namespace), each);
    }

    void sample(Namespace namespace, int size, Consumer<RawBatch> each) {
        BsonDocument stage = new BsonDocument("$sample", new BsonDocument("size", new BsonInt64(size)));
        BsonDocument aggregate = new BsonDocument("aggregate", new BsonString(namespace.collection()))
                .append("pipeline", new BsonArray(List.of(stage)))
                .append("allowDiskUse", BsonBoolean.TRUE);
        each(namespace, "sample " + namespace, aggregate, each);
    }

    /** The _id of every document, from the index alone, each at {@code at} or later. */
    Cursor ids(Namespace namespace, ClusterTime at) {
        BsonDocument find = ordered(namespace)
                .append("projection", BY_ID)
                .append("batchSize", new BsonInt32(IDS_A_BATCH))
                .append("readConcern", majorityAfter(at));
        Retry.Ask ask = new Retry.Ask("list the keys of " + namespace, Catalog.read(namespace.database()));
        return cursor(namespace, ask, List.of(find), IDS_A_BATCH);
    }

    /**
     * The _id of the {@code most}th document from {@code from} on, or of one before it where that many are too large to be
     * looked at in one go; empty when fewer are left.
     */
    Optional<IdBound> ahead(Namespace namespace, Optional<IdBound> from, int most) {
        BsonDocument find = ranges(new Chunk(namespace, 0, from, Optional.empty()))
                .getFirst()
                .append("projection", BY_ID)
                .append("skip", new BsonInt32((int) Math.min(most, (long) LOOKED_AT * batchSize(namespace))))
                .append("limit", new BsonInt32(1));
        List<IdBound> found = new ArrayList<>();
        each(namespace, "list the keys of " + namespace, find, batch -> found.add(Ids.of(batch, 0)));
        return found.stream().findFirst();
    }

    /** The _id of the first {@code most} documents of {@code range} that have one of {@code fields}, and of MaxKey's. */
    Cursor idsHaving(Chunk range, List<String> fields, int most, ClusterTime at) {
        BsonArray any = new BsonArray();
        fields.forEach(field -> any.add(new BsonDocument(field, new BsonDocument("$exists", BsonBoolean.TRUE))));
        List<BsonDocument> finds = ranges(range);
        for (BsonDocument find : finds) {
            if (!any.isEmpty() && !find.containsKey("filter")) {
                find.append("filter", new BsonDocument("$or", any));
            }
            find.append("projection", BY_ID)
                    .append("limit", new BsonInt32(most))
                    .append("batchSize", new BsonInt32(most))
                    .append("readConcern", majorityAfter(at));
        }
        Namespace namespace = range.namespace();
        Retry.Ask ask = new Retry.Ask("list the keys of " + namespace, Catalog.read(namespace.database()));
        return cursor(namespace, ask, finds, most);
    }

    void byIds(Namespace namespace, List<IdBound> ids, Consumer<RawBatch> each) {
        BsonDocument find = new BsonDocument("find", new BsonString(namespace.collection()))
                .append("filter", new BsonDocument("_id", new BsonDocument("$in", values(ids))))
                .append("projection", BY_ID)
                .append("hint", BY_ID);
        each(namespace, "look up keys of " + namespace, find, each);
    }

    /** The documents of these keys, each at {@code at} or later. */
    Cursor after(Namespace namespace, List<IdBound> ids, ClusterTime at) {
        return keyed(namespace, ids, "read " + namespace + " after " + at, majorityAfter(at));
    }

    private static BsonDocument majorityAfter(ClusterTime at) {
        return new BsonDocument("level", new BsonString("majority"))
                .append("afterClusterTime", new BsonTimestamp(at.bits()));
    }

    /** The documents of these keys at one instant; nothing is asked of the server before the first batch is. */
    Cursor snapshot(Namespace namespace, List<IdBound> ids, ClusterTime at) {
        return keyed(namespace, ids, "read " + namespace + " at " + at, snapshotAt(at));
    }

    private static BsonDocument snapshotAt(ClusterTime at) {
        return new BsonDocument("level", new BsonString("snapshot"))
                .append("atClusterTime", new BsonTimestamp(at.bits()));
    }

    /** Which of these keys are there at one instant, or with {@code exact} false at {@code at} or later: their _id only. */
    Cursor idsAt(Namespace namespace, List<IdBound> ids, ClusterTime at, boolean exact) {
        BsonDocument find = new BsonDocument("find", new BsonString(namespace.collection()))
                .append("filter", new BsonDocument("_id", new BsonDocument("$in", values(ids))))
                .append("projection", BY_ID)
                .append("hint", BY_ID)
                .append("batchSize", new BsonInt32(IDS_A_BATCH))
                .append("readConcern", exact ? snapshotAt(at) : majorityAfter(at));
        Retry.Ask ask = new Retry.Ask("look up keys of " + namespace, Catalog.read(namespace.database()));
        return cursor(namespace, ask, List.of(find), IDS_A_BATCH);
    }

    /** The first {@code most} of those that are there from {@code from} on, in _id order: their _id only, from the index alone. */
    Cursor idsFrom(Namespace namespace, IdBound from, int most, ClusterTime at, boolean exact) {
        BsonDocument find = new BsonDocument("find", new BsonString(namespace.collection()))
                .append("min", document(from))
                .append("projection", BY_ID)
                .append("hint", BY_ID)
                .append("sort", BY_ID)
                .append("limit", new BsonInt32(most))
                .append("batchSize", new BsonInt32(IDS_A_BATCH))
                .append("readConcern", exact ? snapshotAt(at) : majorityAfter(at));
        Retry.Ask ask = new Retry.Ask("list keys of " + namespace, Catalog.read(namespace.database()));
        return cursor(namespace, ask, List.of(find), IDS_A_BATCH);
    }

    /** One document whose first value is the number of documents, as 64 bits; none of an empty collection. */
    Cursor count(Namespace namespace, ClusterTime at, boolean exact) {
        BsonArray pipeline = new BsonArray(List.of(
                BsonDocument.parse("{$group: {_id: null, n: {$sum: {$numberLong: '1'}}}}"),
                BsonDocument.parse("{$project: {_id: 0, n: 1}}")));
        BsonDocument aggregate = new BsonDocument("aggregate", new BsonString(namespace.collection()))
                .append("pipeline", pipeline)
                .append("hint", BY_ID)
                .append("cursor", new BsonDocument())
                .append("readConcern", exact ? snapshotAt(at) : majorityAfter(at));
        Retry.Ask ask = new Retry.Ask("count " + namespace, Catalog.read(namespace.database()));
        return cursor(namespace, ask, List.of(aggregate), 1);
    }

    /** The number in {@link #count}'s document. */
    static long number(RawBatch batch) {
        BsonCursor value = new BsonCursor().open(batch.bytes(), batch.offset(0), batch.offset(0) + batch.length(0));
        return value.next() ? BsonValues.int64(batch.bytes(), value.valueStart()) : 0;
    }

    private Cursor keyed(Namespace namespace, List<IdBound> ids, String during, BsonDocument concern) {
        int batch = batchSize(namespace);
        BsonDocument find = new BsonDocument("find", new BsonString(namespace.collection()))
                .append("filter", new BsonDocument("_id", new BsonDocument("$in", values(ids))))
                .append("hint", BY_ID)
                .append("batchSize", new BsonInt32(batch))
                .append("readConcern", concern);
        Retry.Ask ask = new Retry.Ask(during, Catalog.read(namespace.database()));
        return cursor(namespace, ask, List.of(find), batch);
    }

    private static BsonArray values(List<IdBound> ids) {
        BsonArray wanted = new BsonArray();
        ids.forEach(id -> wanted.add(document(id).get("_id")));
        return wanted;
    }

    /** Runs a find or aggregate to its end. Its opening is tried again on transient failures; a failure later is not. */
    void each(Namespace namespace, String during, BsonDocument command, Consumer<RawBatch> each) {
        int batch = batchSize(namespace);
        Retry.Ask ask = new Retry.Ask(during, Catalog.read(namespace.database()));
        BsonDocument sized = command.containsKey("aggregate")
                ? command.append("cursor", new BsonDocument("batchSize", new BsonInt32(batch)))
                : command.append("batchSize", new BsonInt32(batch));
        try (Cursor cursor = opened(namespace, ask, sized, batch)) {
            for (Optional<RawBatch> some = cursor.next(); some.isPresent(); some = cursor.next()) {
                each.accept(some.get());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new FailedException(new Failure.Transient(during, "interrupted", Duration.ZERO), stop);
        }
    }

    private Cursor opened(Namespace namespace, Retry.Ask ask, BsonDocument command, int batch) {
        return retry.call(ask, () -> {
            Cursor cursor = cursor(namespace, ask, List.of(command), batch);
            try {
                return cursor.open();
            } catch (RuntimeException e) {
                cursor.close();
                throw e;
            }
        });
    }

    private Cursor cursor(Namespace namespace, Retry.Ask ask, List<BsonDocument> commands, int batch) {
        MongoClient member = members.reader();
        return new Cursor(new Conversation(member, members.reads()), ask, namespace, commands, batch);
    }

    /** By the _id index where there is one, so that a chunk may be ended early at any document. */
    private BsonDocument ordered(Namespace namespace) {
        BsonDocument find = new BsonDocument("find", new BsonString(namespace.collection()));
        return switch (catalog.kind(namespace)) {
            case VIEW, TIME_SERIES -> find;
            case COLLECTION, CAPPED, CLUSTERED, GRID_FS, SYSTEM ->
                find.append("hint", BY_ID).append("sort", BY_ID);
        };
    }

    private int batchSize(Namespace namespace) {
        return (int) Math.clamp(BATCH_BYTES / catalog.lastSize(namespace).perDocument(), 1, MOST_IN_BATCH);
    }

    private static RawBsonDocument document(IdBound bound) {
        return new RawBsonDocument(bound.document());
    }
}
