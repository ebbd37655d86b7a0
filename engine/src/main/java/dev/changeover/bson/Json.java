package dev.changeover.bson;

import java.nio.charset.StandardCharsets;

/** Writes JSON tokens as UTF-8. */
public final class Json {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    /** For each ASCII character: 0 as it is, 'u' as a \\u escape, else the letter after the backslash. */
    private static final byte[] ESCAPE = new byte[128];

    static {
        for (int c = 0; c < 0x20; c++) {
            ESCAPE[c] = 'u';
        }
        ESCAPE['\b'] = 'b';
        ESCAPE['\t'] = 't';
        ESCAPE['\n'] = 'n';
        ESCAPE['\f'] = 'f';
        ESCAPE['\r'] = 'r';
        ESCAPE['"'] = '"';
        ESCAPE['\\'] = '\\';
    }

    private Json() {}

    /** Writes UTF-8 bytes as a quoted string. The caller has checked them, see {@link Utf8}. */
    public static void string(Bytes out, byte[] utf8, int from, int to) {
        out.reserve(to - from + 2);
        out.put('"');
        stringPart(out, utf8, from, to);
        out.put('"');
    }

    /** Writes a piece of a quoted string, without the quotes. */
    public static void stringPart(Bytes out, byte[] utf8, int from, int to) {
        int plain = from;
        for (int i = from; i < to; i++) {
            byte b = utf8[i];
            if (b >= 0 && ESCAPE[b] != 0) {
                out.put(utf8, plain, i - plain);
                escape(out, b);
                plain = i + 1;
            }
        }
        out.put(utf8, plain, to - plain);
    }

    public static void string(Bytes out, String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        string(out, utf8, 0, utf8.length);
    }

    private static void escape(Bytes out, byte b) {
        out.put('\\');
        out.put(ESCAPE[b]);
        if (ESCAPE[b] == 'u') {
            out.put('0');
            out.put('0');
            out.put(HEX[b >> 4]);
            out.put(HEX[b & 15]);
        }
    }

    /** Writes a whole number in decimal. */
    public static void integer(Bytes out, long value) {
        if (value == Long.MIN_VALUE) {
            out.putAscii("-9223372036854775808");
            return;
        }
        long rest = Math.abs(value);
        int digits = digits(rest);
        int length = value < 0 ? digits + 1 : digits;
        out.reserve(length);
        byte[] array = out.array();
        int at = out.size() + length;
        for (int i = 0; i < digits; i++) {
            array[--at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        if (value < 0) {
            array[--at] = '-';
        }
        out.advance(length);
    }

    private static int digits(long value) {
        int digits = 1;
        long bound = 10;
        while (digits < 19 && value >= bound) {
            digits++;
            bound *= 10;
        }
        return digits;
    }

    /** Writes bytes as lower-case hex digits, without quotes. */
    public static void hex(Bytes out, byte[] bytes, int from, int length) {
        out.reserve(length * 2);
        byte[] array = out.array();
        int at = out.size();
        for (int i = 0; i < length; i++) {
            int b = bytes[from + i] & 0xFF;
            array[at++] = HEX[b >> 4];
            array[at++] = HEX[b & 15];
        }
        out.advance(length * 2);
    }
}
