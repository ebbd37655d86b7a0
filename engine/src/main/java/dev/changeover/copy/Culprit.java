package dev.changeover.copy;

import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.ExtendedJson;
import dev.changeover.bson.Ids;
import dev.changeover.bson.MalformedBsonException;
import dev.changeover.bson.RawBatch;
import java.nio.charset.StandardCharsets;

/** Names the document that a failure is about. */
final class Culprit {
    private static final int SHOWN_MOST = 200;

    private Culprit() {}

    /** Its _id as Extended JSON, if at least that can be read. */
    static String describe(RawBatch batch, int i) {
        try {
            byte[] id = Ids.of(batch, i).document();
            BsonCursor cursor = new BsonCursor().open(id, 0, id.length);
            Bytes out = new Bytes(64);
            if (cursor.next()) {
                ExtendedJson.write(out, cursor);
            }
            String text = new String(out.array(), 0, out.size(), StandardCharsets.UTF_8);
            return "its _id is " + (text.length() > SHOWN_MOST ? text.substring(0, SHOWN_MOST) + "..." : text);
        } catch (MalformedBsonException e) {
            return "its _id cannot be read either";
        }
    }
}
