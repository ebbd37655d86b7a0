package dev.changeover.bson;

/** The names of an array's elements: "0", "1", … in order, in every array that a sane driver wrote. */
public final class ArrayKeys {
    private ArrayKeys() {}

    /** True when the name's bytes are exactly the decimal digits of {@code index}. */
    public static boolean isIndex(byte[] bytes, int from, int to, int index) {
        int rest = index;
        int at = to;
        do {
            if (at == from || bytes[--at] != '0' + rest % 10) {
                return false;
            }
            rest /= 10;
        } while (rest > 0);
        return at == from;
    }

    /** True when every name of the array at {@code start} is its index. */
    public static boolean regular(byte[] bytes, int start, int end) {
        BsonCursor at = new BsonCursor().open(bytes, start, end);
        for (int index = 0; at.next(); index++) {
            if (!isIndex(bytes, at.nameStart(), at.nameEnd(), index)) {
                return false;
            }
        }
        return true;
    }
}
