package dev.changeover.profile;

import dev.changeover.bson.BsonValues;
import dev.changeover.bson.MalformedBsonException;

/**
 * What the documents of one collection look like, counted path by path in bounded memory. Profiles of parts of a
 * collection can be merged. Not thread-safe: one for each reader.
 */
public final class CollectionProfile {
    private static final int PATHS_MOST = 2_000;

    private final DocumentProfile root = new DocumentProfile(new Budget(PATHS_MOST));
    private final Walk walk = new Walk();
    private int deepest;
    private long bytes;
    private int largest;
    private long unreadable;

    /** Counts the document at {@code offset}, which ends at or before {@code limit}. */
    public void add(byte[] source, int offset, int limit) {
        int length = limit - offset < 4 ? 0 : Math.min(limit - offset, Math.max(0, BsonValues.int32(source, offset)));
        bytes += length;
        largest = Math.max(largest, length);
        try {
            walk.open(source, offset, limit, document -> root.add(document, walk));
        } catch (MalformedBsonException e) {
            unreadable++;
        }
        deepest = Math.max(deepest, walk.deepest());
    }

    public void merge(CollectionProfile other) {
        root.merge(other.root);
        deepest = Math.max(deepest, other.deepest);
        bytes += other.bytes;
        largest = Math.max(largest, other.largest);
        unreadable += other.unreadable;
    }

    /** Documents read, those that are not BSON among them. */
    public long documents() {
        return root.documents() + unreadable;
    }

    public DocumentProfile root() {
        return root;
    }

    public long averageBytes() {
        return documents() == 0 ? 0 : bytes / documents();
    }

    public int largestBytes() {
        return largest;
    }

    /** Levels of nesting; 1 when no document holds another. */
    public int deepest() {
        return deepest;
    }

    public long unreadable() {
        return unreadable;
    }
}
