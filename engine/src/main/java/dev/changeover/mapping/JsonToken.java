package dev.changeover.mapping;

import dev.changeover.bson.BsonType;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of value that jsonb can tell apart, and the one rule by which a kind is read as a BSON type: the type that
 * the plan's shape gives, if it is written as that kind; else the plain one. Writer and reader both use it, so a type is
 * noted exactly when reading would guess wrong.
 */
enum JsonToken {
    STRING,
    /** A number without a point, as jsonb prints it. */
    WHOLE,
    /** A number with a point. */
    FRACTION,
    BOOLEAN,
    NULL,
    OBJECT,
    ARRAY;

    /** The kind as which {@code type} is written; numbers may also be written as the other kind. */
    private boolean mayBe(BsonType type) {
        return switch (type) {
            case STRING, OBJECT_ID, DATE, BINARY -> this == STRING;
            case INT32, INT64 -> this == WHOLE;
            case DOUBLE, DECIMAL128 -> this == WHOLE || this == FRACTION;
            case BOOLEAN -> this == BOOLEAN;
            case NULL, UNDEFINED -> this == NULL;
            case ARRAY -> this == ARRAY;
            case DOCUMENT, REGEX, DB_POINTER, CODE, SYMBOL, CODE_WITH_SCOPE, TIMESTAMP, MIN_KEY, MAX_KEY ->
                this == OBJECT;
        };
    }

    /** The type that a value of this kind is read as; {@code size} only matters for whole numbers. */
    BsonType readAs(@Nullable BsonType shape, WholeSize size) {
        if (shape != null && mayBe(shape)) {
            return shape;
        }
        return switch (this) {
            case STRING -> BsonType.STRING;
            case WHOLE -> size.plain;
            case FRACTION -> BsonType.DOUBLE;
            case BOOLEAN -> BsonType.BOOLEAN;
            case NULL -> BsonType.NULL;
            case OBJECT -> BsonType.DOCUMENT;
            case ARRAY -> BsonType.ARRAY;
        };
    }

    /** How large a whole number is, by the smallest BSON type that holds it. */
    enum WholeSize {
        NONE(BsonType.INT32),
        INT(BsonType.INT32),
        LONG(BsonType.INT64),
        LARGER(BsonType.DOUBLE);

        private final BsonType plain;

        WholeSize(BsonType plain) {
            this.plain = plain;
        }

        static WholeSize of(long value) {
            return value == (int) value ? INT : LONG;
        }
    }
}
