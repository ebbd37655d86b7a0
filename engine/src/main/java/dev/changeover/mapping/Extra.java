package dev.changeover.mapping;

import dev.changeover.bson.BsonType;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.ExtendedJson;

/** A row's mongo_extra while it is being written: values kept under their paths, and types noted. Not thread-safe. */
final class Extra {
    private final Bytes kept = new Bytes(256);
    private final Bytes types = new Bytes(256);
    private int entries;

    void clear() {
        kept.clear();
        types.clear();
        entries = 0;
    }

    /** How much has been added; a caller compares two readings to see whether something was. */
    int entries() {
        return entries;
    }

    void keep(Place place, int occurrence, BsonType type, byte[] bytes, int start, int end) {
        next(kept);
        place.writeKey(kept, occurrence);
        kept.put(':');
        ExtendedJson.write(kept, type, bytes, start, end);
    }

    /** Keeps a value as its own bytes, even where Extended JSON would do for its parts. */
    void keepRaw(Place place, int occurrence, BsonType type, byte[] bytes, int start, int end) {
        next(kept);
        place.writeKey(kept, occurrence);
        kept.put(':');
        ExtendedJson.writeRaw(kept, type, bytes, start, end);
    }

    /** Keeps the whole document's bytes: it then is what the row stands for, whatever the columns say. */
    void keepDocument(byte[] bytes, int start, int end) {
        next(kept);
        kept.putAscii("\"" + ExtraKeys.DOCUMENT + "\":\"");
        ExtendedJson.base64(kept, bytes, start, end - start);
        kept.put('"');
    }

    void note(Place place, String type) {
        next(types);
        place.writeKey(types, 1);
        types.putAscii(":\"");
        types.putAscii(type);
        types.put('"');
    }

    private void next(Bytes list) {
        entries++;
        if (list.size() > 0) {
            list.put(',');
        }
    }

    /** Writes the jsonb field, its length first; SQL NULL when nothing was added. */
    void writeField(Bytes out) {
        if (entries == 0) {
            out.putInt(-1);
            return;
        }
        int length = out.beginLength();
        out.put(1);
        out.put('{');
        if (types.size() > 0) {
            out.putAscii("\"" + ExtraKeys.TYPES + "\":{");
            out.put(types);
            out.put('}');
            if (kept.size() > 0) {
                out.put(',');
            }
        }
        out.put(kept);
        out.put('}');
        out.endLength(length);
    }
}
