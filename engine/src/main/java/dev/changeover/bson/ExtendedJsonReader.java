package dev.changeover.bson;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.TreeMap;
import org.bson.types.Decimal128;

/** Reads what {@link ExtendedJson} writes, in any order of keys, back to BSON. Confined to one thread. */
public final class ExtendedJsonReader {
    /** A JSON reader for texts as large as a document may become. */
    public static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxNestingDepth(1_000)
                    .build())
            .build();

    private final JsonParser json;
    private final BsonWriter out;

    /** Reads from where the parser stands; values go to {@code out}. */
    public ExtendedJsonReader(JsonParser json, BsonWriter out) {
        this.json = json;
        this.out = out;
    }

    /** Reads one value and returns the BSON document <code>{"": value}</code>. */
    public static byte[] read(String text) {
        Bytes bytes = new Bytes(text.length() + 16);
        BsonWriter out = new BsonWriter(bytes).begin();
        try (JsonParser json = JSON.createParser(text)) {
            json.nextToken();
            new ExtendedJsonReader(json, out).element("");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.end();
        return bytes.toArray();
    }

    /** Reads a document (a JSON object without a type wrapper) to its BSON bytes. */
    public static byte[] readDocument(String text) {
        byte[] wrapped = read(text);
        BsonCursor at = new BsonCursor(wrapped);
        if (!at.next() || at.type() != BsonType.DOCUMENT) {
            throw new MalformedBsonException("not a document: " + text);
        }
        return java.util.Arrays.copyOfRange(wrapped, at.valueStart(), at.valueEnd());
    }

    /** Writes the value at the current token as an element of that name, and stands on the value's last token. */
    public void element(String name) throws IOException {
        switch (json.currentToken()) {
            case START_OBJECT -> object(name);
            case START_ARRAY -> array(name);
            case VALUE_STRING -> out.name(BsonType.STRING, name).string(json.getText());
            case VALUE_TRUE, VALUE_FALSE ->
                out.name(BsonType.BOOLEAN, name).bool(json.currentToken() == JsonToken.VALUE_TRUE);
            case VALUE_NULL -> out.name(BsonType.NULL, name);
            case VALUE_NUMBER_INT -> integer(name, json.getLongValue());
            case VALUE_NUMBER_FLOAT -> out.name(BsonType.DOUBLE, name).float64(json.getDoubleValue());
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new MalformedBsonException("JSON value expected, found " + json.currentToken());
        }
    }

    private void integer(String name, long value) {
        if (value == (int) value) {
            out.name(BsonType.INT32, name).int32((int) value);
        } else {
            out.name(BsonType.INT64, name).int64(value);
        }
    }

    private void array(String name) throws IOException {
        out.name(BsonType.ARRAY, name).begin();
        for (int i = 0; json.nextToken() != JsonToken.END_ARRAY; i++) {
            element(Integer.toString(i));
        }
        out.end();
    }

    private void object(String name) throws IOException {
        JsonToken token = json.nextToken();
        if (token == JsonToken.FIELD_NAME && json.currentName().startsWith("$")) {
            wrapper(name);
            return;
        }
        out.name(BsonType.DOCUMENT, name).begin();
        for (; token != JsonToken.END_OBJECT; token = json.nextToken()) {
            String field = json.currentName();
            json.nextToken();
            element(field);
        }
        out.end();
    }

    private void wrapper(String name) throws IOException {
        String key = json.currentName();
        json.nextToken();
        String text = json.currentToken().isScalarValue() ? json.getText() : "";
        switch (key) {
            case "$numberInt" -> out.name(BsonType.INT32, name).int32(Integer.parseInt(text));
            case "$numberLong" -> out.name(BsonType.INT64, name).int64(Long.parseLong(text));
            case "$numberDouble" -> out.name(BsonType.DOUBLE, name).float64(Double.parseDouble(text));
            case "$numberDecimal" -> decimal(name, Decimal128.parse(text));
            case "$oid" -> out.name(BsonType.OBJECT_ID, name).raw(HexFormat.of().parseHex(text), 0, 12);
            case "$undefined" -> out.name(BsonType.UNDEFINED, name);
            case "$minKey" -> out.name(BsonType.MIN_KEY, name);
            case "$maxKey" -> out.name(BsonType.MAX_KEY, name);
            case "$code" -> out.name(BsonType.CODE, name).string(text);
            case "$symbol" -> out.name(BsonType.SYMBOL, name).string(text);
            case ExtendedJson.RAW -> raw(name, Base64.getDecoder().decode(text));
            case "$date" -> date(name);
            case "$timestamp" -> timestamp(name);
            case "$binary" -> binary(name);
            case "$regularExpression" -> regex(name);
            case "$dbPointer" -> dbPointer(name);
            default -> throw new MalformedBsonException("unknown Extended JSON type " + key);
        }
        json.nextToken();
        if (json.currentToken() != JsonToken.END_OBJECT) {
            throw new MalformedBsonException("more than one key beside " + key);
        }
    }

    private void decimal(String name, Decimal128 value) {
        out.name(BsonType.DECIMAL128, name).int64(value.getLow()).int64(value.getHigh());
    }

    private void raw(String name, byte[] document) {
        BsonCursor at = new BsonCursor(document);
        if (!at.next()) {
            throw new MalformedBsonException("$bson without a value");
        }
        out.name(at.type(), name).raw(document, at.valueStart(), at.valueEnd() - at.valueStart());
    }

    private void date(String name) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_STRING) { // relaxed form, which we never write but people do
            out.name(BsonType.DATE, name)
                    .int64(java.time.Instant.parse(json.getText()).toEpochMilli());
            return;
        }
        out.name(BsonType.DATE, name).int64(Long.parseLong(parts().getOrDefault("$numberLong", "")));
    }

    private void timestamp(String name) throws IOException {
        TreeMap<String, String> parts = parts();
        long seconds = Long.parseLong(parts.getOrDefault("t", ""));
        long ordinal = Long.parseLong(parts.getOrDefault("i", ""));
        out.name(BsonType.TIMESTAMP, name).int64(seconds << 32 | ordinal);
    }

    private void binary(String name) throws IOException {
        TreeMap<String, String> parts = parts();
        byte[] payload = Base64.getDecoder().decode(parts.getOrDefault("base64", ""));
        int subtype = Integer.parseInt(parts.getOrDefault("subType", ""), 16);
        out.name(BsonType.BINARY, name).binary(subtype, payload, 0, payload.length);
    }

    private void regex(String name) throws IOException {
        TreeMap<String, String> parts = parts();
        out.name(BsonType.REGEX, name)
                .cString(parts.getOrDefault("pattern", ""))
                .cString(parts.getOrDefault("options", ""));
    }

    private void dbPointer(String name) throws IOException {
        TreeMap<String, String> parts = parts();
        out.name(BsonType.DB_POINTER, name)
                .string(parts.getOrDefault("$ref", ""))
                .raw(HexFormat.of().parseHex(parts.getOrDefault("$id.$oid", "")), 0, 12);
    }

    /** The scalar members of the object at the current token; nested names are joined with a dot. */
    private TreeMap<String, String> parts() throws IOException {
        TreeMap<String, String> parts = new TreeMap<>();
        collect("", parts);
        return parts;
    }

    private void collect(String prefix, TreeMap<String, String> parts) throws IOException {
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = prefix + json.currentName();
            if (json.nextToken() == JsonToken.START_OBJECT) {
                collect(name + ".", parts);
            } else {
                parts.put(name, json.getText());
            }
        }
    }
}
