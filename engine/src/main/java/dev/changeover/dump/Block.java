package dev.changeover.dump;

import dev.changeover.bson.BsonValues;
import dev.changeover.bson.RawBatch;
import java.util.Arrays;
import java.util.function.IntPredicate;

/** Some documents that follow each other in a collection's data, with the place of each. Overwritten by those that come next. */
final class Block implements RawBatch {
    private byte[] bytes = new byte[0];
    private int[] offsets = new int[256];
    private long[] places = new long[256];
    private int size;

    void begin(byte[] holding) {
        bytes = holding;
        size = 0;
    }

    /** Its documents are in this array. */
    void holding(byte[] array) {
        bytes = array;
    }

    void add(int offset, long place) {
        if (size == offsets.length) {
            offsets = Arrays.copyOf(offsets, size * 2);
            places = Arrays.copyOf(places, size * 2);
        }
        offsets[size] = offset;
        places[size++] = place;
    }

    /** Leaves only those documents that {@code wanted} says of. */
    void keep(IntPredicate wanted) {
        int kept = 0;
        for (int i = 0; i < size; i++) {
            if (wanted.test(i)) {
                offsets[kept] = offsets[i];
                places[kept++] = places[i];
            }
        }
        size = kept;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public int offset(int i) {
        return offsets[i];
    }

    int end(int i) {
        return offsets[i] + BsonValues.int32(bytes, offsets[i]);
    }

    /** Where document {@code i} begins in its collection's data. */
    long place(int i) {
        return places[i];
    }
}
