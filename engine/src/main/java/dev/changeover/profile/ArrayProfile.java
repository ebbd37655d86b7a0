package dev.changeover.profile;

import dev.changeover.bson.BsonCursor;

/** The arrays at one path: their lengths, and what their elements are. Mergeable; not thread-safe. */
public final class ArrayProfile {
    private final ValueProfile elements;
    private long count;
    private long empty;
    private long longest;
    private long shortest = Long.MAX_VALUE;

    ArrayProfile(Budget budget) {
        elements = new ValueProfile(budget);
    }

    void add(BsonCursor array, Walk walk) {
        long length = 0;
        while (array.next()) {
            elements.add(array, walk);
            length++;
        }
        count++;
        empty += length == 0 ? 1 : 0;
        longest = Math.max(longest, length);
        shortest = Math.min(shortest, length);
    }

    void merge(ArrayProfile other) {
        elements.merge(other.elements);
        count += other.count;
        empty += other.empty;
        longest = Math.max(longest, other.longest);
        shortest = Math.min(shortest, other.shortest);
    }

    public ValueProfile elements() {
        return elements;
    }

    long count() {
        return count;
    }

    public long empty() {
        return empty;
    }

    public String lengths() {
        return shortest >= longest ? "of " + longest : "of " + shortest + " to " + longest;
    }
}
