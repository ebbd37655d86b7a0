package dev.changeover.bson;

import dev.changeover.IdBound;

/** Takes the _id out of a document's bytes. */
public final class Ids {
    private static final byte[] NULL_ID = {10, 0, 0, 0, 10, '_', 'i', 'd', 0, 0};

    private Ids() {}

    /** The _id of document {@code i}; a document without one is in the _id index as null. */
    public static IdBound of(RawBatch batch, int i) {
        return of(batch.bytes(), batch.offset(i), batch.offset(i) + batch.length(i));
    }

    /** The _id of the document at {@code start}, which ends at or before {@code limit}. */
    public static IdBound of(byte[] bytes, int start, int limit) {
        BsonCursor cursor = new BsonCursor().open(bytes, start, limit);
        while (cursor.next()) {
            if (isId(cursor)) {
                return bound(cursor);
            }
        }
        return new IdBound(NULL_ID.clone());
    }

    private static boolean isId(BsonCursor cursor) {
        byte[] bytes = cursor.bytes();
        int at = cursor.nameStart();
        return cursor.nameEnd() - at == 3 && bytes[at] == '_' && bytes[at + 1] == 'i' && bytes[at + 2] == 'd';
    }

    private static IdBound bound(BsonCursor cursor) {
        int element = cursor.valueEnd() - cursor.elementStart();
        int length = 4 + element + 1;
        byte[] document = new byte[length];
        for (int i = 0; i < 4; i++) {
            document[i] = (byte) (length >>> (8 * i));
        }
        System.arraycopy(cursor.bytes(), cursor.elementStart(), document, 4, element);
        return new IdBound(document);
    }
}
