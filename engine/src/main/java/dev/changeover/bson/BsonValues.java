package dev.changeover.bson;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads fixed-size values from BSON bytes. Offsets come from a {@link BsonCursor}, which has checked them. */
public final class BsonValues {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private BsonValues() {}

    public static int int32(byte[] bytes, int at) {
        return (int) INT.get(bytes, at);
    }

    public static long int64(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    public static double float64(byte[] bytes, int at) {
        return Double.longBitsToDouble(int64(bytes, at));
    }

    /** Where a string's UTF-8 begins; {@code at} is the value's start, so its end is valueEnd - 1. */
    public static int stringStart(int at) {
        return at + 4;
    }

    public static int binarySubtype(byte[] bytes, int at) {
        return bytes[at + 4] & 0xFF;
    }

    /** Where the payload of a binary value begins; its length is {@code int32(bytes, at)}. */
    public static int binaryStart(int at) {
        return at + 5;
    }
}
