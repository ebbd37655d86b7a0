package dev.changeover;

import java.util.Optional;

/**
 * A half-open range [from, to) of a collection's {@code _id} index, across BSON types, copied in one transaction. A
 * missing edge is open, so the first and last chunk hold MinKey and MaxKey. Of a file it is a range of its bytes.
 */
public record Chunk(Namespace namespace, int ordinal, Optional<IdBound> from, Optional<IdBound> to) {
    /** The whole collection, as one. */
    public static Chunk whole(Namespace namespace) {
        return new Chunk(namespace, 0, Optional.empty(), Optional.empty());
    }

    @Override
    public String toString() {
        return "chunk " + ordinal + " of " + namespace;
    }
}
