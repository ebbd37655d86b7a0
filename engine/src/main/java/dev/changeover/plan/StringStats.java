package dev.changeover.plan;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** What the strings of one path look like. Lengths are in bytes of UTF-8. Not thread-safe. */
final class StringStats {
    private long count;
    private long bytes;
    private int longest;
    private long numbers;
    private long withNul;
    private long notUtf8;

    void add(byte[] source, int from, int to) {
        count++;
        bytes += to - from;
        longest = Math.max(longest, to - from);
        if (isNumber(source, from, to)) {
            numbers++;
        } else if (hasNul(source, from, to)) {
            withNul++;
        } else if (!isUtf8(source, from, to)) {
            notUtf8++;
        }
    }

    void merge(StringStats other) {
        count += other.count;
        bytes += other.bytes;
        longest = Math.max(longest, other.longest);
        numbers += other.numbers;
        withNul += other.withNul;
        notUtf8 += other.notUtf8;
    }

    long count() {
        return count;
    }

    long averageBytes() {
        return count == 0 ? 0 : bytes / count;
    }

    int longestBytes() {
        return longest;
    }

    /** Strings that are exactly a number, see {@link #isNumber}. */
    long numbers() {
        return numbers;
    }

    /** Strings that PostgreSQL's text refuses: with U+0000, or not UTF-8. */
    long unfit() {
        return withNul + notUtf8;
    }

    long withNul() {
        return withNul;
    }

    /** Matches {@code -?(0|[1-9][0-9]*)(\.[0-9]+)?}: what numeric prints again in the same letters. */
    static boolean isNumber(byte[] source, int from, int to) {
        int at = from < to && source[from] == '-' ? from + 1 : from;
        int whole = digitsEnd(source, at, to);
        if (whole == at || (source[at] == '0' && whole > at + 1)) {
            return false;
        }
        if (whole == to) {
            return true;
        }
        return source[whole] == '.' && whole + 1 < to && digitsEnd(source, whole + 1, to) == to;
    }

    private static int digitsEnd(byte[] source, int from, int to) {
        int at = from;
        while (at < to && source[at] >= '0' && source[at] <= '9') {
            at++;
        }
        return at;
    }

    private static boolean hasNul(byte[] source, int from, int to) {
        for (int i = from; i < to; i++) {
            if (source[i] == 0) {
                return true;
            }
        }
        return false;
    }

    static boolean isUtf8(byte[] source, int from, int to) {
        for (int i = from; i < to; i++) {
            if (source[i] < 0) {
                return decodes(source, i, to);
            }
        }
        return true;
    }

    private static boolean decodes(byte[] source, int from, int to) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(source, from, to - from));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
