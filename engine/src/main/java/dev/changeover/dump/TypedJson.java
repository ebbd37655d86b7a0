package dev.changeover.dump;

import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.MalformedBsonException;
import java.math.BigInteger;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.bson.types.Decimal128;

/** Writes what Extended JSON wraps into an object with dollars: the values that JSON has no form for. */
final class TypedJson {
    private static final DateTimeFormatter OFFSET_WITHOUT_COLON =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss[.SSS]XX");

    private final BsonWriter out;

    TypedJson(BsonWriter out) {
        this.out = out;
    }

    /** False for an object that is only a document with such names, as a DBRef is. */
    boolean write(String name, Map<?, ?> fields) {
        Set<?> names = fields.keySet();
        if (names.size() == 1) {
            return single(
                    name,
                    String.valueOf(names.iterator().next()),
                    fields.values().iterator().next());
        }
        if (names.equals(Set.of("$binary", "$type"))) {
            binary(name, text(fields, "$binary"), text(fields, "$type"));
        } else if (names.equals(Set.of("$regex", "$options"))) {
            regex(name, text(fields, "$regex"), text(fields, "$options"));
        } else if (names.equals(Set.of("$code", "$scope")) && fields.get("$scope") instanceof Map<?, ?> scope) {
            scoped(name, text(fields, "$code"), scope);
        } else {
            return false;
        }
        return true;
    }

    private boolean single(String name, String key, Object value) {
        switch (key) {
            case "$oid" -> objectId(name, String.valueOf(value));
            case "$numberInt" -> out.name(BsonType.INT32, name).int32(Integer.parseInt(String.valueOf(value)));
            case "$numberLong" -> out.name(BsonType.INT64, name).int64(Long.parseLong(String.valueOf(value)));
            case "$numberDouble" -> out.name(BsonType.DOUBLE, name).float64(Double.parseDouble(String.valueOf(value)));
            case "$numberDecimal" -> decimal(name, Decimal128.parse(String.valueOf(value)));
            case "$date" -> out.name(BsonType.DATE, name).int64(millis(value));
            case "$undefined" -> out.name(BsonType.UNDEFINED, name);
            case "$minKey" -> out.name(BsonType.MIN_KEY, name);
            case "$maxKey" -> out.name(BsonType.MAX_KEY, name);
            case "$code" -> out.name(BsonType.CODE, name).string(String.valueOf(value));
            case "$symbol" -> out.name(BsonType.SYMBOL, name).string(String.valueOf(value));
            case "$uuid" -> uuid(name, UUID.fromString(String.valueOf(value)));
            case "$binary", "$timestamp", "$regularExpression", "$dbPointer" -> {
                return value instanceof Map<?, ?> parts && parts(name, key, parts);
            }
            default -> {
                return false;
            }
        }
        return true;
    }

    private boolean parts(String name, String key, Map<?, ?> parts) {
        switch (key) {
            case "$binary" -> binary(name, text(parts, "base64"), text(parts, "subType"));
            case "$timestamp" ->
                out.name(BsonType.TIMESTAMP, name).int64(number(parts, "t") << 32 | number(parts, "i") & 0xFFFF_FFFFL);
            case "$regularExpression" -> regex(name, text(parts, "pattern"), text(parts, "options"));
            default -> {
                String id = parts.get("$id") instanceof Map<?, ?> wrapped ? text(wrapped, "$oid") : text(parts, "$id");
                out.name(BsonType.DB_POINTER, name)
                        .string(text(parts, "$ref"))
                        .raw(HexFormat.of().parseHex(id), 0, 12);
            }
        }
        return true;
    }

    private static String text(Map<?, ?> fields, String name) {
        return Optional.ofNullable(fields.get(name))
                .map(String::valueOf)
                .orElseThrow(() -> new MalformedBsonException("Extended JSON without " + name));
    }

    private static long number(Map<?, ?> fields, String name) {
        return Long.parseLong(text(fields, name));
    }

    private void objectId(String name, String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        if (bytes.length != 12) {
            throw new MalformedBsonException("an ObjectId of " + bytes.length + " bytes");
        }
        out.name(BsonType.OBJECT_ID, name).raw(bytes, 0, 12);
    }

    private void decimal(String name, Decimal128 value) {
        out.name(BsonType.DECIMAL128, name).int64(value.getLow()).int64(value.getHigh());
    }

    private static long millis(Object value) {
        if (value instanceof BigInteger number) {
            return number.longValueExact();
        }
        if (value instanceof Map<?, ?> wrapped) {
            return number(wrapped, "$numberLong");
        }
        String text = String.valueOf(value);
        if (text.matches(".*[+-]\\d{4}")) { // as the first version of the format may have it
            return OffsetDateTime.parse(text, OFFSET_WITHOUT_COLON).toInstant().toEpochMilli();
        }
        return text.endsWith("Z")
                ? Instant.parse(text).toEpochMilli()
                : OffsetDateTime.parse(text).toInstant().toEpochMilli();
    }

    private void uuid(String name, UUID value) {
        out.name(BsonType.BINARY, name).int32(16);
        byte[] head = {4};
        out.raw(head, 0, 1)
                .int64(Long.reverseBytes(value.getMostSignificantBits()))
                .int64(Long.reverseBytes(value.getLeastSignificantBits()));
    }

    private void binary(String name, String base64, String subtype) {
        byte[] payload = Base64.getDecoder().decode(base64);
        out.name(BsonType.BINARY, name).binary(Integer.parseInt(subtype, 16) & 0xFF, payload, 0, payload.length);
    }

    private void regex(String name, String pattern, String options) {
        out.name(BsonType.REGEX, name).cString(pattern).cString(options);
    }

    private void scoped(String name, String code, Map<?, ?> scope) {
        dev.changeover.bson.Bytes inner = new dev.changeover.bson.Bytes(64);
        ExportedJson.document(inner, scope);
        int length = 4 + 4 + code.getBytes(java.nio.charset.StandardCharsets.UTF_8).length + 1 + inner.size();
        out.name(BsonType.CODE_WITH_SCOPE, name).int32(length).string(code).raw(inner.array(), 0, inner.size());
    }
}
