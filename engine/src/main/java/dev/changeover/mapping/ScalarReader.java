package dev.changeover.mapping;

import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Bytes;
import dev.changeover.plan.ColumnType.Scalar;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.bson.types.Decimal128;

/** {@link ScalarWriter}'s inverse: one field of PostgreSQL's binary format to a BSON element of a given type. */
final class ScalarReader {
    private static final long NEGATIVE_ZERO = Double.doubleToRawLongBits(-0.0);

    private ScalarReader() {}

    /** A BSON type as the plan or mongo_extra names it; {@code subtype} is for binary alone. */
    record Word(BsonType type, int subtype) {
        static Word of(BsonType type, Scalar from) {
            return new Word(type, from == Scalar.UUID ? 4 : 0);
        }

        static Word parse(String note) {
            int colon = note.indexOf(':');
            String alias = colon < 0 ? note : note.substring(0, colon);
            int subtype = colon < 0 ? 0 : Integer.parseInt(note.substring(colon + 1));
            BsonType type = BsonType.ofAlias(alias)
                    .orElseThrow(() -> new IllegalArgumentException("mongo_extra notes an unknown type: " + note));
            return new Word(type, subtype);
        }
    }

    static void read(Scalar from, Word to, byte[] b, int start, int length, BsonWriter out, String name) {
        out.name(to.type(), name);
        switch (from) {
            case TEXT -> text(to.type(), b, start, length, out);
            case INTEGER -> whole(to.type(), Tuple.int32(b, start), out);
            case BIGINT -> whole(to.type(), Tuple.int64(b, start), out);
            case DOUBLE -> real(to.type(), Double.longBitsToDouble(Tuple.int64(b, start)), out);
            case NUMERIC -> number(to.type(), Numeric.read(b, start), out);
            case BOOLEAN -> out.bool(b[start] == 1);
            case TIMESTAMPTZ -> date(to.type(), ScalarWriter.millis(Tuple.int64(b, start)), out);
            case UUID -> uuid(to.type(), b, start, out);
            case BYTEA -> binary(to.subtype(), b, start, length, out);
            case JSONB -> throw new IllegalArgumentException("jsonb is JsonbReader's");
        }
    }

    /**
     * {@code wished} where the field's value is exactly one of that type, else the type that is closest to the column's.
     * A row that PostgreSQL's users have changed may hold what the plan's type cannot.
     */
    static Word fitting(Scalar from, Word wished, byte[] b, int start, int length) {
        boolean fits = switch (from) {
            case TEXT -> textFits(wished.type(), b, start, length);
            case INTEGER -> numberFits(wished.type(), Integer.toString(Tuple.int32(b, start)));
            case BIGINT -> numberFits(wished.type(), Long.toString(Tuple.int64(b, start)));
            case DOUBLE ->
                wished.type() == BsonType.DOUBLE
                        || Tuple.int64(b, start) != NEGATIVE_ZERO
                                && numberFits(wished.type(), plain(Double.longBitsToDouble(Tuple.int64(b, start))));
            case NUMERIC -> numberFits(wished.type(), Numeric.read(b, start));
            case UUID -> wished.type() != BsonType.OBJECT_ID || DerivedId.isObjectId(b, start);
            case BOOLEAN, TIMESTAMPTZ, BYTEA, JSONB -> true;
        };
        return fits ? wished : closest(from, wished);
    }

    private static Word closest(Scalar from, Word wished) {
        return switch (from) {
            case TEXT -> new Word(BsonType.STRING, 0);
            case INTEGER, BIGINT -> new Word(BsonType.INT64, 0);
            case DOUBLE -> new Word(BsonType.DOUBLE, 0);
            case NUMERIC -> new Word(BsonType.DECIMAL128, 0);
            case UUID -> new Word(BsonType.BINARY, 4);
            case BOOLEAN, TIMESTAMPTZ, BYTEA, JSONB -> wished;
        };
    }

    private static String plain(double value) {
        return Double.isFinite(value) ? new BigDecimal(value).toPlainString() : Double.toString(value);
    }

    private static boolean textFits(BsonType type, byte[] b, int start, int length) {
        if (type == BsonType.STRING || type == BsonType.SYMBOL) {
            return true;
        }
        String text = new String(b, start, length, StandardCharsets.UTF_8);
        return type == BsonType.OBJECT_ID ? MongoId.HEX_24.matcher(text).matches() : numberFits(type, text);
    }

