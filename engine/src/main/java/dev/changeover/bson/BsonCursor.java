package dev.changeover.bson;

import java.nio.charset.StandardCharsets;

/**
 * Walks the elements of one document or array in a byte array, without copying. Every offset it hands out has been
 * checked against the document's end, so readers of a value need no checks of their own. Not thread-safe; reusable.
 */
public final class BsonCursor {
    private byte[] bytes;
    private int end;
    private int next;
    private BsonType type = BsonType.NULL;
    private int nameStart;
    private int nameEnd;
    private int valueStart;

    public BsonCursor() {
        bytes = new byte[0];
    }

    public BsonCursor(byte[] document) {
        this(document, 0);
    }

    public BsonCursor(byte[] bytes, int offset) {
        this.bytes = bytes;
        open(bytes, offset, bytes.length);
    }

    /** Stands before the first element of the document at {@code offset}, which must end at or before {@code limit}. */
    public BsonCursor open(byte[] source, int offset, int limit) {
        bytes = source;
        if (limit - offset < 5) {
            throw new MalformedBsonException("document of " + (limit - offset) + " bytes at offset " + offset);
        }
        int length = BsonValues.int32(source, offset);
        if (length < 5 || length > limit - offset) {
            throw new MalformedBsonException("document length " + length + " at offset " + offset);
        }
        end = offset + length - 1;
        if (source[end] != 0) {
            throw new MalformedBsonException("document at offset " + offset + " does not end with 0");
        }
        next = offset + 4;
        return this;
    }

    /** Moves to the next element; false at the end of the document. */
    public boolean next() {
        if (next == end) {
            return false;
        }
        type = BsonType.ofCode(bytes[next]);
        nameStart = next + 1;
        nameEnd = endOfName(nameStart);
        valueStart = nameEnd + 1;
        next = valueStart + length(type, valueStart);
        if (next > end || next < valueStart) {
            throw new MalformedBsonException("value of type " + type.alias() + " overruns its document");
        }
        return true;
    }

    public byte[] bytes() {
        return bytes;
    }

    public BsonType type() {
        return type;
    }

    public int nameStart() {
        return nameStart;
    }

    /** The offset of the name's final 0. */
    public int nameEnd() {
        return nameEnd;
    }

    public int valueStart() {
        return valueStart;
    }

    public int valueEnd() {
        return next;
    }

    /** The offset of the element's type byte. */
    public int elementStart() {
        return nameStart - 1;
    }

    /** The name as text; bytes that are not UTF-8 become U+FFFD, see {@link Utf8}. */
    public String name() {
        return new String(bytes, nameStart, nameEnd - nameStart, StandardCharsets.UTF_8);
    }

    private int endOfName(int from) {
        for (int i = from; i < end; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        throw new MalformedBsonException("element name at offset " + from + " has no end");
    }

    /** The length of a value in bytes; values that hold their own length have it checked by the caller. */
    private int length(BsonType of, int at) {
        return switch (of) {
            case NULL, UNDEFINED, MIN_KEY, MAX_KEY -> 0;
            case BOOLEAN -> 1;
            case INT32 -> 4;
            case DOUBLE, DATE, TIMESTAMP, INT64 -> 8;
            case OBJECT_ID -> 12;
            case DECIMAL128 -> 16;
            case STRING, CODE, SYMBOL -> 4 + stringLength(at);
            case DOCUMENT, ARRAY -> documentLength(at);
            case BINARY -> 5 + lengthField(at, 0);
            case DB_POINTER -> 4 + stringLength(at) + 12;
            case CODE_WITH_SCOPE -> lengthField(at, 14);
            case REGEX -> endOfName(endOfName(at) + 1) + 1 - at;
        };
    }

    private int stringLength(int at) {
        int length = lengthField(at, 1);
        int last = at + 4 + length - 1;
        if (last < at || last >= end || bytes[last] != 0) {
            throw new MalformedBsonException("string at offset " + at + " does not end with 0");
        }
        return length;
    }

    private int documentLength(int at) {
        int length = lengthField(at, 5);
        int last = at + length - 1;
        if (last < at || last >= end || bytes[last] != 0) {
            throw new MalformedBsonException("document at offset " + at + " does not end with 0");
        }
        return length;
    }

    private int lengthField(int at, int least) {
        if (end - at < 4) {
            throw new MalformedBsonException("length at offset " + at + " is cut off");
        }
        int length = BsonValues.int32(bytes, at);
        if (length < least || length > end - at) {
            throw new MalformedBsonException("length " + length + " at offset " + at);
        }
        return length;
    }
}
