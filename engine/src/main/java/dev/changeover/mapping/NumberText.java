package dev.changeover.mapping;

/** Looks at a string's bytes: is it exactly a number, in the one spelling that the number itself would print as? */
final class NumberText {
    private NumberText() {}

    /**
     * The count of digits behind the point of <code>-?(0|[1-9][0-9]*)(\.[0-9]+)?</code>, or -1 when it is not of that
     * form, is a negative zero, or is longer than numeric takes.
     */
    static int scale(byte[] bytes, int from, int to) {
        int at = from;
        boolean negative = at < to && bytes[at] == '-';
        if (negative) {
            at++;
        }
        int integer = digits(bytes, at, to);
        boolean leadingZero = integer > 1 && bytes[at] == '0';
        if (integer == 0 || leadingZero || integer > Numeric.INTEGER_DIGITS_MAX) {
            return -1;
        }
        int scale = 0;
        int point = at + integer;
        if (point < to) {
            scale = bytes[point] == '.' ? digits(bytes, point + 1, to) : 0;
            if (scale == 0 || scale > Numeric.SCALE_MAX || point + 1 + scale != to) {
                return -1;
            }
        }
        return negative && onlyZeros(bytes, at, to) ? -1 : scale;
    }

    private static int digits(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        return at - from;
    }

    private static boolean onlyZeros(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != '0' && bytes[i] != '.') {
                return false;
            }
        }
        return true;
    }
}
