package dev.changeover.dump;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.MalformedBsonException;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads documents as mongoexport writes them to BSON: Extended JSON of both versions, relaxed and canonical. A plain number
 * becomes what the shell would make of it: int32 or int64 by size, double with a point or an exponent. Not thread-safe.
 */
final class ExportedJson {
    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(10_000)
                    .maxNestingDepth(500)
                    .build())
            .build();

    /** What stands for {@code null}. */
    private static final Object NULL = new Object();

    private final Bytes bytes;
    private BsonWriter out;

    /** Documents go to {@code bytes}, one after the other. */
    ExportedJson(Bytes bytes) {
        this.bytes = bytes;
        out = new BsonWriter(bytes);
    }

    /** Writes an object that was read already. */
    static void document(Bytes into, Map<?, ?> fields) {
        ExportedJson json = new ExportedJson(into);
        json.out.begin();
        fields.forEach((name, value) -> json.value((String) name, value));
        json.out.end();
    }

    /** Fails with {@link MalformedBsonException}, and then has written nothing. */
    void read(byte[] text, int start, int length) {
        int mark = bytes.size();
        out = new BsonWriter(bytes);
        try (JsonParser json = JSON.createParser(text, start, length)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new MalformedBsonException("not a document");
            }
            out.begin();
            fields(json, json.nextToken());
            out.end();
        } catch (IOException | IllegalArgumentException | java.time.DateTimeException e) {
            bytes.truncate(mark);
            throw new MalformedBsonException("no Extended JSON: " + firstLine(e));
        } catch (MalformedBsonException e) {
            bytes.truncate(mark);
            throw e;
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    private void fields(JsonParser json, JsonToken first) throws IOException {
        for (JsonToken token = first; token != JsonToken.END_OBJECT; token = json.nextToken()) {
            String name = json.currentName();
            if (name.indexOf('\0') >= 0) {
                throw new MalformedBsonException("a name with a NUL");
            }
            json.nextToken();
            element(name, json);
        }
    }

    private void element(String name, JsonParser json) throws IOException {
        switch (json.currentToken()) {
            case START_OBJECT -> object(name, json);
            case START_ARRAY -> {
                out.name(BsonType.ARRAY, name).begin();
                for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
                    element(Integer.toString(i), json);
                }
                out.end();
            }
            case VALUE_STRING, VALUE_TRUE, VALUE_FALSE, VALUE_NULL, VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                value(name, scalar(json));
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new MalformedBsonException("a value was expected");
        }
    }

    private void object(String name, JsonParser json) throws IOException {
        JsonToken token = json.nextToken();
        if (token == JsonToken.FIELD_NAME && json.currentName().startsWith("$")) {
            Map<String, Object> tree = tree(json, token);
            if (!new TypedJson(out).write(name, tree)) {
                value(name, tree);
            }
            return;
        }
        out.name(BsonType.DOCUMENT, name).begin();
        fields(json, token);
        out.end();
    }

    private static Object scalar(JsonParser json) throws IOException {
        JsonToken token = json.currentToken();
        if (token == JsonToken.VALUE_STRING) {
            return json.getText();
        } else if (token == JsonToken.VALUE_NUMBER_INT) {
            return json.getBigIntegerValue();
        } else if (token == JsonToken.VALUE_NUMBER_FLOAT) {
            return json.getDoubleValue();
        } else if (token == JsonToken.VALUE_NULL) {
            return NULL;
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private static Map<String, Object> tree(JsonParser json, JsonToken first) throws IOException {
        Map<String, Object> tree = new LinkedHashMap<>();
        for (JsonToken token = first; token != JsonToken.END_OBJECT; token = json.nextToken()) {
            String name = json.currentName();
            json.nextToken();
            tree.put(name, node(json));
        }
        return tree;
    }

    private static Object node(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.START_OBJECT) {
            return tree(json, json.nextToken());
        }
        if (json.currentToken() == JsonToken.START_ARRAY) {
            List<Object> items = new ArrayList<>();
            while (json.nextToken() != JsonToken.END_ARRAY) {
                items.add(node(json));
            }
            return items;
        }
        return scalar(json);
    }

    private void value(String name, Object value) {
        if (value instanceof String text) {
            out.name(BsonType.STRING, name).string(text);
        } else if (value instanceof BigInteger whole) {
            whole(name, whole);
        } else if (value instanceof Double real) {
            out.name(BsonType.DOUBLE, name).float64(real);
        } else if (value instanceof Boolean flag) {
            out.name(BsonType.BOOLEAN, name).bool(flag);
        } else if (value instanceof List<?> items) {
            out.name(BsonType.ARRAY, name).begin();
            for (int i = 0; i < items.size(); i++) {
                value(Integer.toString(i), items.get(i));
            }
            out.end();
        } else if (value instanceof Map<?, ?> fields) {
            if (new TypedJson(out).write(name, fields)) {
                return;
            }
            out.name(BsonType.DOCUMENT, name).begin();
            fields.forEach((field, of) -> value((String) field, of));
            out.end();
        } else {
            out.name(BsonType.NULL, name);
        }
    }

    private void whole(String name, BigInteger value) {
        if (value.bitLength() < 32) {
            out.name(BsonType.INT32, name).int32(value.intValue());
        } else if (value.bitLength() < 64) {
            out.name(BsonType.INT64, name).int64(value.longValue());
        } else {
            out.name(BsonType.DOUBLE, name).float64(value.doubleValue());
        }
    }
}
