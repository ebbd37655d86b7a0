package dev.changeover.plan;

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

    public static ColumnType arrayOf(Scalar scalar) {
        return new ColumnType(scalar, true);
    }
}
