package dev.changeover.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.Namespace;
import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.ExtendedJsonReader;
import dev.changeover.bson.RandomBson;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** I7: distinct keys stay distinct, as text and as uuid; and the order of ObjectIds is kept. */
class KeysTest {
    @ParameterizedTest
    @EnumSource(
            value = BsonType.class,
            names = {"OBJECT_ID", "STRING", "INT32"})
    void distinctKeyBytesGiveDistinctTextThatReadsBack(BsonType home) {
        Map<String, String> keyOfText = new HashMap<>();
        Map<String, String> keyOfUuid = new HashMap<>();
        MongoId mongoId = new MongoId(home);
        DerivedId derived = new DerivedId(new Namespace("db", "c"));
        for (byte[] wrapped : keys()) {
            BsonCursor at = new BsonCursor(wrapped);
            assertThat(at.next()).isTrue();
            String key = HexFormat.of().formatHex(wrapped);
            boolean whole = mongoId.set(at.type(), wrapped, at.valueStart(), at.valueEnd());
            String text = mongoId.text();
            assertThat(text.getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(MongoId.TEXT_MAX);
            assertThat(keyOfText.merge(text, key, (a, b) -> a)).as(text).isEqualTo(key);
            Bytes uuid = new Bytes(16);
            derived.write(uuid, at.type(), wrapped, at.valueStart(), at.valueEnd());
            assertThat(keyOfUuid.merge(HexFormat.of().formatHex(uuid.toArray()), key, (a, b) -> a))
                    .isEqualTo(key);
            if (whole) {
                assertThat(MongoId.read(home, text)).as(text).isEqualTo(wrapped);
            } else {
                assertThat(MongoId.isDigest(text)).isTrue();
            }
        }
    }

    /** Random keys, and those that other tools confuse. */
    private static List<byte[]> keys() {
        List<byte[]> keys = new java.util.ArrayList<>();
        for (long seed = 0; seed < 3_000; seed++) {
            byte[] document = new RandomBson(seed, true).document();
            BsonCursor at = new BsonCursor(document);
            assertThat(at.next()).isTrue();
            keys.add(wrapped(at));
        }
        for (String json : List.of(
                "{\"$numberInt\":\"1\"}",
                "{\"$numberLong\":\"1\"}",
                "{\"$numberDouble\":\"1.0\"}",
                "{\"$numberDecimal\":\"1\"}",
                "{\"$numberDecimal\":\"1.0\"}",
                "\"1\"",
                "true",
                "\"true\"",
                "null",
                "\"null\"",
                "{\"a\":1,\"b\":2}",
                "{\"b\":2,\"a\":1}",
                "\"507f1f77bcf86cd799439011\"",
                "{\"$oid\":\"507f1f77bcf86cd799439011\"}",
                "\"{\\\"$oid\\\":\\\"507f1f77bcf86cd799439011\\\"}\"",
                "\"\\\"1\\\"\"",
                "\"\"",
                "{}",
                "\"{}\"",
                "{\"$numberDouble\":\"0.0\"}",
                "{\"$numberDouble\":\"-0.0\"}",
                "\"A\"",
                "\"a\"")) {
            keys.add(ExtendedJsonReader.read(json));
        }
        keys.add(ExtendedJsonReader.read("\"" + "k".repeat(1_999) + "\""));
        keys.add(ExtendedJsonReader.read("\"" + "k".repeat(2_001) + "\""));
        keys.add(ExtendedJsonReader.read("\"" + "k".repeat(2_002) + "\""));
        return keys;
    }

    private static byte[] wrapped(BsonCursor at) {
        Bytes out = new Bytes(64);
        new dev.changeover.bson.BsonWriter(out)
                .begin()
                .name(at.type(), "")
                .raw(at.bytes(), at.valueStart(), at.valueEnd() - at.valueStart())
                .end();
        return out.toArray();
    }

    @Test
    void anObjectIdBecomesAUuidOfVersion7ThatKeepsOrderAndReadsBack() {
        SplittableRandom random = new SplittableRandom(3);
        byte[] before = new byte[12];
        byte[] uuidBefore = uuid(before);
        for (int i = 0; i < 100_000; i++) {
            byte[] oid = new byte[12];
            random.nextBytes(oid);
            if (random.nextBoolean()) { // near neighbours too
                System.arraycopy(before, 0, oid, 0, random.nextInt(12));
            }
            byte[] uuid = uuid(oid);
            assertThat(Integer.signum(Arrays.compareUnsigned(uuid, uuidBefore)))
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(oid, before)));
            assertThat(DerivedId.isObjectId(uuid, 0)).isTrue();
            assertThat(DerivedId.objectId(uuid, 0)).isEqualTo(oid);
            before = oid;
            uuidBefore = uuid;
        }
        long high = Long.reverseBytes(dev.changeover.bson.BsonValues.int64(uuidBefore, 0));
        long low = Long.reverseBytes(dev.changeover.bson.BsonValues.int64(uuidBefore, 8));
        assertThat(new UUID(high, low).version()).isEqualTo(7);
        assertThat(new UUID(high, low).variant()).isEqualTo(2);
    }

    private static byte[] uuid(byte[] oid) {
        Bytes out = new Bytes(16);
        DerivedId.writeObjectId(out, oid, 0);
        return out.toArray();
    }
}
