package dev.changeover.profile;

import dev.changeover.bson.Utf8;

/** What the strings of one path look like. Lengths are in bytes of UTF-8. Not thread-safe. */
public final class StringStats {
    private long count;
    private int longest;
    private long numbers;
    private long unfit;

    void add(byte[] source, int from, int to) {
        count++;
        longest = Math.max(longest, to - from);
        if (isNumber(source, from, to)) {
            numbers++;
        } else if (Utf8.check(source, from, to) != Utf8.VALID) {
            unfit++;
        }
    }

    void merge(StringStats other) {
        count += other.count;
        longest = Math.max(longest, other.longest);
        numbers += other.numbers;
        unfit += other.unfit;
    }

    public long count() {
        return count;
    }

    public int longestBytes() {
        return longest;
    }

    /** Strings that are exactly a number, see {@link #isNumber}. */
    public long numbers() {
        return numbers;
    }

    /** Strings that PostgreSQL's text refuses: with U+0000, or not UTF-8. */
    public long unfit() {
        return unfit;
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
}
