package dev.changeover.plan;

import dev.changeover.bson.BsonType;

/** A PostgreSQL column type that f can fill; {@code array} makes it a native array of the scalar. */
public record ColumnType(Scalar scalar, boolean array) {
    public static final ColumnType TEXT = new ColumnType(Scalar.TEXT, false);
    public static final ColumnType INTEGER = new ColumnType(Scalar.INTEGER, false);
    public static final ColumnType BIGINT = new ColumnType(Scalar.BIGINT, false);
    public static final ColumnType DOUBLE = new ColumnType(Scalar.DOUBLE, false);
    public static final ColumnType NUMERIC = new ColumnType(Scalar.NUMERIC, false);
    public static final ColumnType BOOLEAN = new ColumnType(Scalar.BOOLEAN, false);
    public static final ColumnType TIMESTAMPTZ = new ColumnType(Scalar.TIMESTAMPTZ, false);
    public static final ColumnType UUID = new ColumnType(Scalar.UUID, false);
    public static final ColumnType BYTEA = new ColumnType(Scalar.BYTEA, false);
    public static final ColumnType JSONB = new ColumnType(Scalar.JSONB, false);

    /** Whole numbers up to here, either side of 0, are exact as a double. */
    public static final long DOUBLE_EXACT_MOST = 1L << 53;

    /** The milliseconds that timestamptz holds: 4714-11-24 BC to the end of 294276 (src/include/datatype/timestamp.h). */
    public static final long TIMESTAMPTZ_FIRST = -210_866_803_200_000L;

    public static final long TIMESTAMPTZ_LAST = 9_224_318_015_999_999L;

    /** With the type's object id in PostgreSQL's catalog (src/include/catalog/pg_type.dat), as binary arrays carry it. */
    public enum Scalar {
        TEXT("text", 25),
        INTEGER("integer", 23),
        BIGINT("bigint", 20),
        DOUBLE("double precision", 701),
        NUMERIC("numeric", 1700),
        BOOLEAN("boolean", 16),
        TIMESTAMPTZ("timestamptz", 1184),
        UUID("uuid", 2950),
        BYTEA("bytea", 17),
        JSONB("jsonb", 3802);

        private final String sql;
        private final int oid;

        Scalar(String sql, int oid) {
            this.sql = sql;
            this.oid = oid;
        }

        public String sql() {
            return sql;
        }

        public int oid() {
            return oid;
        }
    }

    /** As a person writes it in the plan and as SQL takes it: {@code bigint}, {@code text[]}. */
    public String sql() {
        return array ? scalar.sql() + "[]" : scalar.sql();
    }

    /** The BSON type that a column's values (or an array's elements) have if the plan does not say another. */
    public BsonType usualBson() {
        return switch (scalar) {
            case TEXT -> BsonType.STRING;
            case INTEGER -> BsonType.INT32;
            case BIGINT -> BsonType.INT64;
            case DOUBLE -> BsonType.DOUBLE;
            case NUMERIC -> BsonType.DECIMAL128;
            case BOOLEAN -> BsonType.BOOLEAN;
            case TIMESTAMPTZ -> BsonType.DATE;
            case UUID, BYTEA -> BsonType.BINARY;
            case JSONB -> BsonType.DOCUMENT;
        };
    }

    /** The same, for a column that may refer to another collection: only ObjectIds do. */
    public BsonType usualBson(boolean reference) {
        return reference ? BsonType.OBJECT_ID : usualBson();
    }

    public static ColumnType arrayOf(Scalar scalar) {
        return new ColumnType(scalar, true);
    }
}
