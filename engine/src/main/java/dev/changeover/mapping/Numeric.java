package dev.changeover.mapping;

import dev.changeover.bson.Bytes;
import dev.changeover.bson.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/**
 * PostgreSQL's binary numeric (src/backend/utils/adt/numeric.c, numeric_recv): digit count, weight, sign, display scale,
 * then digits in base 10,000. Not thread-safe.
 */
final class Numeric {
    private static final int POSITIVE = 0x0000;
    private static final int NEGATIVE = 0x4000;
    static final int NAN = 0xC000;
    static final int INFINITY = 0xD000;
    static final int MINUS_INFINITY = 0xF000;
    /** What PostgreSQL itself sends as an infinity's display scale; it takes any, but then the bytes would differ. */
    private static final int INFINITY_SCALE = 0x20;
    /** PostgreSQL's limit on the display scale. */
    static final int SCALE_MAX = 16_383;
    /** PostgreSQL's limit on digits before the decimal point. */
    static final int INTEGER_DIGITS_MAX = 131_072;

    private final Bytes digits = new Bytes(64);

    /** Writes the field of a special value: {@link #NAN}, {@link #INFINITY} or {@link #MINUS_INFINITY}. */
    static void special(Bytes out, int sign) {
        out.putInt(8);
        out.putShort(0);
        out.putShort(0);
        out.putShort(sign);
        out.putShort(sign == NAN ? 0 : INFINITY_SCALE);
    }

    void integer(Bytes out, long value) {
        digits.clear();
        Json.integer(digits, value);
        int sign = value < 0 ? 1 : 0;
        write(out, value < 0, digits.array(), sign, digits.size() - sign, 0);
    }

    /** Writes unscaled * 10^-scale; a negative scale adds zeros. */
    void decimal(Bytes out, boolean negative, BigInteger unscaled, int scale) {
        String text = unscaled.abs().toString();
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        if (scale >= 0 || unscaled.signum() == 0) {
            write(out, negative, ascii, 0, ascii.length, Math.max(0, scale));
            return;
        }
        byte[] shifted = java.util.Arrays.copyOf(ascii, ascii.length - scale);
        java.util.Arrays.fill(shifted, ascii.length, shifted.length, (byte) '0');
        write(out, negative, shifted, 0, shifted.length, 0);
    }

    /** Writes the field for decimal digits of which the last {@code scale} stand behind the point. */
    static void write(Bytes out, boolean negative, byte[] ascii, int from, int count, int scale) {
        int length = out.beginLength();
        int header = out.size();
        out.putInt(0); // digit count and weight, known below
        out.putShort(negative ? NEGATIVE : POSITIVE);
        out.putShort(scale);
        int top = Math.floorDiv(count - scale - 1, 4);
        int bottom = Math.floorDiv(-scale, 4);
        int first = Integer.MIN_VALUE;
        int written = 0;
        int trailing = 0;
        for (int group = top; group >= bottom; group--) {
            int value = group(ascii, from, count, scale, group);
            if (first == Integer.MIN_VALUE) {
                if (value == 0) {
                    continue;
                }
                first = group;
            }
            out.putShort(value);
            written++;
            trailing = value == 0 ? trailing + 1 : 0;
        }
        out.truncate(out.size() - 2 * trailing);
        boolean zero = first == Integer.MIN_VALUE;
        int weight = zero ? 0 : first;
        out.setInt(header, written - trailing << 16 | weight & 0xFFFF);
        if (zero) {
            out.setInt(header + 4, scale); // zero has no sign
        }
        out.endLength(length);
    }

    /** The base-10,000 digit that counts 10,000^group. */
    private static int group(byte[] ascii, int from, int count, int scale, int group) {
        int value = 0;
        for (int exponent = group * 4 + 3; exponent >= group * 4; exponent--) {
            int index = count - scale - 1 - exponent;
            int digit = index >= 0 && index < count ? ascii[from + index] - '0' : 0;
            value = value * 10 + digit;
        }
        return value;
    }

    /** The text of a binary numeric, as PostgreSQL prints it: never with an exponent. */
    static String read(byte[] bytes, int at) {
        int count = unsigned(bytes, at);
        int weight = (short) unsigned(bytes, at + 2);
        int sign = unsigned(bytes, at + 4);
        int scale = unsigned(bytes, at + 6);
        if (sign == NAN || sign == INFINITY || sign == MINUS_INFINITY) {
            return sign == NAN ? "NaN" : sign == INFINITY ? "Infinity" : "-Infinity";
        }
        StringBuilder text = new StringBuilder();
        for (int group = Math.max(weight, 0); group >= 0; group--) {
            append(text, digit(bytes, at, count, weight - group));
        }
        while (text.length() > 1 && text.charAt(0) == '0') {
            text.deleteCharAt(0);
        }
        if (scale > 0) {
            text.append('.');
            int point = text.length();
            for (int group = -1; text.length() < point + scale; group--) {
                append(text, digit(bytes, at, count, weight - group));
            }
            text.setLength(point + scale);
        }
        return sign == NEGATIVE ? text.insert(0, '-').toString() : text.toString();
    }

    private static void append(StringBuilder text, int digit) {
        text.append((char) ('0' + digit / 1_000))
                .append((char) ('0' + digit / 100 % 10))
                .append((char) ('0' + digit / 10 % 10))
                .append((char) ('0' + digit % 10));
    }

    private static int digit(byte[] bytes, int at, int count, int index) {
        return index >= 0 && index < count ? unsigned(bytes, at + 8 + 2 * index) : 0;
    }

    private static int unsigned(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | bytes[at + 1] & 0xFF;
    }
}
