package dev.changeover.dump;

import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonValues;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Documents taken apart into their elements' bytes, and put together. */
final class Elements {
    private static final byte[] EMPTY = {5, 0, 0, 0, 0};

    private Elements() {}

    /** A value with its type. */
    @SuppressWarnings("ArrayRecordComponent") // the bytes are the value
    record Value(BsonType type, byte[] bytes) {
        static final Value NULL = new Value(BsonType.NULL, new byte[0]);

        static Value document() {
            return new Value(BsonType.DOCUMENT, EMPTY);
        }

        boolean is(BsonType other) {
            return type == other;
        }

        Optional<String> text() {
            return type == BsonType.STRING
                    ? Optional.of(new String(bytes, 4, bytes.length - 5, StandardCharsets.UTF_8))
                    : Optional.empty();
        }

        /** Of a number or a boolean; 0 for everything else. */
        long number() {
            return switch (type) {
                case INT32 -> BsonValues.int32(bytes, 0);
                case INT64, TIMESTAMP -> BsonValues.int64(bytes, 0);
                case DOUBLE -> (long) BsonValues.float64(bytes, 0);
                case BOOLEAN -> bytes[0];
                case STRING,
                        DOCUMENT,
                        ARRAY,
                        BINARY,
                        UNDEFINED,
                        OBJECT_ID,
                        DATE,
                        NULL,
                        REGEX,
                        DB_POINTER,
                        CODE,
                        SYMBOL,
                        CODE_WITH_SCOPE,
                        DECIMAL128,
                        MIN_KEY,
                        MAX_KEY -> 0;
            };
        }
    }

    /** What to do with each field of a document or array. */
    interface Each {
        void element(String name, Value value);
    }

    static void each(byte[] document, Each each) {
        BsonCursor at = new BsonCursor(document);
        while (at.next()) {
            each.element(at.name(), new Value(at.type(), Arrays.copyOfRange(document, at.valueStart(), at.valueEnd())));
        }
    }

    /** By name; of fields of one name the first. */
    static Map<String, Value> map(byte[] document) {
        Map<String, Value> fields = new LinkedHashMap<>();
        each(document, fields::putIfAbsent);
        return fields;
    }

    static BsonWriter begin(int about) {
        return new BsonWriter(new Bytes(about + 64)).begin();
    }

    static void write(BsonWriter out, String name, Value value) {
        out.name(value.type(), name).raw(value.bytes(), 0, value.bytes().length);
    }

    static byte[] end(BsonWriter out) {
        return out.end().out().toArray();
    }
}
