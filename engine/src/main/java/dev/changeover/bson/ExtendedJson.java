package dev.changeover.bson;

import java.util.Base64;
import org.bson.types.Decimal128;

/**
 * Canonical MongoDB Extended JSON v2 of a value, where that reads back to the same bytes; else
 * <code>{"$bson": base64}</code> of the document <code>{"": value}</code>. The text holds no U+0000, so that jsonb
 * takes it; jsonb forgets the order of fields, which is the only thing that is not kept.
 */
public final class ExtendedJson {
    static final String RAW = "$bson";
    /** MongoDB refuses documents nested deeper than 180 (mongod parameter maxBSONDepth). */
    private static final int DEPTH_MAX = 250;

    private ExtendedJson() {}

    /** Writes the value the cursor stands on. */
    public static void write(Bytes out, BsonCursor at) {
        write(out, at.type(), at.bytes(), at.valueStart(), at.valueEnd());
    }

    public static void write(Bytes out, BsonType type, byte[] bytes, int start, int end) {
        if (!tryWrite(out, type, bytes, start, end)) {
            writeRaw(out, type, bytes, start, end);
        }
    }

    /** Writes the value as base64 of its own bytes. */
    public static void writeRaw(Bytes out, BsonType type, byte[] bytes, int start, int end) {
        Bytes document = new Bytes(end - start + 8);
        new BsonWriter(document)
                .begin()
                .name(type, "")
                .raw(bytes, start, end - start)
                .end();
        out.putAscii("{\"" + RAW + "\":\"");
        byte[] base64 = Base64.getEncoder().encode(document.toArray());
        out.put(base64, 0, base64.length);
        out.putAscii("\"}");
    }

    /** Writes the value as Extended JSON; false, and nothing written, when that would not read back to the same bytes. */
    public static boolean tryWrite(Bytes out, BsonType type, byte[] bytes, int start, int end) {
        int mark = out.size();
        boolean exact;
        try {
            exact = value(out, type, bytes, start, end, 0);
        } catch (MalformedBsonException malformed) {
            exact = false; // kept as it is, byte for byte
        }
        if (!exact) {
            out.truncate(mark);
        }
        return exact;
    }

    private static boolean value(Bytes out, BsonType type, byte[] b, int start, int end, int depth) {
        switch (type) {
            case DOCUMENT -> {
                return document(out, b, start, end, depth);
            }
            case ARRAY -> {
                return array(out, b, start, end, depth);
            }
            case STRING -> {
                return text(out, b, start + 4, end - 1);
            }
            case INT32 -> number(out, "$numberInt", Integer.toString(BsonValues.int32(b, start)));
            case INT64 -> number(out, "$numberLong", Long.toString(BsonValues.int64(b, start)));
            case DOUBLE -> {
                return real(out, BsonValues.int64(b, start));
            }
            case DECIMAL128 -> {
                return decimal(out, b, start);
            }
            case BOOLEAN -> {
                out.putAscii(b[start] == 0 ? "false" : "true");
                return b[start] == 0 || b[start] == 1;
            }
            case NULL -> out.putAscii("null");
            case UNDEFINED -> out.putAscii("{\"$undefined\":true}");
            case MIN_KEY -> out.putAscii("{\"$minKey\":1}");
            case MAX_KEY -> out.putAscii("{\"$maxKey\":1}");
            case DATE -> out.putAscii("{\"$date\":{\"$numberLong\":\"" + BsonValues.int64(b, start) + "\"}}");
            case OBJECT_ID -> objectId(out, b, start);
            case TIMESTAMP -> timestamp(out, BsonValues.int64(b, start));
            case BINARY -> binary(out, b, start);
            case REGEX -> {
                return regex(out, b, start, end);
            }
            case CODE -> {
                return wrapped(out, "$code", b, start, end);
            }
            case SYMBOL -> {
                return wrapped(out, "$symbol", b, start, end);
            }
            case DB_POINTER -> {
                return dbPointer(out, b, start, end);
            }
            case CODE_WITH_SCOPE -> {
                return false; // the order of its scope's fields is part of it
            }
        }
        return true;
    }

    private static boolean document(Bytes out, byte[] b, int start, int end, int depth) {
        guard(depth);
        BsonCursor at = new BsonCursor().open(b, start, end);
        FieldNames seen = new FieldNames();
        out.put('{');
        boolean first = true;
        while (at.next()) {
            boolean dollar = b[at.nameStart()] == '$';
            if (dollar || !seen.add(b, at.nameStart(), at.nameEnd())) {
                return false;
            }
            if (!first) {
                out.put(',');
            }
            first = false;
            if (!text(out, b, at.nameStart(), at.nameEnd())) {
                return false;
            }
            out.put(':');
            if (!value(out, at.type(), b, at.valueStart(), at.valueEnd(), depth + 1)) {
                return false;
            }
        }
        out.put('}');
        return true;
    }

