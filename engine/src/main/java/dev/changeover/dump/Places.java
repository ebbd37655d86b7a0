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
 * begins with. What the oplog has changed follows all data, in parts: their edges are beyond {@link #CHANGES}, and say of how
 * many parts it is one, so that whoever goes on with another heap does not divide otherwise.
 */
final class Places {
    /** The first edge of the changed documents. */
    static final long CHANGES = 1L << 62;

    /** More parts than there ever are. */
    private static final long MOST = 1L << 21;

    private Places() {}

    /** Where a part of {@code parts} begins. */
    static long change(int part, int parts) {
        return CHANGES + parts * MOST + part;
    }

    static int part(long change) {
        return (int) ((change - CHANGES) % MOST);
    }

    static int parts(long change) {
        return (int) ((change - CHANGES) / MOST);
    }

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
