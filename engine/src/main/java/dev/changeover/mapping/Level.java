package dev.changeover.mapping;

import dev.changeover.bson.FieldNames;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The fields that the plan knows at one level of a document, found by their names' bytes. Immutable. */
final class Level<T> {
    private final byte[][] names;
    private final List<T> targets;
    /** Open-addressed; place in {@link #names} plus one. */
    private final int[] table;

    Level(List<String> names, List<T> targets) {
        this.names = names.stream()
                .map(name -> name.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        this.targets = List.copyOf(targets);
        this.table = new int[Integer.highestOneBit(Math.max(1, names.size())) * 4];
        for (int i = 0; i < this.names.length; i++) {
            int slot = slot(this.names[i], 0, this.names[i].length);
            while (table[slot] != 0) {
                slot = slot + 1 & table.length - 1;
            }
            table[slot] = i + 1;
        }
    }

    T target(int i) {
        return targets.get(i);
    }

    /**
     * The place of the field named by these bytes, or -1. Documents of a collection mostly have their fields in one order,
     * so the place after the last one found is looked at first.
     */
    int find(byte[] bytes, int from, int to, int predicted) {
        if (predicted < names.length && is(predicted, bytes, from, to)) {
            return predicted;
        }
        int slot = slot(bytes, from, to);
        while (table[slot] != 0) {
            if (is(table[slot] - 1, bytes, from, to)) {
                return table[slot] - 1;
            }
            slot = slot + 1 & table.length - 1;
        }
        return -1;
    }

    private boolean is(int i, byte[] bytes, int from, int to) {
        return Arrays.equals(names[i], 0, names[i].length, bytes, from, to);
    }

    private int slot(byte[] bytes, int from, int to) {
        int hash = FieldNames.hash(bytes, from, to);
        return (hash ^ hash >>> 15) & table.length - 1;
    }
}
