package dev.changeover.mapping;

import dev.changeover.bson.Bytes;
import dev.changeover.bson.Json;
import dev.changeover.plan.Paths;
import java.nio.charset.StandardCharsets;

/** The keys of mongo_extra: {@link Paths}, and those that begin with a bare dollar sign. */
final class ExtraKeys {
    /** Key of the object that notes types: path to type. */
    static final String TYPES = "$types";
    /** Key of the raw bytes of a whole document that no path can describe. */
    static final String DOCUMENT = "$bson";
    /** Path of an array's element itself, in the row of a child table. */
    static final String SELF = "$self";

    private ExtraKeys() {}

    /** The path as the inside of a JSON string. */
    static byte[] json(String path) {
        byte[] utf8 = path.getBytes(StandardCharsets.UTF_8);
        Bytes out = new Bytes(utf8.length + 8);
        Json.stringPart(out, utf8, 0, utf8.length);
        return out.toArray();
    }
}
