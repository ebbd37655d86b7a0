package dev.changeover.finish;

import dev.changeover.bson.JsonValue;
import java.util.Optional;

/**
 * What MongoDB demands of the documents of a collection, as listCollections tells it: a query in {@code filter}, in which
 * {@code $jsonSchema} may stand. {@code strict}: no document can be written that breaks it.
 */
public record Validator(JsonValue.Group filter, boolean strict) {
    /** From a collection's options, canonical Extended JSON; empty where it has none. */
    public static Optional<Validator> of(String options) {
        JsonValue.Group all = JsonValue.parse(options);
        JsonValue.Group filter = all.group("validator");
        boolean strict = all.text("validationLevel").orElse("strict").equals("strict")
                && all.text("validationAction").orElse("error").equals("error");
        return filter.fields().isEmpty() ? Optional.empty() : Optional.of(new Validator(filter, strict));
    }

    /** Who demands it, for a person. */
    String words() {
        return strict ? "validator" : "validator, which lets some documents pass that break it";
    }
}
