package dev.changeover.profile;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Some of the ObjectIds seen, for looking them up elsewhere: those with the smallest hashes, so that the choice is even
 * and does not depend on the order of reading. Not thread-safe.
 */
final class ObjectIdSample {
    private static final int KEPT = 100;

    private final TreeMap<Long, byte[]> byHash = new TreeMap<>();

    void add(byte[] bytes, int at) {
        long hash = Sketch.hash((byte) 7, bytes, at, at + 12);
        if (byHash.size() < KEPT || hash < byHash.lastKey()) {
            keep(hash, Arrays.copyOfRange(bytes, at, at + 12));
        }
    }

    private void keep(long hash, byte[] id) {
        byHash.put(hash, id);
        if (byHash.size() > KEPT) {
            byHash.pollLastEntry();
        }
    }

    void merge(ObjectIdSample other) {
        for (Map.Entry<Long, byte[]> entry : other.byHash.entrySet()) {
            keep(entry.getKey(), entry.getValue());
        }
    }

    List<byte[]> ids() {
        Collection<byte[]> ids = byHash.values();
        return List.copyOf(ids);
    }
}
