package dev.changeover.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.bson.Bytes;
import dev.changeover.bson.MalformedBsonException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonBoolean;
import org.bson.BsonDateTime;
import org.bson.BsonDecimal128;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonJavaScript;
import org.bson.BsonMaxKey;
import org.bson.BsonMinKey;
import org.bson.BsonNull;
import org.bson.BsonObjectId;
import org.bson.BsonRegularExpression;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExportedJsonTest {
    private static String read(String json) {
        Bytes bytes = new Bytes(100);
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        new ExportedJson(bytes).read(text, 0, text.length);
        return new RawBsonDocument(bytes.toArray()).toJson(Dumped.CANONICAL);
    }

    private static BsonDocument everyType() {
        return new BsonDocument("_id", new BsonObjectId(new ObjectId(1, 2)))
                .append("int", new BsonInt32(-5))
                .append("long", new BsonInt64(5))
                .append("large", new BsonInt64(Long.MIN_VALUE))
                .append("double", new BsonDouble(0.1))
                .append("decimal", new BsonDecimal128(Decimal128.parse("1.50")))
                .append("text", new BsonString("\"\\\u00e9\u0000"))
                .append("date", new BsonDateTime(1_234_567_890_123L))
                .append("ancient", new BsonDateTime(-99_999_999_999_999L))
                .append("binary", new BsonBinary((byte) 0x80, new byte[] {1, 2, 3}))
                .append("time", new BsonTimestamp(7, 8))
                .append("regex", new BsonRegularExpression("a/b", "i"))
                .append("code", new BsonJavaScript("f()"))
                .append("flag", BsonBoolean.TRUE)
                .append("nothing", BsonNull.VALUE)
                .append("keys", new BsonArray(List.of(new BsonMinKey(), new BsonMaxKey())))
                .append("in", new BsonDocument("list", new BsonArray(List.of(new BsonDocument(), new BsonArray()))));
    }

    /** STRICT is the first version of the format, EXTENDED the canonical form of the second. */
    @ParameterizedTest
    @EnumSource(
            value = JsonMode.class,
            names = {"STRICT", "EXTENDED"})
    void everyTypeIsReadInBothVersions(JsonMode mode) {
        RawBsonDocument written = new RawBsonDocument(everyType(), new BsonDocumentCodec());
        String json =
                written.toJson(JsonWriterSettings.builder().outputMode(mode).build());
        assertThat(read(json)).isEqualTo(written.toJson(Dumped.CANONICAL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1234567890123",
                "\"2009-02-13T23:31:30.123Z\"",
                "\"2009-02-14T01:31:30.123+0200\"",
                "{\"$numberLong\": \"1234567890123\"}"
            })
    void aDateIsOneInEachOfItsForms(String date) {
        assertThat(read("{\"d\": {\"$date\": " + date + "}}"))
                .isEqualTo("{\"d\": {\"$date\": {\"$numberLong\": \"1234567890123\"}}}");
    }

    @Test
    void whatIsNoValueOfItsTypeIsRefused() {
        assertThatThrownBy(() -> read("{\"d\": {\"$date\": \"yesterday\"}}"))
                .isInstanceOf(MalformedBsonException.class);
        assertThatThrownBy(() -> read("{\"d\": {\"$oid\": \"12\"}}")).isInstanceOf(MalformedBsonException.class);
        assertThatThrownBy(() -> read("{\"d\": 1")).isInstanceOf(MalformedBsonException.class);
    }
}
