package dev.changeover.bson;

import java.util.ArrayList;
import java.util.List;

/** Walks a whole document, nested ones included, to see that it is well formed. Not thread-safe; reusable. */
public final class BsonCheck {
    /** MongoDB's own limit is below 200. */
    private static final int DEPTH_MOST = 500;

    private final List<BsonCursor> cursors = new ArrayList<>();

    /** Fails with {@link MalformedBsonException} unless a well-formed document stands at {@code start} and ends at {@code end}. */
    public void check(byte[] bytes, int start, int end) {
        if (BsonValues.int32(bytes, start) != end - start) {
            throw new MalformedBsonException(
                    "document at offset " + start + " is not " + (end - start) + " bytes long");
        }
        walk(bytes, start, end, 0);
    }

    private void walk(byte[] bytes, int start, int end, int depth) {
        if (depth == DEPTH_MOST) {
            throw new MalformedBsonException("documents are nested more than " + DEPTH_MOST + " deep");
        }
        if (depth == cursors.size()) {
            cursors.add(new BsonCursor());
        }
        BsonCursor at = cursors.get(depth).open(bytes, start, end);
        while (at.next()) {
            if (at.type() == BsonType.DOCUMENT || at.type() == BsonType.ARRAY) {
                walk(bytes, at.valueStart(), at.valueEnd(), depth + 1);
            } else if (at.type() == BsonType.BOOLEAN && (bytes[at.valueStart()] & ~1) != 0) {
                throw new MalformedBsonException("boolean " + bytes[at.valueStart()] + " at offset " + at.valueStart());
            }
        }
    }
}
