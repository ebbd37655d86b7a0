package dev.changeover.bson;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Compares documents byte for byte, but for the order of the fields in documents (arrays keep theirs). */
public final class BsonOrder {
    private static final Comparator<byte[]> BY_BYTES = Arrays::compareUnsigned;

    private BsonOrder() {}

    public static boolean sameButForOrder(byte[] a, byte[] b) {
        return Arrays.equals(a, b) || Arrays.equals(sorted(a, 0, false), sorted(b, 0, false));
    }

    /** The same for the value of a document or array. */
    static boolean sameValue(BsonType type, byte[] a, byte[] b) {
        return Arrays.equals(a, b) || Arrays.equals(sortedValue(type, a), sortedValue(type, b));
    }

    static byte[] sortedValue(BsonType type, byte[] value) {
        return sorted(value, 0, type == BsonType.ARRAY);
    }

    /** The document at {@code offset} with the elements of every document sorted by their bytes. */
    private static byte[] sorted(byte[] bytes, int offset, boolean array) {
        List<byte[]> elements = new ArrayList<>();
        BsonCursor cursor = new BsonCursor(bytes, offset);
        while (cursor.next()) {
            elements.add(element(cursor));
        }
        if (!array) {
            elements.sort(BY_BYTES);
        }
        Bytes out = new Bytes(256);
        BsonWriter writer = new BsonWriter(out).begin();
        elements.forEach(e -> writer.raw(e, 0, e.length));
        writer.end();
        return out.toArray();
    }

    private static byte[] element(BsonCursor at) {
        if (at.type() != BsonType.DOCUMENT && at.type() != BsonType.ARRAY) {
            return Arrays.copyOfRange(at.bytes(), at.elementStart(), at.valueEnd());
        }
        Bytes out = new Bytes(64);
        out.put(at.bytes(), at.elementStart(), at.valueStart() - at.elementStart());
        byte[] nested = sorted(at.bytes(), at.valueStart(), at.type() == BsonType.ARRAY);
        out.put(nested, 0, nested.length);
        return out.toArray();
    }
}
