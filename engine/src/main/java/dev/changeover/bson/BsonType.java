package dev.changeover.bson;

import java.util.Arrays;
import java.util.Optional;

/** The BSON element types, with the codes of the BSON specification 1.1 and the aliases of MongoDB's {@code $type}. */
public enum BsonType {
    DOUBLE(0x01, "double"),
    STRING(0x02, "string"),
    DOCUMENT(0x03, "object"),
    ARRAY(0x04, "array"),
    BINARY(0x05, "binData"),
    UNDEFINED(0x06, "undefined"),
    OBJECT_ID(0x07, "objectId"),
    BOOLEAN(0x08, "bool"),
    DATE(0x09, "date"),
    NULL(0x0A, "null"),
    REGEX(0x0B, "regex"),
    DB_POINTER(0x0C, "dbPointer"),
    CODE(0x0D, "javascript"),
    SYMBOL(0x0E, "symbol"),
    CODE_WITH_SCOPE(0x0F, "javascriptWithScope"),
    INT32(0x10, "int"),
    TIMESTAMP(0x11, "timestamp"),
    INT64(0x12, "long"),
    DECIMAL128(0x13, "decimal"),
    MIN_KEY(0xFF, "minKey"),
    MAX_KEY(0x7F, "maxKey");

    private static final BsonType[] BY_CODE = new BsonType[256];

    static {
        for (BsonType type : values()) {
            BY_CODE[type.code] = type;
        }
    }

    private final int code;
    private final String alias;

    BsonType(int code, String alias) {
        this.code = code;
        this.alias = alias;
    }

    public int code() {
        return code;
    }

    /** The name a person sees, in the plan and in mongo_extra. */
    public String alias() {
        return alias;
    }

    /** The type of an element whose type byte is {@code code}. */
    public static BsonType ofCode(int code) {
        BsonType type = BY_CODE[code & 0xFF];
        if (type == null) {
            throw new MalformedBsonException("unknown element type 0x" + Integer.toHexString(code & 0xFF));
        }
        return type;
    }

    public static Optional<BsonType> ofAlias(String alias) {
        return Arrays.stream(values()).filter(t -> t.alias.equals(alias)).findFirst();
    }
}
