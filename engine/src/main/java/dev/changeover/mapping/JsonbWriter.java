package dev.changeover.mapping;

import dev.changeover.bson.ArrayKeys;
import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonValues;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.Decimal;
import dev.changeover.bson.ExtendedJson;
import dev.changeover.bson.FieldNames;
import dev.changeover.bson.Json;
import dev.changeover.bson.MalformedBsonException;
import dev.changeover.bson.Utf8;
import dev.changeover.mapping.JsonToken.WholeSize;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A BSON value as plain JSON, the way an application would write it: ObjectId as hex, date as ISO-8601, decimal as a
 * number, binary as base64 (a UUID as its text). What JSON cannot hold is null there and kept in mongo_extra; a type that
 * JSON would not tell is noted there. Not thread-safe.
 */
final class JsonbWriter {
    private static final int DEPTH_MAX = 250;
    /** Below this, doubles are written with all their digits and a point, so that jsonb shows them as fractions. */
    private static final double PLAIN_MAX = 1e21;

    private final Decimal decimal = new Decimal();
    private final List<Nest> nests = new ArrayList<>();
    private Bytes out = new Bytes(0);
    private Extra extra = new Extra();
    private Place place = new Place();
    private boolean noted;
    private boolean kept;

    /** What one depth of nesting needs; reused from document to document. */
    private static final class Nest {
        private final BsonCursor cursor = new BsonCursor();
        private final FieldNames names = new FieldNames();
    }

    /** Writes the jsonb field (length, version 1, text) for a value that is not null. */
    Reason write(
            @Nullable Shape shape, BsonType type, byte[] b, int start, int end, Bytes into, Place at, Extra aside) {
        out = into;
        place = at;
        extra = aside;
        noted = false;
        kept = false;
        int mark = into.size();
        int length = into.beginLength();
        into.put(1);
        try {
            value(shape, type, b, start, end, 0);
        } catch (MalformedBsonException malformed) {
            into.truncate(mark);
            into.putInt(-1);
            return Reason.ODD_BYTES;
        }
        into.endLength(length);
        return kept ? Reason.KEPT_INSIDE : noted ? Reason.TYPES_NOTED_INSIDE : Reason.EXACT;
    }

    private void value(@Nullable Shape shape, BsonType type, byte[] b, int start, int end, int depth) {
        switch (type) {
            case DOCUMENT -> document(shape, b, start, end, depth);
            case ARRAY -> array(shape, b, start, end, depth);
            case STRING -> string(shape, b, start, end);
            case INT32, INT64 -> whole(shape, type, b, start);
            case DOUBLE -> real(shape, b, start, end);
            case DECIMAL128 -> decimal(shape, b, start, end);
            case BOOLEAN -> bool(b, start, end);
            case NULL, UNDEFINED -> {
                out.putAscii("null");
                noteUnless(JsonToken.NULL, WholeSize.NONE, shape, type, b, start);
            }
            case OBJECT_ID -> {
                out.put('"');
                Json.hex(out, b, start, 12);
                out.put('"');
                noteUnless(JsonToken.STRING, WholeSize.NONE, shape, type, b, start);
            }
            case DATE -> {
                out.put('"');
                DateText.write(out, BsonValues.int64(b, start));
                out.put('"');
                noteUnless(JsonToken.STRING, WholeSize.NONE, shape, type, b, start);
            }
            case BINARY -> binary(shape, b, start);
            case REGEX, DB_POINTER, CODE, SYMBOL, CODE_WITH_SCOPE, TIMESTAMP, MIN_KEY, MAX_KEY -> {
                if (ExtendedJson.tryWrite(out, type, b, start, end)) {
                    noteUnless(JsonToken.OBJECT, WholeSize.NONE, shape, type, b, start);
                } else {
                    keep(type, b, start, end);
                }
            }
        }
    }

    private void noteUnless(JsonToken token, WholeSize size, @Nullable Shape shape, BsonType type, byte[] b, int at) {
        if (token.readAs(Shape.type(shape), size) != type) {
            extra.note(place, ScalarWriter.note(type, b, at));
            noted = true;
        }
    }

    /** The value goes to mongo_extra; here stands null. */
    private void keep(BsonType type, byte[] b, int start, int end) {
        out.putAscii("null");
        extra.keep(place, 1, type, b, start, end);
        kept = true;
    }

    private Nest nest(int depth) {
        if (depth > DEPTH_MAX) {
            throw new MalformedBsonException("nested deeper than " + DEPTH_MAX);
        }
        while (nests.size() <= depth) {
            nests.add(new Nest());
        }
        return nests.get(depth);
    }

    private void document(@Nullable Shape shape, byte[] b, int start, int end, int depth) {
        noteUnless(JsonToken.OBJECT, WholeSize.NONE, shape, BsonType.DOCUMENT, b, start);
        Nest nest = nest(depth);
        nest.names.clear();
        BsonCursor at = nest.cursor.open(b, start, end);
        out.put('{');
        boolean first = true;
        boolean odd = false;
        while (at.next()) {
            if (Utf8.check(b, at.nameStart(), at.nameEnd()) != Utf8.VALID) {
                odd = true;
                continue;
            }
            if (!nest.names.add(b, at.nameStart(), at.nameEnd())) {
                odd = true;
                continue;
            }
            if (!first) {
                out.put(',');
            }
            first = false;
            Json.string(out, b, at.nameStart(), at.nameEnd());
            out.put(':');
            place.down(at.nameStart(), at.nameEnd());
            Shape field = Shape.field(shape, b, at.nameStart(), at.nameEnd());
            value(field, at.type(), b, at.valueStart(), at.valueEnd(), depth + 1);
            place.up();
        }
        out.put('}');
        if (odd) { // names that JSON cannot hold, or twice: the document's own bytes tell
            extra.keepRaw(place, 1, BsonType.DOCUMENT, b, start, end);
            kept = true;
        }
    }

