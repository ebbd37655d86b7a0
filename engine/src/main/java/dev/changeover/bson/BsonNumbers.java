package dev.changeover.bson;

import java.math.BigDecimal;
import java.util.Arrays;
import org.bson.types.Decimal128;
import org.jspecify.annotations.Nullable;

/** A number's value in another of BSON's number types. Pure functions. */
final class BsonNumbers {
    private BsonNumbers() {}

    /** The value bytes of the same number as {@code wanted}; null when that cannot hold it, or one of them is no number. */
    static byte @Nullable [] as(BsonType wanted, BsonType type, byte[] value) {
        BigDecimal number = number(type, value);
        if (number == null || wanted == type) {
            return null;
        }
        BsonWriter out = new BsonWriter(new Bytes(16));
        switch (wanted) {
            case INT32 -> out.int32(number.intValue());
            case INT64 -> out.int64(number.longValue());
            case DOUBLE -> out.float64(number.doubleValue());
            case DECIMAL128 -> {
                try {
                    Decimal128 decimal = new Decimal128(number);
                    out.int64(decimal.getLow()).int64(decimal.getHigh());
                } catch (NumberFormatException tooLong) {
                    return null;
                }
            }
            case STRING,
                    DOCUMENT,
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
                    MAX_KEY -> {
                return null;
            }
        }
        byte[] bytes = out.out().toArray();
        BigDecimal back = number(wanted, bytes);
        return back != null && back.compareTo(number) == 0 ? bytes : null;
    }

    /** Null for what is no finite number, and for a zero with a sign. */
    private static @Nullable BigDecimal number(BsonType type, byte[] value) {
        return switch (type) {
            case INT32 -> BigDecimal.valueOf(BsonValues.int32(value, 0));
            case INT64 -> BigDecimal.valueOf(BsonValues.int64(value, 0));
            case DOUBLE -> real(BsonValues.float64(value, 0));
            case DECIMAL128 -> decimal(value);
            case STRING,
                    DOCUMENT,
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
                    MAX_KEY -> null;
        };
    }

    private static @Nullable BigDecimal real(double value) {
        boolean negativeZero = value == 0 && Double.doubleToRawLongBits(value) != 0;
        return Double.isFinite(value) && !negativeZero ? new BigDecimal(Double.toString(value)) : null;
    }

    private static @Nullable BigDecimal decimal(byte[] value) {
        Decimal128 decimal = Decimal128.fromIEEE754BIDEncoding(
                BsonValues.int64(value, 8), BsonValues.int64(Arrays.copyOf(value, 16), 0));
        boolean negativeZero = decimal.isNegative() && decimal.toString().matches("-0(\\.0*)?(E.*)?");
        return decimal.isFinite() && !negativeZero ? decimal.bigDecimalValue() : null;
    }
}
