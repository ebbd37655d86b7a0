package dev.changeover.mapping;

import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonValues;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.Decimal;
import dev.changeover.bson.Json;
import dev.changeover.bson.Utf8;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.ColumnType.Scalar;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * One BSON value into one field of PostgreSQL's binary format: its length and bytes, or NULL where the type cannot hold
 * the value. The reason it returns says which, and whether the value must also be kept or its type noted. jsonb is
 * {@link JsonbWriter}'s. Not thread-safe.
 */
final class ScalarWriter {
    /** 2000-01-01, where PostgreSQL's timestamps begin. */
    private static final long EPOCH_MILLIS = 946_684_800_000L;

    private static final long CANONICAL_NAN = 0x7FF8_0000_0000_0000L;

    private final Numeric numeric = new Numeric();
    private final Decimal decimal = new Decimal();
    private final Bytes scratch = new Bytes(64);

    /** {@code home} is the BSON type that needs no note; {@code clean} as in the plan. */
    Reason write(Scalar to, BsonType home, boolean clean, BsonType type, byte[] b, int start, int end, Bytes out) {
        int mark = out.size();
        Reason reason = switch (to) {
            case TEXT -> text(type, clean, b, start, end, out);
            case INTEGER -> whole(type, b, start, end, out, 4);
            case BIGINT -> whole(type, b, start, end, out, 8);
            case DOUBLE -> real(type, b, start, end, out);
            case NUMERIC -> numeric(type, b, start, end, out);
            case BOOLEAN -> bool(type, b, start, out);
            case TIMESTAMPTZ -> timestamp(type, b, start, end, out);
            case UUID -> uuid(type, b, start, end, out);
            case BYTEA -> bytea(type, b, start, out);
            case JSONB -> throw new IllegalArgumentException("jsonb is JsonbWriter's");
        };
        if (out.size() == mark) {
            out.putInt(-1);
        }
        return reason == Reason.EXACT && type != home ? Reason.TYPE_NOTED : reason;
    }

    private Reason text(BsonType type, boolean clean, byte[] b, int start, int end, Bytes out) {
        if (type == BsonType.STRING || type == BsonType.SYMBOL) {
            return string(clean, b, start + 4, end - 1, out);
        }
        if (type == BsonType.OBJECT_ID) {
            out.putInt(24);
            Json.hex(out, b, start, 12);
            return Reason.EXACT;
        }
        if (type == BsonType.INT32 || type == BsonType.INT64) {
            int length = out.beginLength();
            Json.integer(out, whole(type, b, start));
            out.endLength(length);
            return Reason.EXACT;
        }
        return Reason.WRONG_TYPE;
    }

    private static Reason string(boolean clean, byte[] b, int from, int to, Bytes out) {
        Utf8 state = Utf8.check(b, from, to);
        if (state == Utf8.VALID) {
            out.putInt(to - from);
            out.put(b, from, to - from);
            return Reason.EXACT;
        }
        if (clean) {
            String text = new String(b, from, to - from, StandardCharsets.UTF_8).replace("\0", "");
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            out.putInt(utf8.length);
            out.put(utf8, 0, utf8.length);
        }
        return state == Utf8.HAS_NUL ? Reason.NUL : Reason.NOT_UTF8;
    }

    private static long whole(BsonType type, byte[] b, int start) {
        return type == BsonType.INT32 ? BsonValues.int32(b, start) : BsonValues.int64(b, start);
    }

    /** integer and bigint: {@code size} is 4 or 8 bytes. */
    private Reason whole(BsonType type, byte[] b, int start, int end, Bytes out, int size) {
        if (type == BsonType.INT32 || type == BsonType.INT64) {
            return putWhole(whole(type, b, start), out, size, Reason.EXACT);
        }
        if (type == BsonType.DOUBLE) {
            return wholeOfDouble(BsonValues.float64(b, start), out, size);
        }
        if (type == BsonType.DECIMAL128) {
            return wholeOfDecimal(b, start, out, size);
        }
        if (type == BsonType.STRING) {
            boolean whole = end - 1 - (start + 4) <= 20 && NumberText.scale(b, start + 4, end - 1) == 0;
            return whole
                    ? wholeOfText(new String(b, start + 4, end - start - 5, StandardCharsets.US_ASCII), out, size)
                    : Reason.NOT_A_NUMBER;
        }
        return Reason.WRONG_TYPE;
    }

    private static Reason wholeOfDouble(double value, Bytes out, int size) {
        if (value != Math.rint(value) || Double.isInfinite(value)) {
            return Double.isFinite(value) ? Reason.INEXACT : Reason.NOT_FINITE;
        }
        if (Double.doubleToRawLongBits(value) == Long.MIN_VALUE) {
            putWhole(0, out, size, Reason.EXACT);
            return Reason.NEGATIVE_ZERO;
        }
        boolean fits = value >= -0x1p63 && value < 0x1p63;
        return fits ? putWhole((long) value, out, size, Reason.EXACT) : Reason.OUT_OF_RANGE;
    }

