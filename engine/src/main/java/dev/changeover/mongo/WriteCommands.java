package dev.changeover.mongo;

import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.Ids;
import dev.changeover.mongo.FencedWriter.Write;
import java.util.List;

/** Write commands as bytes, past the driver's own encoding and checks: documents go as they are. Pure functions. */
final class WriteCommands {
    private WriteCommands() {}

    /** One command of writes of one kind to one collection. */
    static BsonWriter of(List<Write> writes) {
        Write first = writes.getFirst();
        String collection = first.namespace().collection();
        BsonWriter out = new BsonWriter(new Bytes(1 << 10)).begin();
        switch (first) {
            case Write.Delete one -> out.name(BsonType.STRING, "delete").string(collection);
            case Write.Insert one -> out.name(BsonType.STRING, "insert").string(collection);
            case Write.Replace one -> out.name(BsonType.STRING, "update").string(collection);
        }
        out.name(BsonType.ARRAY, list(first)).begin();
        for (int i = 0; i < writes.size(); i++) {
            out.name(BsonType.DOCUMENT, Integer.toString(i));
            one(out, writes.get(i));
        }
        return out.end().end();
    }

    private static String list(Write write) {
        return switch (write) {
            case Write.Delete one -> "deletes";
            case Write.Insert one -> "documents";
            case Write.Replace one -> "updates";
        };
    }

    private static void one(BsonWriter out, Write write) {
        switch (write) {
            case Write.Delete delete -> {
                out.begin().name(BsonType.DOCUMENT, "q").begin();
                equalTo(out, delete.key());
                out.end().name(BsonType.INT32, "limit").int32(1).end();
            }
            case Write.Insert insert -> out.raw(insert.document(), 0, insert.document().length);
            case Write.Replace replace -> {
                byte[] document = replace.document();
                out.begin().name(BsonType.DOCUMENT, "q").begin();
                equalTo(out, Ids.of(document, 0, document.length));
                out.end()
                        .name(BsonType.DOCUMENT, "u")
                        .raw(document, 0, document.length)
                        .end();
            }
        }
    }

    /** With $eq, as a key may be a document that looks like an operator. */
    private static void equalTo(BsonWriter out, dev.changeover.IdBound key) {
        out.name(BsonType.DOCUMENT, "_id").begin();
        FencedWriter.key(out, "$eq", key);
        out.end();
    }
}
