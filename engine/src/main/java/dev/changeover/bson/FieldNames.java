package dev.changeover.bson;

import java.util.Arrays;

/** The field names met so far in one document, to find a second field of the same name. Reusable; not thread-safe. */
public final class FieldNames {
    private int[] hashes = new int[16];
    private int[] starts = new int[16];
    private int[] ends = new int[16];
    private int size;
    /** Open-addressed index into the arrays above, plus one; used once there are too many names to look at each. */
    private int[] table = new int[0];

    private static final int LINEAR_MAX = 16;

    public void clear() {
        size = 0;
    }

    /** Adds the name at [from, to); false when it is there already. All names must lie in the same array. */
    public boolean add(byte[] bytes, int from, int to) {
        int hash = hash(bytes, from, to);
        if (size < LINEAR_MAX) {
            for (int i = 0; i < size; i++) {
                if (same(bytes, i, hash, from, to)) {
                    return false;
                }
            }
            append(hash, from, to);
            return true;
        }
        if (size == LINEAR_MAX || size * 2 > table.length) {
            rebuild();
        }
        int slot = slot(bytes, hash, from, to);
        if (slot < 0) {
            return false;
        }
        append(hash, from, to);
        table[slot] = size;
        return true;
    }

    private int slot(byte[] bytes, int hash, int from, int to) {
        int mask = table.length - 1;
        int slot = spread(hash) & mask;
        while (table[slot] != 0) {
            if (same(bytes, table[slot] - 1, hash, from, to)) {
                return -1;
            }
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void rebuild() {
        table = new int[Integer.highestOneBit(size) * 8];
        int mask = table.length - 1;
        for (int i = 0; i < size; i++) {
            int slot = spread(hashes[i]) & mask;
            while (table[slot] != 0) {
                slot = slot + 1 & mask;
            }
            table[slot] = i + 1;
        }
    }

    private boolean same(byte[] bytes, int i, int hash, int from, int to) {
        return hashes[i] == hash && Arrays.equals(bytes, starts[i], ends[i], bytes, from, to);
    }

    private void append(int hash, int from, int to) {
        if (size == hashes.length) {
            hashes = Arrays.copyOf(hashes, size * 2);
            starts = Arrays.copyOf(starts, size * 2);
            ends = Arrays.copyOf(ends, size * 2);
        }
        hashes[size] = hash;
        starts[size] = from;
        ends[size++] = to;
    }

    private static int spread(int hash) {
        return hash ^ hash >>> 15;
    }

    /** The hash under which names are kept; also used by look-up tables over names. */
    public static int hash(byte[] bytes, int from, int to) {
        int hash = to - from;
        for (int i = from; i < to; i++) {
            hash = hash * 31 + bytes[i];
        }
        return hash;
    }
}
