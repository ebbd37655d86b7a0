package dev.changeover.mapping;

import com.fasterxml.jackson.core.JsonParser;
import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.ExtendedJsonReader;
import dev.changeover.mapping.JsonToken.WholeSize;
import dev.changeover.mapping.ScalarReader.Word;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** {@link JsonbWriter}'s inverse: jsonb text, the plan's shape and mongo_extra to a BSON element. */
final class JsonbReader {
    private final BsonWriter out;

    JsonbReader(BsonWriter out) {
        this.out = out;
    }

    void read(byte[] b, int start, int length, @Nullable Shape shape, Aside aside, String name) {
        try (JsonParser json = ExtendedJsonReader.JSON.createParser(b, start, length)) {
            json.nextToken();
            value(json, shape, aside, name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void value(JsonParser json, @Nullable Shape shape, Aside aside, String name) throws IOException {
        byte[] kept = aside.value();
        if (kept != null) {
            element(out, name, kept);
            json.skipChildren();
            return;
        }
        String note = aside.type();
        JsonToken token = token(json);
        WholeSize size = token == JsonToken.WHOLE ? size(json.getText()) : WholeSize.NONE;
        BsonType plain = token.readAs(Shape.type(shape), size);
        Word wished = note == null ? new Word(plain, 0) : Word.parse(note);
        boolean misfit = token == JsonToken.STRING && !fits(wished.type(), json.getText());
        write(json, misfit ? new Word(BsonType.STRING, 0) : wished, shape, aside, name);
    }

    /** False for a text that is none of the type that the plan or mongo_extra says: PostgreSQL's users write what they like. */
    private static boolean fits(BsonType type, String text) {
        try {
            return switch (type) {
                case OBJECT_ID -> MongoId.HEX_24.matcher(text).matches();
                case DATE ->
                    !Instant.ofEpochMilli(Instant.parse(text).toEpochMilli()).equals(Instant.MAX);
                case BINARY ->
                    text.length() == UuidText.LENGTH || Base64.getDecoder().decode(text).length <= text.length();
                case DOUBLE,
                        STRING,
                        DOCUMENT,
                        ARRAY,
                        UNDEFINED,
                        BOOLEAN,
                        NULL,
                        REGEX,
                        DB_POINTER,
                        CODE,
                        SYMBOL,
                        CODE_WITH_SCOPE,
                        INT32,
                        TIMESTAMP,
                        INT64,
                        DECIMAL128,
                        MIN_KEY,
                        MAX_KEY -> true;
            };
        } catch (java.time.DateTimeException | ArithmeticException | IllegalArgumentException otherText) {
            return false;
        }
    }

    /** Writes the kept value, a document {@code {"": value}}, as an element of that name. */
    static void element(BsonWriter out, String name, byte[] kept) {
        BsonCursor at = new BsonCursor(kept);
        if (at.next()) {
            out.name(at.type(), name).raw(kept, at.valueStart(), at.valueEnd() - at.valueStart());
        }
    }

    private static JsonToken token(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> JsonToken.OBJECT;
            case START_ARRAY -> JsonToken.ARRAY;
            case VALUE_STRING -> JsonToken.STRING;
            case VALUE_NUMBER_INT -> whole(json.getText()) ? JsonToken.WHOLE : JsonToken.FRACTION;
            case VALUE_NUMBER_FLOAT -> whole(json.getText()) ? JsonToken.WHOLE : JsonToken.FRACTION;
            case VALUE_TRUE, VALUE_FALSE -> JsonToken.BOOLEAN;
            case VALUE_NULL -> JsonToken.NULL;
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("JSON value expected, found " + json.currentToken());
        };
    }

    /** jsonb prints numbers without an exponent, so a point is all that tells; f's own text may have an exponent. */
    private static boolean whole(String number) {
        return new java.math.BigDecimal(number).scale() <= 0;
    }

    private static WholeSize size(String number) {
        BigInteger value = new java.math.BigDecimal(number).toBigIntegerExact();
        return value.bitLength() > 63 ? WholeSize.LARGER : WholeSize.of(value.longValueExact());
    }

    private void write(JsonParser json, Word as, @Nullable Shape shape, Aside aside, String name) throws IOException {
        switch (as.type()) {
            case DOCUMENT -> document(json, shape, aside, name);
            case ARRAY -> array(json, shape, aside, name);
            case NULL, UNDEFINED -> out.name(as.type(), name);
            case BOOLEAN -> out.name(as.type(), name).bool(json.getBooleanValue());
            case STRING -> out.name(as.type(), name).string(json.getText());
            case INT32, INT64, DOUBLE, DECIMAL128 -> {
                out.name(as.type(), name);
                ScalarReader.number(as.type(), new java.math.BigDecimal(json.getText()).toPlainString(), out);
            }
            case OBJECT_ID -> out.name(as.type(), name).raw(HexFormat.of().parseHex(json.getText()), 0, 12);
            case DATE ->
                out.name(as.type(), name).int64(Instant.parse(json.getText()).toEpochMilli());
            case BINARY -> binary(as.subtype(), json.getText(), name);
            case REGEX, DB_POINTER, CODE, SYMBOL, CODE_WITH_SCOPE, TIMESTAMP, MIN_KEY, MAX_KEY ->
                new ExtendedJsonReader(json, out).element(name);
        }
    }

    private void document(JsonParser json, @Nullable Shape shape, Aside aside, String name) throws IOException {
        out.name(BsonType.DOCUMENT, name).begin();
        while (json.nextToken() != com.fasterxml.jackson.core.JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            value(json, Shape.field(shape, field), aside.of(field), field);
        }
        out.end();
    }

    private void array(JsonParser json, @Nullable Shape shape, Aside aside, String name) throws IOException {
        out.name(BsonType.ARRAY, name).begin();
        Shape elements = Shape.elements(shape);
        for (int i = 0; json.nextToken() != com.fasterxml.jackson.core.JsonToken.END_ARRAY; i++) {
            String index = Integer.toString(i);
            value(json, elements, aside.of(index), index);
        }
        out.end();
    }

    private void binary(int subtype, String text, String name) {
        out.name(BsonType.BINARY, name);
        byte[] ascii = text.getBytes(StandardCharsets.ISO_8859_1);
        Bytes uuid = new Bytes(20);
        if ((subtype == 0 || subtype == 4) && UuidText.read(ascii, 0, ascii.length, uuid)) {
            out.binary(4, uuid.array(), 4, 16);
            return;
        }
        byte[] payload = Base64.getDecoder().decode(text);
        out.binary(subtype, payload, 0, payload.length);
    }
}
