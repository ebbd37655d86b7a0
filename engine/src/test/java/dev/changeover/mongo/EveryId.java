package dev.changeover.mongo;

import java.util.List;
import java.util.UUID;
import org.bson.BsonBinary;
import org.bson.BsonBinarySubType;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDbPointer;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonJavaScript;
import org.bson.BsonJavaScriptWithScope;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.BsonSymbol;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/** A few values of every type that MongoDB takes as an _id; it refuses arrays, regular expressions and undefined. */
final class EveryId {
    private EveryId() {}

    static List<BsonValue> values() {
        return List.of(
                new BsonMinKey(),
                BsonNull.VALUE,
                new BsonDouble(Double.NaN),
                new BsonDouble(Double.NEGATIVE_INFINITY),
                new BsonInt64(Long.MIN_VALUE),
                new BsonInt32(Integer.MIN_VALUE),
                new BsonDecimal128(Decimal128.parse("-1.50")),
                new BsonInt32(0),
                new BsonDouble(0.1),
                new BsonInt32(1),
                new BsonInt64(2),
                new BsonDecimal128(Decimal128.parse("3.0")),
                new BsonInt64(Long.MAX_VALUE),
                new BsonDouble(1e300),
                new BsonDouble(Double.POSITIVE_INFINITY),
                new BsonString(""),
                new BsonString("a"),
                new BsonString("B"),
                new BsonString("\0"),
                new BsonString("z\u00e9\ud83d\ude00"),
                new BsonSymbol("symbol"),
                new BsonDocument(),
                new BsonDocument("a", new BsonInt32(1)),
                new BsonDocument("a", new BsonInt32(1)).append("b", new BsonString("x")),
                new BsonDocument("$ref", new BsonString("c")).append("$id", new BsonInt32(1)),
                new BsonBinary(new byte[0]),
                new BsonBinary(BsonBinarySubType.UUID_LEGACY, new byte[16]),
                new BsonBinary(new UUID(1, 2)),
                new BsonBinary((byte) 0x80, new byte[] {1, 2, 3}),
                new BsonObjectId(new ObjectId("000000000000000000000000")),
                new BsonObjectId(new ObjectId("5f2b6e7c8d9e0a1b2c3d4e5f")),
                new BsonObjectId(new ObjectId("ffffffffffffffffffffffff")),
                BsonBoolean.FALSE,
                BsonBoolean.TRUE,
                new BsonDateTime(Long.MIN_VALUE),
                new BsonDateTime(0),
                new BsonDateTime(Long.MAX_VALUE),
                new BsonTimestamp(1, 1),
                new BsonTimestamp(-1L),
                new BsonDbPointer("db.c", new ObjectId("5f2b6e7c8d9e0a1b2c3d4e5f")),
                new BsonJavaScript("f()"),
                new BsonJavaScriptWithScope("f()", new BsonDocument("x", new BsonInt32(1))),
                new BsonMaxKey());
    }
}
