package dev.changeover.dump;

import dev.changeover.Chunk;
import dev.changeover.IdBound;
import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonValues;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Bytes;

/**
 * The edges of a file's chunks: the BSON document <code>{place: n}</code>, the byte of its collection's data that a chunk
 * begins with. What the oplog has changed follows all data, in parts: their edges are beyond {@link #CHANGES}.
 */
final class Places {
    /** The first edge of the changed documents. */
    static final long CHANGES = 1L << 62;

    private Places() {}

    static IdBound edge(long place) {
        BsonWriter out = new BsonWriter(new Bytes(24)).begin();
        return new IdBound(
                out.name(BsonType.INT64, "place").int64(place).end().out().toArray());
    }

    static long of(IdBound edge) {
        BsonCursor at = new BsonCursor(edge.document());
        if (!at.next() || at.type() != BsonType.INT64 || !at.name().equals("place")) {
            throw new IllegalStateException("not a place in a file: " + edge);
        }
        return BsonValues.int64(at.bytes(), at.valueStart());
    }

    static long from(Chunk chunk) {
        return chunk.from().map(Places::of).orElse(0L);
    }

    static long to(Chunk chunk) {
        return chunk.to().map(Places::of).orElse(Long.MAX_VALUE);
    }
}
