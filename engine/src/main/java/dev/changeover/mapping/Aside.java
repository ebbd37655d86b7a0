package dev.changeover.mapping;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.ExtendedJsonReader;
import dev.changeover.plan.Paths;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A row's mongo_extra, read: at each path, the value kept or the type noted. A tree over field names. */
final class Aside {
    private static final Aside NOTHING = new Aside();

    private final Map<String, Aside> below = new LinkedHashMap<>();
    private final List<byte[]> further = new ArrayList<>();
    private byte @Nullable [] value;
    private @Nullable String type;
    private byte @Nullable [] document;

    private Aside() {}

    static Aside nothing() {
        return NOTHING;
    }

    /** Reads the jsonb text at [from, from + length). */
    static Aside read(byte[] json, int from, int length) {
        Aside root = new Aside();
        try (JsonParser parser = ExtendedJsonReader.JSON.createParser(json, from, length)) {
            parser.nextToken();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case ExtraKeys.TYPES -> root.readTypes(parser);
                    case ExtraKeys.DOCUMENT ->
                        root.document = Base64.getDecoder().decode(parser.getText());
                    case ExtraKeys.SELF -> root.child(key).value = value(parser);
                    default -> root.readKept(key, value(parser));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return root;
    }

    private void readTypes(JsonParser parser) throws IOException {
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String path = parser.currentName();
            parser.nextToken();
            Aside place = path.equals(ExtraKeys.SELF) || path.startsWith(ExtraKeys.SELF + ".")
                    ? self(path)
                    : at(Paths.split(path).names());
            place.type = parser.getText();
        }
    }

    /** A path that begins at an array's element itself; only a child table's rows have them. */
    private Aside self(String path) {
        Aside self = child(ExtraKeys.SELF);
        return path.equals(ExtraKeys.SELF)
                ? self
                : self.at(
                        Paths.split(path.substring(ExtraKeys.SELF.length() + 1)).names());
    }

    private void readKept(String path, byte[] kept) {
        if (path.startsWith(ExtraKeys.SELF + ".")) {
            self(path).value = kept;
            return;
        }
        Paths.Parts parts = Paths.split(path);
        Aside place = at(parts.names());
        if (parts.occurrence() > 1) {
            place.further.add(kept);
        } else {
            place.value = kept;
        }
    }

    private static byte[] value(JsonParser parser) throws IOException {
        Bytes bytes = new Bytes(64);
        BsonWriter out = new BsonWriter(bytes).begin();
        new ExtendedJsonReader(parser, out).element("");
        out.end();
        return bytes.toArray();
    }

    private Aside child(String name) {
        return below.computeIfAbsent(name, n -> new Aside());
    }

    private Aside at(List<String> names) {
        Aside place = this;
        for (String name : names) {
            place = place.child(name);
        }
        return place;
    }

    /** What is known below a name; {@link #nothing} when nothing is. */
    Aside of(String name) {
        Aside found = below.get(name);
        return found == null ? NOTHING : found;
    }

    Map<String, Aside> below() {
        return below;
    }

    /** The value kept here, as the BSON document <code>{"": value}</code>. */
    byte @Nullable [] value() {
        return value;
    }

    /** Further values of the same field name. */
    List<byte[]> further() {
        return further;
    }

    /** The type noted here. */
    @Nullable
    String type() {
        return type;
    }

    /** The whole document's bytes, when they were kept. */
    byte @Nullable [] document() {
        return document;
    }

    boolean isEmpty() {
        return this == NOTHING;
    }
}
