package dev.changeover.mapping;

import dev.changeover.bson.BsonValues;
import java.util.Arrays;

/** One row in PostgreSQL's binary COPY format, its fields found. Immutable view of the bytes it was read from. */
public final class Tuple {
    private final byte[] bytes;
    private final int[] starts;
    private final int[] lengths;
    private final int end;

    private Tuple(byte[] bytes, int[] starts, int[] lengths, int end) {
        this.bytes = bytes;
        this.starts = starts;
        this.lengths = lengths;
        this.end = end;
    }

    /** Reads the tuple at {@code at}: a 16-bit field count, then each field's 32-bit length and bytes. */
    public static Tuple read(byte[] bytes, int at) {
        int count = (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
        int[] starts = new int[count];
        int[] lengths = new int[count];
        int next = at + 2;
        for (int i = 0; i < count; i++) {
            lengths[i] = int32(bytes, next);
            starts[i] = next + 4;
            next = starts[i] + Math.max(0, lengths[i]);
        }
        return new Tuple(bytes, starts, lengths, next);
    }

    /** Where the next tuple begins. */
    public int end() {
        return end;
    }

    public int fields() {
        return starts.length;
    }

    public boolean isNull(int field) {
        return lengths[field] < 0;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int start(int field) {
        return starts[field];
    }

    public int length(int field) {
        return lengths[field];
    }

    /** Whether both have the same bytes in a field, or both NULL. */
    public boolean sameBytes(Tuple other, int field) {
        return isNull(field)
                ? other.isNull(field)
                : !other.isNull(field)
                        && Arrays.equals(
                                bytes,
                                starts[field],
                                starts[field] + lengths[field],
                                other.bytes,
                                other.starts[field],
                                other.starts[field] + other.lengths[field]);
    }

    /** 32 bits in PostgreSQL's order, the highest first. */
    public static int int32(byte[] bytes, int at) {
        return Integer.reverseBytes(BsonValues.int32(bytes, at));
    }

    /** The same of 64 bits. */
    public static long int64(byte[] bytes, int at) {
        return Long.reverseBytes(BsonValues.int64(bytes, at));
    }
}
