package dev.changeover.bson;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A JSON text as a tree, in which Extended JSON's wrappers, canonical or relaxed, are the values they stand for; immutable. */
public sealed interface JsonValue {
    record Group(Map<String, JsonValue> fields) implements JsonValue {
        public Optional<JsonValue> get(String name) {
            return Optional.ofNullable(fields.get(name));
        }

        /** The group called {@code name}, or an empty one. */
        public Group group(String name) {
            return fields.get(name) instanceof Group group ? group : new Group(Map.of());
        }

        public Optional<String> text(String name) {
            return fields.get(name) instanceof Text text ? Optional.of(text.value()) : Optional.empty();
        }

        public boolean isTrue(String name) {
            return fields.get(name) instanceof Bool bool && bool.value();
        }

        public OptionalInt integer(String name) {
            return fields.get(name) instanceof Num num
                    ? OptionalInt.of(num.value().intValue())
                    : OptionalInt.empty();
        }
    }

    record Items(List<JsonValue> items) implements JsonValue {}

    record Text(String value) implements JsonValue {}

    record Num(BigDecimal value) implements JsonValue {}

    record Bool(boolean value) implements JsonValue {}

    record Date(Instant value) implements JsonValue {}

    record ObjectId(String hex) implements JsonValue {}

    record Null() implements JsonValue {}

    public static Group parse(String text) {
        try (JsonParser parser = ExtendedJsonReader.JSON.createParser(text)) {
            parser.nextToken();
            if (read(parser) instanceof Group group) {
                return group;
            }
            throw new IllegalArgumentException("not a JSON object");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonValue read(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return readGroup(parser);
        } else if (token == JsonToken.START_ARRAY) {
            List<JsonValue> items = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                items.add(read(parser));
            }
            return new Items(List.copyOf(items));
        } else if (token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT) {
            return new Num(parser.getDecimalValue());
        } else if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            return new Bool(token == JsonToken.VALUE_TRUE);
        } else if (token == JsonToken.VALUE_STRING) {
            return new Text(parser.getText());
        }
        return new Null();
    }

    private static JsonValue readGroup(JsonParser parser) throws IOException {
        Map<String, JsonValue> fields = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = parser.currentName();
            parser.nextToken();
            fields.put(name, read(parser));
        }
        return fields.size() == 1 ? unwrapped(new Group(fields)) : new Group(fields);
    }

    /** A value that Extended JSON wraps into an object of one field with a leading dollar. */
    private static JsonValue unwrapped(Group group) {
        Map.Entry<String, JsonValue> only = group.fields().entrySet().iterator().next();
        String name = only.getKey();
        if (name.equals("$oid") && only.getValue() instanceof Text hex) {
            return new ObjectId(hex.value());
        } else if (name.startsWith("$number") && only.getValue() instanceof Text digits && isFinite(digits.value())) {
            return new Num(new BigDecimal(digits.value()));
        } else if (name.equals("$date") && only.getValue() instanceof Num milliseconds) {
            return new Date(Instant.ofEpochMilli(milliseconds.value().longValue()));
        } else if (name.equals("$date") && only.getValue() instanceof Text iso) {
            return new Date(Instant.parse(iso.value()));
        }
        return group;
    }

    private static boolean isFinite(String digits) {
        return !digits.contains("Inf") && !digits.contains("NaN");
    }

    /** As a person would write it in the shell. */
    public static String shown(JsonValue json) {
        return switch (json) {
            case Group group -> {
                List<String> fields = new ArrayList<>();
                group.fields().forEach((name, value) -> fields.add(name + ": " + shown(value)));
                yield "{" + String.join(", ", fields) + "}";
            }
            case Items items ->
                items.items().stream().map(JsonValue::shown).toList().toString();
            case Text text -> "\"" + text.value() + "\"";
            case Num num -> num.value().stripTrailingZeros().toPlainString();
            case Bool bool -> Boolean.toString(bool.value());
            case Date date -> date.value().toString();
            case ObjectId id -> "ObjectId(" + id.hex() + ")";
            case Null none -> "null";
        };
    }
}
