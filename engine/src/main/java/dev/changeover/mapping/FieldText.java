package dev.changeover.mapping;

import dev.changeover.bson.Bytes;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.ColumnType.Scalar;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** A field of a row as a person reads it. Pure. */
public final class FieldText {
    private FieldText() {}

    public static String of(ColumnType type, Tuple row, int field) {
        if (row.isNull(field)) {
            return "NULL";
        }
        return type.array()
                ? array(type.scalar(), row.bytes(), row.start(field))
                : scalar(type.scalar(), row.bytes(), row.start(field), row.length(field));
    }

    /** Dimensions, flags and element type (12 bytes), then for the one dimension its size and lower bound. */
    private static String array(Scalar scalar, byte[] b, int start) {
        StringBuilder text = new StringBuilder("{");
        int size = Tuple.int32(b, start) == 0 ? 0 : Tuple.int32(b, start + 12);
        int at = start + 20;
        for (int i = 0; i < size; i++) {
            int length = Tuple.int32(b, at);
            text.append(i == 0 ? "" : ",").append(length < 0 ? "NULL" : scalar(scalar, b, at + 4, length));
            at += 4 + Math.max(0, length);
        }
        return text.append('}').toString();
    }

    private static String scalar(Scalar scalar, byte[] b, int start, int length) {
        return switch (scalar) {
            case TEXT -> new String(b, start, length, StandardCharsets.UTF_8);
            case JSONB -> new String(b, start + 1, length - 1, StandardCharsets.UTF_8); // after its version
            case INTEGER -> Integer.toString(Tuple.int32(b, start));
            case BIGINT -> Long.toString(Tuple.int64(b, start));
            case DOUBLE -> Double.toString(Double.longBitsToDouble(Tuple.int64(b, start)));
            case NUMERIC -> Numeric.read(b, start);
            case BOOLEAN -> Boolean.toString(b[start] == 1);
            case TIMESTAMPTZ -> {
                Bytes text = new Bytes(DateText.LENGTH);
                long micros = Tuple.int64(b, start);
                DateText.write(text, ScalarWriter.millis(micros));
                long rest = Math.floorMod(micros, 1_000L);
                yield new String(text.array(), 0, text.size(), StandardCharsets.US_ASCII)
                        + (rest == 0 ? "" : " + " + rest + " microseconds");
            }
            case UUID -> {
                Bytes text = new Bytes(UuidText.LENGTH);
                UuidText.write(text, b, start);
                yield new String(text.array(), 0, text.size(), StandardCharsets.US_ASCII);
            }
            case BYTEA -> "\\x" + HexFormat.of().formatHex(b, start, start + length);
        };
    }
}