    private Reason wholeOfDecimal(byte[] b, int start, Bytes out, int size) {
        decimal.set(b, start);
        if (decimal.kind() != Decimal.Kind.FINITE) {
            return Reason.NOT_FINITE;
        }
        if (decimal.exponent() != 0 || decimal.negativeZero()) {
            return Reason.INEXACT;
        }
        if (decimal.coefficient().bitLength() > 63) {
            return Reason.OUT_OF_RANGE;
        }
        long magnitude = decimal.coefficient().longValueExact();
        return putWhole(decimal.negative() ? -magnitude : magnitude, out, size, Reason.EXACT);
    }

    private static Reason wholeOfText(String digits, Bytes out, int size) {
        try {
            return putWhole(Long.parseLong(digits), out, size, Reason.NUMBER_IN_STRING);
        } catch (NumberFormatException tooLarge) {
            return Reason.OUT_OF_RANGE;
        }
    }

    private static Reason putWhole(long value, Bytes out, int size, Reason reason) {
        if (size == 8) {
            out.putInt(8);
            out.putLong(value);
            return reason;
        }
        if (value != (int) value) {
            return Reason.OUT_OF_RANGE;
        }
        out.putInt(4);
        out.putInt((int) value);
        return reason;
    }

    private Reason real(BsonType type, byte[] b, int start, int end, Bytes out) {
        if (type == BsonType.DOUBLE) {
            return putReal(BsonValues.int64(b, start), out, Reason.EXACT);
        }
        if (type == BsonType.INT32 || type == BsonType.INT64) {
            long value = whole(type, b, start);
            boolean exact = value >= -ColumnType.DOUBLE_EXACT_MOST && value <= ColumnType.DOUBLE_EXACT_MOST;
            return exact ? putReal(Double.doubleToRawLongBits(value), out, Reason.EXACT) : Reason.INEXACT;
        }
        if (type == BsonType.STRING) {
            return realOfText(b, start + 4, end - 1, out);
        }
        return Reason.WRONG_TYPE;
    }

    /** A string whose number prints as the same string again. */
    private Reason realOfText(byte[] b, int from, int to, Bytes out) {
        if (to - from > 32 || NumberText.scale(b, from, to) < 0) {
            return Reason.NOT_A_NUMBER;
        }
        String text = new String(b, from, to - from, StandardCharsets.US_ASCII);
        double value = Double.parseDouble(text);
        return plain(value).equals(text)
                ? putReal(Double.doubleToRawLongBits(value), out, Reason.NUMBER_IN_STRING)
                : Reason.INEXACT;
    }

    /** A finite double's shortest digits without an exponent, whole numbers without a point. */
    static String plain(double value) {
        BigDecimal shortest = new BigDecimal(Double.toString(value)).stripTrailingZeros();
        return shortest.scale() < 0 ? shortest.setScale(0).toString() : shortest.toPlainString();
    }

    private static Reason putReal(long bits, Bytes out, Reason reason) {
        out.putInt(8);
        out.putLong(bits);
        return reason;
    }

    private Reason numeric(BsonType type, byte[] b, int start, int end, Bytes out) {
        if (type == BsonType.INT32 || type == BsonType.INT64) {
            numeric.integer(out, whole(type, b, start));
            return Reason.EXACT;
        }
        if (type == BsonType.DOUBLE) {
            return numericOfDouble(BsonValues.int64(b, start), out);
        }
        if (type == BsonType.DECIMAL128) {
            return numericOfDecimal(decimal.set(b, start), out);
        }
        if (type == BsonType.STRING) {
            return numericOfText(b, start + 4, end - 1, out);
        }
        return Reason.WRONG_TYPE;
    }

    private Reason numericOfDouble(long bits, Bytes out) {
        double value = Double.longBitsToDouble(bits);
        if (Double.isFinite(value)) {
            BigDecimal shortest = new BigDecimal(plain(value));
            numeric.decimal(out, value < 0, shortest.unscaledValue(), shortest.scale());
            return bits == Long.MIN_VALUE ? Reason.NEGATIVE_ZERO : Reason.EXACT;
        }
        Numeric.special(out, Double.isNaN(value) ? Numeric.NAN : infinity(value < 0));
        return Double.isNaN(value) && bits != CANONICAL_NAN ? Reason.NOT_FINITE : Reason.EXACT;
    }

    private static int infinity(boolean negative) {
        return negative ? Numeric.MINUS_INFINITY : Numeric.INFINITY;
    }

    private Reason numericOfDecimal(Decimal value, Bytes out) {
        switch (value.kind()) {
            case FINITE -> {
                numeric.decimal(out, value.negative(), value.coefficient(), -value.exponent());
                return value.plain() ? Reason.EXACT : value.negativeZero() ? Reason.NEGATIVE_ZERO : Reason.COHORT;
            }
            case INFINITE -> Numeric.special(out, infinity(value.negative()));
            case NAN -> Numeric.special(out, Numeric.NAN);
            case NOT_CANONICAL -> {
                return Reason.ODD_BYTES;
            }
        }
        return Reason.EXACT;
    }

