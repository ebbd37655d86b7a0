package dev.changeover.bson;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing byte array; numbers go in in network byte order unless a name says otherwise. Not thread-safe. */
public final class Bytes {
    private static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT_LE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG_LE =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private byte[] array;
    private int size;

    public Bytes(int capacity) {
        array = new byte[capacity];
    }

    public byte[] array() {
        return array;
    }

    public int size() {
        return size;
    }

    public void clear() {
        size = 0;
    }

    /** Forgets what was written after {@code mark}, an earlier {@link #size}. */
    public void truncate(int mark) {
        size = mark;
    }

    /** Makes room for {@code more} bytes; callers that then write into {@link #array} call {@link #advance}. */
    public void reserve(int more) {
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

    public void advance(int written) {
        size += written;
    }

    public void put(int b) {
        reserve(1);
        array[size++] = (byte) b;
    }

    public void putShort(int value) {
        reserve(2);
        SHORT.set(array, size, (short) value);
        size += 2;
    }

    public void putInt(int value) {
        reserve(4);
        INT.set(array, size, value);
        size += 4;
    }

    public void putLong(long value) {
        reserve(8);
        LONG.set(array, size, value);
        size += 8;
    }

    public void putIntLittle(int value) {
        reserve(4);
        INT_LE.set(array, size, value);
        size += 4;
    }

    public void putLongLittle(long value) {
        reserve(8);
        LONG_LE.set(array, size, value);
        size += 8;
    }

    /** Adds a string of ASCII characters. */
    @SuppressWarnings(
            "deprecation") // String.getBytes(int, int, byte[], int) is the copy that neither allocates nor encodes
    public void putAscii(String ascii) {
        int length = ascii.length();
        reserve(length);
        ascii.getBytes(0, length, array, size);
        size += length;
    }

    public byte[] toArray() {
        return Arrays.copyOf(array, size);
    }

    public void put(byte[] source, int from, int length) {
        reserve(length);
        System.arraycopy(source, from, array, size, length);
        size += length;
    }

    public void put(Bytes other) {
        put(other.array, 0, other.size);
    }

    /** Leaves four bytes for a length that is known later; returns their place for {@link #endLength}. */
    public int beginLength() {
        int place = size;
        putInt(0);
        return place;
    }

    public void endLength(int place) {
        INT.set(array, place, size - place - 4);
    }

    /** Overwrites four bytes at {@code place}. */
    public void setInt(int place, int value) {
        INT.set(array, place, value);
    }

    /** Overwrites four bytes at {@code place}, lowest first. */
    public void setIntLittle(int place, int value) {
        INT_LE.set(array, place, value);
    }
}
