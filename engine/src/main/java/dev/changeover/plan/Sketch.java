package dev.changeover.plan;

import java.util.TreeSet;

/**
 * How many different values were seen: exact up to {@link #KEPT}, an estimate above, from the smallest hashes (a k-minimum
 * values sketch). The same values in any order and any split give the same sketch. Not thread-safe.
 */
final class Sketch {
    static final int KEPT = 256;

    private final TreeSet<Long> smallest = new TreeSet<>(Long::compareUnsigned);

    void add(byte type, byte[] bytes, int from, int to) {
        add(hash(type, bytes, from, to));
    }

    private void add(long hash) {
        if (smallest.size() < KEPT) {
            smallest.add(hash);
        } else if (Long.compareUnsigned(hash, smallest.last()) < 0 && smallest.add(hash)) {
            smallest.pollLast();
        }
    }

    void merge(Sketch other) {
        other.smallest.forEach(this::add);
    }

    boolean exact() {
        return smallest.size() < KEPT;
    }

    long distinct() {
        if (exact()) {
            return smallest.size();
        }
        double share = (smallest.last() >>> 1) / (double) Long.MAX_VALUE;
        return Math.round((KEPT - 1) / share);
    }

    static long hash(byte type, byte[] bytes, int from, int to) {
        long hash = 0xcbf29ce484222325L ^ type;
        for (int i = from; i < to; i++) {
            hash = (hash ^ bytes[i]) * 0x100000001b3L;
        }
        // The finaliser of SplittableRandom: FNV alone leaves the high bits, by which we order, badly mixed.
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}