    private void array(@Nullable Shape shape, byte[] b, int start, int end, int depth) {
        noteUnless(JsonToken.ARRAY, WholeSize.NONE, shape, BsonType.ARRAY, b, start);
        BsonCursor at = nest(depth).cursor.open(b, start, end);
        Shape elements = Shape.elements(shape);
        boolean odd = false;
        out.put('[');
        for (int index = 0; at.next(); index++) {
            if (index > 0) {
                out.put(',');
            }
            odd |= !ArrayKeys.isIndex(b, at.nameStart(), at.nameEnd(), index);
            place.down(at.nameStart(), at.nameEnd());
            value(elements, at.type(), b, at.valueStart(), at.valueEnd(), depth + 1);
            place.up();
        }
        out.put(']');
        if (odd) {
            extra.keepRaw(place, 1, BsonType.ARRAY, b, start, end);
            kept = true;
        }
    }

    private void string(@Nullable Shape shape, byte[] b, int start, int end) {
        if (Utf8.check(b, start + 4, end - 1) != Utf8.VALID) {
            keep(BsonType.STRING, b, start, end);
            return;
        }
        Json.string(out, b, start + 4, end - 1);
        noteUnless(JsonToken.STRING, WholeSize.NONE, shape, BsonType.STRING, b, start);
    }

    private void whole(@Nullable Shape shape, BsonType type, byte[] b, int start) {
        long value = type == BsonType.INT32 ? BsonValues.int32(b, start) : BsonValues.int64(b, start);
        Json.integer(out, value);
        noteUnless(JsonToken.WHOLE, WholeSize.of(value), shape, type, b, start);
    }

    private void real(@Nullable Shape shape, byte[] b, int start, int end) {
        double value = BsonValues.float64(b, start);
        if (!Double.isFinite(value)) {
            keep(BsonType.DOUBLE, b, start, end);
            return;
        }
        JsonToken token = JsonToken.FRACTION;
        if (Math.abs(value) < PLAIN_MAX && value == Math.rint(value)) {
            wholeDouble(value);
        } else {
            out.putAscii(Double.toString(value));
            token = Math.abs(value) >= PLAIN_MAX ? JsonToken.WHOLE : JsonToken.FRACTION;
        }
        if (BsonValues.int64(b, start) == Long.MIN_VALUE) { // jsonb has no negative zero
            extra.keep(place, 1, BsonType.DOUBLE, b, start, end);
            kept = true;
            return;
        }
        noteUnless(token, WholeSize.LARGER, shape, BsonType.DOUBLE, b, start);
    }

    private void wholeDouble(double value) {
        if (Math.abs(value) < 0x1p62) {
            Json.integer(out, (long) value);
        } else {
            out.putAscii(ScalarWriter.plain(value));
        }
        out.putAscii(".0");
    }

    private void decimal(@Nullable Shape shape, byte[] b, int start, int end) {
        decimal.set(b, start);
        if (decimal.kind() != Decimal.Kind.FINITE) {
            keep(BsonType.DECIMAL128, b, start, end);
            return;
        }
        String digits = decimal.coefficient().toString();
        if (decimal.negative()) {
            out.put('-');
        }
        out.put(digits.getBytes(StandardCharsets.US_ASCII), 0, digits.length());
        if (decimal.exponent() != 0) {
            out.put('E');
            Json.integer(out, decimal.exponent());
        }
        if (!decimal.plain()) {
            extra.keep(place, 1, BsonType.DECIMAL128, b, start, end);
            kept = true;
            return;
        }
        JsonToken token = decimal.exponent() < 0 ? JsonToken.FRACTION : JsonToken.WHOLE;
        noteUnless(token, size(decimal.coefficient()), shape, BsonType.DECIMAL128, b, start);
    }

    private static WholeSize size(BigInteger value) {
        return value.bitLength() > 63 ? WholeSize.LARGER : WholeSize.of(value.longValueExact());
    }

    private void bool(byte[] b, int start, int end) {
        if (b[start] != 0 && b[start] != 1) {
            keep(BsonType.BOOLEAN, b, start, end);
            return;
        }
        out.putAscii(b[start] == 1 ? "true" : "false");
    }

    private void binary(@Nullable Shape shape, byte[] b, int start) {
        int subtype = BsonValues.binarySubtype(b, start);
        int length = BsonValues.int32(b, start);
        int payload = BsonValues.binaryStart(start);
        boolean uuid = subtype == 4 && length == 16;
        out.put('"');
        if (uuid) {
            UuidText.write(out, b, payload);
        } else {
            ExtendedJson.base64(out, b, payload, length);
        }
        out.put('"');
        if (subtype != 0 && !uuid) {
            extra.note(place, ScalarWriter.note(BsonType.BINARY, b, start));
            noted = true;
        } else {
            noteUnless(JsonToken.STRING, WholeSize.NONE, shape, BsonType.BINARY, b, start);
        }
    }
}
