package dev.changeover.planner;

import dev.changeover.bson.BsonType;
import dev.changeover.plan.ColumnType;
import dev.changeover.profile.ValueProfile;

/** How many of the values seen a column holds; the others stay in mongo_extra. Pure functions. */
final class Fit {
    private Fit() {}

    /** Values that the column cannot hold. */
    static long misfits(ColumnType type, ValueProfile values) {
        if (type.array()) {
            return arrayMisfits(type, values);
        }
        long misfits = 0;
        for (BsonType bson : values.types()) {
            misfits += values.count(bson) - held(type.scalar(), bson, values);
        }
        return misfits;
    }

    /** An array whose elements do not all fit stays out as a whole; how many such there are is not counted, so at least 1. */
    private static long arrayMisfits(ColumnType type, ValueProfile values) {
        long others = values.values() - values.count(BsonType.ARRAY);
        long elements = values.array()
                .map(array -> misfits(new ColumnType(type.scalar(), false), array.elements()))
                .orElse(0L);
        return others + Math.min(elements, values.count(BsonType.ARRAY));
    }

    /** How many of the values of one BSON type a scalar column holds, as f has it: some converted, with their type noted. */
    static long held(ColumnType.Scalar scalar, BsonType bson, ValueProfile values) {
        return switch (scalar) {
            case TEXT -> heldByText(bson, values);
            case INTEGER -> heldByWhole(bson, values, values.numbers().wide());
            case BIGINT -> heldByWhole(bson, values, 0);
            case DOUBLE -> heldByDouble(bson, values);
            case NUMERIC -> bson == BsonType.DECIMAL128 ? values.count(bson) : heldByNumeric(bson, values);
            case BOOLEAN -> bson == BsonType.BOOLEAN ? values.count(bson) : 0;
            case TIMESTAMPTZ -> bson == BsonType.DATE ? values.count(bson) - values.datesOut() : 0;
            case UUID -> bson == BsonType.BINARY ? values.uuids() : bson == BsonType.OBJECT_ID ? values.count(bson) : 0;
            case BYTEA -> bson == BsonType.BINARY ? values.count(bson) : 0;
            case JSONB -> values.count(bson);
        };
    }

    private static long heldByText(BsonType bson, ValueProfile values) {
        return switch (bson) {
            case STRING -> values.count(bson) - values.strings().unfit();
            case SYMBOL, OBJECT_ID, INT32, INT64 -> values.count(bson);
            case DOUBLE,
                    DECIMAL128,
                    DOCUMENT,
                    ARRAY,
                    BINARY,
                    UNDEFINED,
                    BOOLEAN,
                    DATE,
                    NULL,
                    REGEX,
                    DB_POINTER,
                    CODE,
                    CODE_WITH_SCOPE,
                    TIMESTAMP,
                    MIN_KEY,
                    MAX_KEY -> 0;
        };
    }

    /** {@code wide}: longs that are beyond the column's range. */
    private static long heldByWhole(BsonType bson, ValueProfile values, long wide) {
        return switch (bson) {
            case INT32 -> values.count(bson);
            case INT64 -> Math.max(0, values.count(bson) - wide);
            case DOUBLE -> values.numbers().doublesWhole();
            case STRING -> values.strings().numbers();
            case DECIMAL128,
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
                    MAX_KEY -> 0;
        };
    }

    private static long heldByDouble(BsonType bson, ValueProfile values) {
        if (bson == BsonType.INT64) {
            return Math.max(0, values.count(bson) - values.numbers().inexactInDouble());
        }
        return heldByNumeric(bson, values);
    }

    private static long heldByNumeric(BsonType bson, ValueProfile values) {
        return switch (bson) {
            case INT32, INT64, DOUBLE -> values.count(bson);
            case STRING -> values.strings().numbers();
            case DECIMAL128,
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
                    MAX_KEY -> 0;
        };
    }
}