    private static Reason numericOfText(byte[] b, int from, int to, Bytes out) {
        int scale = NumberText.scale(b, from, to);
        if (scale < 0) {
            return Reason.NOT_A_NUMBER;
        }
        boolean negative = b[from] == '-';
        int first = negative ? from + 1 : from;
        if (scale == 0) {
            Numeric.write(out, negative, b, first, to - first, 0);
            return Reason.NUMBER_IN_STRING;
        }
        byte[] digits = new byte[to - first - 1];
        int integer = digits.length - scale;
        System.arraycopy(b, first, digits, 0, integer);
        System.arraycopy(b, first + integer + 1, digits, integer, scale);
        Numeric.write(out, negative, digits, 0, digits.length, scale);
        return Reason.NUMBER_IN_STRING;
    }

    private static Reason bool(BsonType type, byte[] b, int start, Bytes out) {
        if (type != BsonType.BOOLEAN) {
            return Reason.WRONG_TYPE;
        }
        if (b[start] != 0 && b[start] != 1) {
            return Reason.ODD_BYTES;
        }
        out.putInt(1);
        out.put(b[start]);
        return Reason.EXACT;
    }

    private Reason timestamp(BsonType type, byte[] b, int start, int end, Bytes out) {
        if (type == BsonType.DATE) {
            return putTimestamp(BsonValues.int64(b, start), out, Reason.EXACT);
        }
        if (type != BsonType.STRING) {
            return Reason.WRONG_TYPE;
        }
        int length = end - 1 - (start + 4);
        if (length != DateText.LENGTH) {
            return Reason.WRONG_TYPE;
        }
        try {
            String text = new String(b, start + 4, length, StandardCharsets.ISO_8859_1);
            long millis = java.time.Instant.parse(text).toEpochMilli();
            scratch.clear();
            DateText.write(scratch, millis);
            boolean same = java.util.Arrays.equals(scratch.array(), 0, scratch.size(), b, start + 4, end - 1);
            return same ? putTimestamp(millis, out, Reason.VALUE_IN_STRING) : Reason.WRONG_TYPE;
        } catch (java.time.format.DateTimeParseException notADate) {
            return Reason.WRONG_TYPE;
        }
    }

    private static Reason putTimestamp(long millis, Bytes out, Reason reason) {
        if (millis < ColumnType.TIMESTAMPTZ_FIRST || millis > ColumnType.TIMESTAMPTZ_LAST) {
            return Reason.OUT_OF_RANGE;
        }
        out.putInt(8);
        out.putLong((millis - EPOCH_MILLIS) * 1_000);
        return reason;
    }

    /** The milliseconds of a field that {@link #putTimestamp} wrote. */
    static long millis(long micros) {
        return Math.floorDiv(micros, 1_000L) + EPOCH_MILLIS;
    }

    private static Reason uuid(BsonType type, byte[] b, int start, int end, Bytes out) {
        if (type == BsonType.BINARY) {
            if (BsonValues.binarySubtype(b, start) != 4 || BsonValues.int32(b, start) != 16) {
                return Reason.WRONG_TYPE;
            }
            out.putInt(16);
            out.put(b, BsonValues.binaryStart(start), 16);
            return Reason.EXACT;
        }
        if (type == BsonType.OBJECT_ID) {
            out.putInt(16);
            DerivedId.writeObjectId(out, b, start);
            return Reason.EXACT;
        }
        if (type == BsonType.STRING) {
            return UuidText.read(b, start + 4, end - 1, out) ? Reason.VALUE_IN_STRING : Reason.WRONG_TYPE;
        }
        return Reason.WRONG_TYPE;
    }

    private static Reason bytea(BsonType type, byte[] b, int start, Bytes out) {
        if (type != BsonType.BINARY) {
            return Reason.WRONG_TYPE;
        }
        int length = BsonValues.int32(b, start);
        int subtype = BsonValues.binarySubtype(b, start);
        int payload = BsonValues.binaryStart(start);
        if (subtype == 2) { // the old binary holds its length once more
            if (length < 4 || BsonValues.int32(b, payload) != length - 4) {
                return Reason.ODD_BYTES;
            }
            length -= 4;
            payload += 4;
        }
        out.putInt(length);
        out.put(b, payload, length);
        return subtype == 0 ? Reason.EXACT : Reason.TYPE_NOTED;
    }

    /** How mongo_extra notes the type of the value at {@code start}. */
    static String note(BsonType type, byte[] b, int start) {
        return type == BsonType.BINARY ? type.alias() + ":" + BsonValues.binarySubtype(b, start) : type.alias();
    }
}
