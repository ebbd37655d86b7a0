package dev.changeover.dump;

import java.util.UUID;

/** A set of ids in little memory: 24 to 48 bytes for each. Written by one thread, then read by any. */
final class KeySet {
    private long[] pairs = new long[2 * 64];
    private int size;
    private boolean hasZero;

    void add(UUID id) {
        long high = id.getMostSignificantBits();
        long low = id.getLeastSignificantBits();
        if (high == 0 && low == 0) {
            hasZero = true;
            return;
        }
        if (size * 3 >= pairs.length) { // two thirds of the places are taken
            grow();
        }
        if (put(high, low)) {
            size++;
        }
    }

    private boolean put(long high, long low) {
        int at = place(high, low);
        boolean fresh = pairs[at] == 0 && pairs[at + 1] == 0;
        pairs[at] = high;
        pairs[at + 1] = low;
        return fresh;
    }

    /** Where the pair is, or is to be. */
    private int place(long high, long low) {
        int places = pairs.length / 2;
        int at = (int) Long.remainderUnsigned(mixed(high, low), places) * 2;
        while ((pairs[at] != 0 || pairs[at + 1] != 0) && (pairs[at] != high || pairs[at + 1] != low)) {
            at = at + 2 == pairs.length ? 0 : at + 2;
        }
        return at;
    }

    private static long mixed(long high, long low) {
        long mixed = (high ^ Long.rotateLeft(low, 29)) * 0x9E37_79B9_7F4A_7C15L;
        return mixed ^ mixed >>> 32;
    }

    private void grow() {
        long[] before = pairs;
        pairs = new long[before.length * 2];
        for (int i = 0; i < before.length; i += 2) {
            if (before[i] != 0 || before[i + 1] != 0) {
                boolean unused = put(before[i], before[i + 1]);
            }
        }
    }

    boolean contains(UUID id) {
        long high = id.getMostSignificantBits();
        long low = id.getLeastSignificantBits();
        if (high == 0 && low == 0) {
            return hasZero;
        }
        int at = place(high, low);
        return pairs[at] == high && pairs[at + 1] == low;
    }

    int size() {
        return size + (hasZero ? 1 : 0);
    }

    /** Which of {@code parts} an id belongs to. */
    static int part(UUID id, int parts) {
        long mixed = mixed(id.getLeastSignificantBits(), id.getMostSignificantBits());
        return (int) Long.remainderUnsigned(mixed >>> 17, parts);
    }
}
