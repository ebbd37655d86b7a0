package dev.changeover.profile;

import java.util.Arrays;

/**
 * How many different values were seen: exact below {@link #KEPT}, an estimate above, from the smallest hashes (a k-minimum
 * values sketch). The same values in any order and any split give the same sketch. Not thread-safe.
 */
final class Sketch {
    static final int KEPT = 256;

    /** Sorted; the hashes are compared as signed numbers, which is as good as any other order. */
    private long[] smallest = new long[4];

    private int size;

    void add(byte type, byte[] bytes, int from, int to) {
        add(hash(type, bytes, from, to));
    }

    private void add(long hash) {
        if (size == KEPT && hash >= smallest[KEPT - 1]) {
            return;
        }
        int place = Arrays.binarySearch(smallest, 0, size, hash);
        if (place >= 0) {
            return;
        }
        int at = -place - 1;
        if (size == smallest.length && size < KEPT) {
            smallest = Arrays.copyOf(smallest, Math.min(KEPT, 2 * size));
        }
        int moved = Math.min(size, KEPT - 1) - at;
        System.arraycopy(smallest, at, smallest, at + 1, moved);
        smallest[at] = hash;
        size = Math.min(KEPT, size + 1);
    }

    void merge(Sketch other) {
        for (int i = 0; i < other.size; i++) {
            add(other.smallest[i]);
        }
    }

    boolean exact() {
        return size < KEPT;
    }

    long distinct() {
        if (exact()) {
            return size;
        }
        // The share of all hashes that are at or below the last one kept.
        double share = (smallest[KEPT - 1] * 0x1p-64) + 0.5;
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