    private static boolean array(Bytes out, byte[] b, int start, int end, int depth) {
        guard(depth);
        BsonCursor at = new BsonCursor().open(b, start, end);
        out.put('[');
        for (int index = 0; at.next(); index++) {
            if (!ArrayKeys.isIndex(b, at.nameStart(), at.nameEnd(), index)) {
                return false;
            }
            if (index > 0) {
                out.put(',');
            }
            if (!value(out, at.type(), b, at.valueStart(), at.valueEnd(), depth + 1)) {
                return false;
            }
        }
        out.put(']');
        return true;
    }

    private static void guard(int depth) {
        if (depth > DEPTH_MAX) {
            throw new MalformedBsonException("nested deeper than " + DEPTH_MAX);
        }
    }

    private static boolean text(Bytes out, byte[] b, int from, int to) {
        if (Utf8.check(b, from, to) != Utf8.VALID) {
            return false;
        }
        Json.string(out, b, from, to);
        return true;
    }

    private static void number(Bytes out, String key, String digits) {
        out.putAscii("{\"" + key + "\":\"" + digits + "\"}");
    }

    private static boolean real(Bytes out, long bits) {
        double value = Double.longBitsToDouble(bits);
        number(out, "$numberDouble", Double.toString(value));
        return Double.doubleToLongBits(value) == bits; // a NaN with a payload does not read back
    }

    private static boolean decimal(Bytes out, byte[] b, int start) {
        Decimal128 value = decimal128(b, start);
        number(out, "$numberDecimal", value.toString());
        return new Decimal().set(b, start).kind() != Decimal.Kind.NOT_CANONICAL;
    }

    /** The IEEE 754 decimal at {@code start}. */
    public static Decimal128 decimal128(byte[] b, int start) {
        return Decimal128.fromIEEE754BIDEncoding(BsonValues.int64(b, start + 8), BsonValues.int64(b, start));
    }

    private static void objectId(Bytes out, byte[] b, int start) {
        out.putAscii("{\"$oid\":\"");
        Json.hex(out, b, start, 12);
        out.putAscii("\"}");
    }

    private static void timestamp(Bytes out, long bits) {
        out.putAscii("{\"$timestamp\":{\"t\":" + (bits >>> 32) + ",\"i\":" + (bits & 0xFFFF_FFFFL) + "}}");
    }

    private static void binary(Bytes out, byte[] b, int start) {
        out.putAscii("{\"$binary\":{\"base64\":\"");
        base64(out, b, BsonValues.binaryStart(start), BsonValues.int32(b, start));
        int subtype = BsonValues.binarySubtype(b, start);
        out.putAscii("\",\"subType\":\"" + (subtype < 16 ? "0" : "") + Integer.toHexString(subtype) + "\"}}");
    }

    /** Writes bytes as base64 without quotes. */
    public static void base64(Bytes out, byte[] b, int from, int length) {
        byte[] payload = java.util.Arrays.copyOfRange(b, from, from + length);
        byte[] text = Base64.getEncoder().encode(payload);
        out.put(text, 0, text.length);
    }

    private static boolean regex(Bytes out, byte[] b, int start, int end) {
        int patternEnd = start;
        while (b[patternEnd] != 0) {
            patternEnd++;
        }
        out.putAscii("{\"$regularExpression\":{\"pattern\":");
        if (!text(out, b, start, patternEnd)) {
            return false;
        }
        out.putAscii(",\"options\":");
        if (!text(out, b, patternEnd + 1, end - 1)) {
            return false;
        }
        out.putAscii("}}");
        return true;
    }

    private static boolean wrapped(Bytes out, String key, byte[] b, int start, int end) {
        out.putAscii("{\"" + key + "\":");
        if (!text(out, b, start + 4, end - 1)) {
            return false;
        }
        out.put('}');
        return true;
    }

    private static boolean dbPointer(Bytes out, byte[] b, int start, int end) {
        out.putAscii("{\"$dbPointer\":{\"$ref\":");
        if (!text(out, b, start + 4, end - 13)) {
            return false;
        }
        out.putAscii(",\"$id\":");
        objectId(out, b, end - 12);
        out.putAscii("}}");
        return true;
    }
}
