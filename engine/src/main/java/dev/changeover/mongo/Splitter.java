package dev.changeover.mongo;

import dev.changeover.Chunk;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.bson.Ids;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;

/**
 * Finds the edges of chunks from a few _ids only. The server puts them in order, so that the order is that of its index,
 * whatever the types and the collation.
 */
final class Splitter {
    /** Sampled _ids for each chunk: enough that chunks differ by little more than a half of their size. */
    private static final int PER_CHUNK = 10;

    /** $sample walks at random, instead of reading everything, below this share of the documents (and from 100 on). */
    private static final int SAMPLE_SHARE = 20;

    private static final int MOST_CHUNKS = 50_000;

    private final Catalog catalog;
    private final Reads reads;

    Splitter(Catalog catalog, Reads reads) {
        this.catalog = catalog;
        this.reads = reads;
    }

    List<Chunk> split(Namespace namespace, long chunkBytes) {
        if (chunkBytes < 1) {
            throw new IllegalArgumentException("chunks of " + chunkBytes + " bytes");
        }
        return switch (catalog.kind(namespace)) {
            case TIME_SERIES, VIEW, SYSTEM -> chunks(namespace, List.of());
            case COLLECTION, CAPPED, CLUSTERED, GRID_FS -> chunks(namespace, edges(namespace, chunkBytes));
        };
    }

    private List<IdBound> edges(Namespace namespace, long chunkBytes) {
        Catalog.Size size = catalog.size(namespace);
        long wanted = Math.min(MOST_CHUNKS, Math.min(size.documents(), size.bytes() / chunkBytes + 1));
        if (wanted <= 1) {
            return List.of();
        }
        long sample = wanted * PER_CHUNK;
        return size.documents() / SAMPLE_SHARE > Math.max(sample, 100)
                ? everyNth(namespace, sampled(namespace, sample), PER_CHUNK)
                : everyNth(namespace, walked(namespace), Math.max(1, size.documents() / wanted));
    }

    private static BsonDocument sampled(Namespace namespace, long sample) {
        BsonArray pipeline = new BsonArray(List.of(
                new BsonDocument("$sample", new BsonDocument("size", new BsonInt64(sample))),
                BsonDocument.parse("{$group: {_id: '$_id'}}"), // the same document may be drawn twice
                BsonDocument.parse("{$sort: {_id: 1}}")));
        return new BsonDocument("aggregate", new BsonString(namespace.collection()))
                .append("pipeline", pipeline)
                .append("allowDiskUse", BsonBoolean.TRUE);
    }

    /** Every _id in order, from the index alone: for collections of few documents, which the caller has made sure of. */
    private static BsonDocument walked(Namespace namespace) {
        return new BsonDocument("find", new BsonString(namespace.collection()))
                .append("projection", BsonDocument.parse("{_id: 1}"))
                .append("hint", BsonDocument.parse("{_id: 1}"))
                .append("sort", BsonDocument.parse("{_id: 1}"));
    }

    private List<IdBound> everyNth(Namespace namespace, BsonDocument ids, long n) {
        List<IdBound> edges = new ArrayList<>();
        long[] seen = {0};
        reads.each(namespace, "choose the chunks of " + namespace, ids, batch -> {
            for (int i = 0; i < batch.size(); i++) {
                if (seen[0]++ % n == 0 && seen[0] > 1) { // nothing lies below the first
                    edges.add(Ids.of(batch, i));
                }
            }
        });
        return edges;
    }

    private static List<Chunk> chunks(Namespace namespace, List<IdBound> edges) {
        List<Chunk> chunks = new ArrayList<>();
        Optional<IdBound> from = Optional.empty();
        for (IdBound edge : edges) {
            chunks.add(new Chunk(namespace, chunks.size(), from, Optional.of(edge)));
            from = Optional.of(edge);
        }
        chunks.add(new Chunk(namespace, chunks.size(), from, Optional.empty()));
        return chunks;
    }
}
