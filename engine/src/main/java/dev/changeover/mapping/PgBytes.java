package dev.changeover.mapping;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing byte array, written in network byte order as PostgreSQL's binary formats want it. Not thread-safe. */
final class PgBytes {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] array;
    private int size;

    PgBytes(int capacity) {
        array = new byte[capacity];
    }

    byte[] array() {
        return array;
    }

    int size() {
        return size;
    }

    void clear() {
        size = 0;
    }

    /** Forgets what was written after {@code mark}, an earlier {@link #size}. */
    void truncate(int mark) {
        size = mark;
    }

    /** Makes room for {@code more} bytes; callers that then write into {@link #array} call {@link #advance}. */
    void reserve(int more) {
        if (array.length - size < more) {
            grow(more);
        }
    }

    private void grow(int more) {
        long least = (long) size + more;
        if (least > Integer.MAX_VALUE - 16) {
            throw new IllegalStateException("a row of over 2 GiB");
        }
        array = Arrays.copyOf(array, (int) Math.min(Integer.MAX_VALUE - 16, Math.max(least, array.length * 2L)));
    }

    void advance(int written) {
        size += written;
    }

    void put(int b) {
        reserve(1);
        array[size++] = (byte) b;
    }

    void putShort(int value) {
        reserve(2);
        SHORT.set(array, size, (short) value);
        size += 2;
    }

    void putInt(int value) {
        reserve(4);
        INT.set(array, size, value);
        size += 4;
    }

    void putLong(long value) {
        reserve(8);
        LONG.set(array, size, value);
        size += 8;
    }

    void put(byte[] source, int from, int length) {
        reserve(length);
        System.arraycopy(source, from, array, size, length);
        size += length;
    }

    void put(PgBytes other) {
        put(other.array, 0, other.size);
    }

    /** Leaves four bytes for a length that is known later; returns their place for {@link #endLength}. */
    int beginLength() {
        int place = size;
        putInt(0);
        return place;
    }

    void endLength(int place) {
        INT.set(array, place, size - place - 4);
    }
}
