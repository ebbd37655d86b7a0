package dev.changeover.copy;

import dev.changeover.IdBound;
import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.MalformedBsonException;
import dev.changeover.bson.RawBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;

/** Finds the _id of a document in a batch. */
final class FirstId {
    private FirstId() {}

    /** The _id of the batch's first document, as the edge where a chunk begins. */
    static IdBound of(RawBatch batch) {
        return new IdBound(id(batch, 0));
    }

    private static byte[] id(RawBatch batch, int i) {
        BsonCursor cursor = new BsonCursor().open(batch.bytes(), batch.offset(i), batch.offset(i) + batch.length(i));
        while (cursor.next()) {
            if (cursor.name().equals("_id")) {
                int length = cursor.valueEnd() - cursor.elementStart();
                return ByteBuffer.allocate(length + 5)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putInt(length + 5)
                        .put(batch.bytes(), cursor.elementStart(), length)
                        .put((byte) 0)
                        .array();
            }
        }
        throw new MalformedBsonException("a document without _id");
    }

    /** For a message about a document that cannot be read: its _id, if at least that can. */
    static String describe(RawBatch batch, int i) {
        try {
            byte[] id = id(batch, i);
            return "its _id is, as BSON in hexadecimal, " + HexFormat.of().formatHex(id, 0, Math.min(id.length, 64))
                    + (id.length > 64 ? "..." : "");
        } catch (MalformedBsonException e) {
            return "its _id cannot be read either";
        }
    }
}