    /** True when the text is a number that the type holds exactly; a string holds any. */
    static boolean numberFits(BsonType type, String text) {
        try {
            BigDecimal value = new BigDecimal(text);
            return switch (type) {
                case INT32 -> value.scale() <= 0 && value.compareTo(BigDecimal.valueOf(value.intValue())) == 0;
                case INT64 -> value.scale() <= 0 && value.compareTo(BigDecimal.valueOf(value.longValue())) == 0;
                case DOUBLE -> isDouble(value);
                case DECIMAL128, STRING -> true;
                case DOCUMENT,
                        ARRAY,
                        BINARY,
                        UNDEFINED,
                        OBJECT_ID,
                        BOOLEAN,
                        DATE,
                        NULL,
                        REGEX,
                        DB_POINTER,
                        CODE,
                        SYMBOL,
                        CODE_WITH_SCOPE,
                        TIMESTAMP,
                        MIN_KEY,
                        MAX_KEY -> false;
            };
        } catch (NumberFormatException notFinite) {
            return type == BsonType.DECIMAL128 || type == BsonType.DOUBLE || type == BsonType.STRING;
        }
    }

    private static boolean isDouble(BigDecimal value) {
        double nearest = value.doubleValue();
        return Double.isFinite(nearest) && value.compareTo(new BigDecimal(Double.toString(nearest))) == 0;
    }

    private static void text(BsonType type, byte[] b, int start, int length, BsonWriter out) {
        if (type == BsonType.STRING || type == BsonType.SYMBOL) {
            out.string(b, start, length);
            return;
        }
        String text = new String(b, start, length, StandardCharsets.UTF_8);
        if (type == BsonType.OBJECT_ID) {
            out.raw(HexFormat.of().parseHex(text), 0, 12);
        } else {
            number(type, text, out);
        }
    }

    private static void whole(BsonType type, long value, BsonWriter out) {
        if (type == BsonType.INT32) {
            out.int32(Math.toIntExact(value));
        } else if (type == BsonType.INT64) {
            out.int64(value);
        } else if (type == BsonType.DOUBLE) {
            out.float64(value);
        } else {
            number(type, Long.toString(value), out);
        }
    }

    private static void real(BsonType type, double value, BsonWriter out) {
        if (type == BsonType.DOUBLE) {
            out.float64(value);
        } else {
            number(type, ScalarWriter.plain(value), out);
        }
    }

    /** A number's plain text to any type that holds it. */
    static void number(BsonType type, String text, BsonWriter out) {
        if (type == BsonType.INT32) {
            out.int32(Integer.parseInt(text));
        } else if (type == BsonType.INT64) {
            out.int64(Long.parseLong(text));
        } else if (type == BsonType.DOUBLE) {
            out.float64(Double.parseDouble(text));
        } else if (type == BsonType.DECIMAL128) {
            Decimal128 value = Decimal128.parse(text);
            out.int64(value.getLow()).int64(value.getHigh());
        } else if (type == BsonType.STRING) {
            out.string(text);
        } else {
            throw new IllegalArgumentException("a number cannot be a " + type.alias());
        }
    }

    static void date(BsonType type, long millis, BsonWriter out) {
        if (type == BsonType.DATE) {
            out.int64(millis);
            return;
        }
        Bytes text = new Bytes(DateText.LENGTH);
        DateText.write(text, millis);
        out.string(text.array(), 0, text.size());
    }

    private static void uuid(BsonType type, byte[] b, int start, BsonWriter out) {
        if (type == BsonType.OBJECT_ID) {
            out.raw(DerivedId.objectId(b, start), 0, 12);
        } else if (type == BsonType.BINARY) {
            out.binary(4, b, start, 16);
        } else {
            Bytes text = new Bytes(UuidText.LENGTH);
            UuidText.write(text, b, start);
            out.string(text.array(), 0, text.size());
        }
    }

    /** The old binary (subtype 2) has its length once more before its bytes. */
    static void binary(int subtype, byte[] b, int start, int length, BsonWriter out) {
        if (subtype != 2) {
            out.binary(subtype, b, start, length);
            return;
        }
        Bytes payload = new Bytes(length + 4);
        payload.putIntLittle(length);
        payload.put(Arrays.copyOfRange(b, start, start + length), 0, length);
        out.binary(2, payload.array(), 0, payload.size());
    }
}
