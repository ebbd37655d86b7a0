package dev.changeover.bson;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Says what PostgreSQL would say of a string's bytes, without decoding them. */
public enum Utf8 {
    /** Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, at most U+10FFFF) without U+0000. */
    VALID,
    /** Well-formed, but holds U+0000, which no PostgreSQL text can. */
    HAS_NUL,
    /** Not UTF-8. */
    INVALID;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
    private static final long LOW_BITS = 0x0101_0101_0101_0101L;

    public static Utf8 check(byte[] bytes, int from, int to) {
        int at = from;
        boolean nul = false;
        while (at < to) {
            at = skipPlain(bytes, at, to);
            if (at == to) {
                break;
            }
            int length = sequence(bytes, at, to);
            if (length == 0) {
                return INVALID;
            }
            nul |= bytes[at] == 0;
            at += length;
        }
        return nul ? HAS_NUL : VALID;
    }

    /** The first place at or after {@code at} where a byte is 0 or not ASCII. */
    private static int skipPlain(byte[] bytes, int from, int to) {
        int at = from;
        for (; to - at >= 8; at += 8) {
            long word = (long) LONG.get(bytes, at);
            if (((word | (word - LOW_BITS)) & HIGH_BITS) != 0) {
                break;
            }
        }
        while (at < to && bytes[at] > 0) {
            at++;
        }
        return at;
    }

    /** The length of the sequence that begins at {@code at}, or 0 when it is not one. */
    private static int sequence(byte[] bytes, int at, int to) {
        int first = bytes[at] & 0xFF;
        if (first < 0x80) {
            return 1;
        }
        int length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if (first < 0xC2 || first > 0xF4 || to - at < length) {
            return 0;
        }
        for (int i = 1; i < length; i++) {
            if ((bytes[at + i] & 0xC0) != 0x80) {
                return 0;
            }
        }
        int second = bytes[at + 1] & 0xFF;
        boolean overlong = first == 0xE0 && second < 0xA0 || first == 0xF0 && second < 0x90;
        boolean surrogate = first == 0xED && second > 0x9F;
        boolean tooLarge = first == 0xF4 && second > 0x8F;
        return overlong || surrogate || tooLarge ? 0 : length;
    }
}
