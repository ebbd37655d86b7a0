package dev.changeover.plan;

import dev.changeover.bson.BsonType;

/** How many of the values seen a column holds; the others stay in mongo_extra. Pure functions. */
final class Fit {
    private Fit() {}

    /** Values that the column cannot hold exactly. */
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

    /** How many of the values of one BSON type a scalar column holds exactly. */
    static long held(ColumnType.Scalar scalar, BsonType bson, ValueProfile values) {
        long count = values.count(bson);
        NumberStats numbers = values.numbers();
        return switch (scalar) {
            case TEXT ->
                bson == BsonType.STRING ? count - values.strings().unfit() : bson == BsonType.OBJECT_ID ? count : 0;
            case INTEGER ->
                bson == BsonType.INT32 ? count : bson == BsonType.INT64 ? Math.max(0, count - numbers.wide()) : 0;
            case BIGINT -> bson == BsonType.INT32 || bson == BsonType.INT64 ? count : 0;
            case DOUBLE -> heldByDouble(bson, count, numbers);
            case NUMERIC -> heldByNumeric(bson, count, values);
            case BOOLEAN -> bson == BsonType.BOOLEAN ? count : 0;
            case TIMESTAMPTZ -> bson == BsonType.DATE ? count - values.datesOut() : 0;
            case UUID -> bson == BsonType.BINARY ? values.uuids() : bson == BsonType.OBJECT_ID ? count : 0;
            case BYTEA -> bson == BsonType.BINARY ? count : 0;
            case JSONB -> count;
        };
    }

    private static long heldByDouble(BsonType bson, long count, NumberStats numbers) {
        return switch (bson) {
            case DOUBLE, INT32 -> count;
            case INT64 -> Math.max(0, count - numbers.inexactInDouble());
            case DECIMAL128,
                    STRING,
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

    private static long heldByNumeric(BsonType bson, long count, ValueProfile values) {
        return switch (bson) {
            case INT32, INT64, DOUBLE, DECIMAL128 -> count;
            case STRING -> values.strings().numbers();
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
                    MAX_KEY -> 0;
        };
    }
}
