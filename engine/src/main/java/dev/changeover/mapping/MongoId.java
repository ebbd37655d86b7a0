package dev.changeover.mapping;

import dev.changeover.IdBound;
import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonValues;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.ExtendedJson;
import dev.changeover.bson.ExtendedJsonReader;
import dev.changeover.bson.Ids;
import dev.changeover.bson.Json;
import dev.changeover.bson.Utf8;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The text of a document's key, as mongo_id holds it (I7: distinct key bytes, distinct text). A key of the collection's
 * own type stands bare: 24 hex digits of an ObjectId, a string as itself. Every other key is canonical Extended JSON
 * (a string then in quotes), and so is a bare string that could be taken for one of those. A text over 2,000 bytes is
 * replaced by {@code sha256:} and its digest in hex: btree entries end at 2,704 bytes. Not thread-safe.
 */
public final class MongoId {
    static final int TEXT_MAX = 2_000;
    private static final String DIGEST = "sha256:";
    static final Pattern HEX_24 = Pattern.compile("[0-9a-f]{24}");

    private final BsonType home;
    private final Bytes text = new Bytes(64);
    private final MessageDigest sha256 = DerivedId.sha256();

    /** {@code home} is the type whose keys stand bare: OBJECT_ID, STRING, or any other for none. */
    public MongoId(BsonType home) {
        this.home = home;
    }

    /** Takes the key; true when the text is the key itself, false when it is only its digest. */
    boolean set(BsonType type, byte[] bytes, int start, int end) {
        text.clear();
        if (type == BsonType.OBJECT_ID && home == BsonType.OBJECT_ID) {
            Json.hex(text, bytes, start, 12);
            return true;
        }
        if (type == BsonType.STRING && home == BsonType.STRING && standsBare(bytes, start + 4, end - 1)) {
            text.put(bytes, start + 4, end - 1 - (start + 4));
        } else {
            ExtendedJson.write(text, type, bytes, start, end);
        }
        if (text.size() <= TEXT_MAX) {
            return true;
        }
        sha256.update(text.array(), 0, text.size());
        String digest = HexFormat.of().formatHex(sha256.digest());
        text.clear();
        text.putAscii(DIGEST + digest);
        return false;
    }

    private static boolean standsBare(byte[] bytes, int from, int to) {
        if (Utf8.check(bytes, from, to) != Utf8.VALID) {
            return false;
        }
        if (from == to) {
            return true;
        }
        byte[] digest = DIGEST.getBytes(StandardCharsets.US_ASCII);
        boolean likeDigest = to - from >= digest.length
                && java.util.Arrays.equals(bytes, from, from + digest.length, digest, 0, digest.length);
        return bytes[from] != '{' && bytes[from] != '"' && !likeJsonWord(bytes, from, to) && !likeDigest;
    }

    /** {@code null}, {@code true} and {@code false} are Extended JSON without a brace. */
    private static boolean likeJsonWord(byte[] bytes, int from, int to) {
        if (to - from > 5 || to - from < 4) {
            return false;
        }
        String word = new String(bytes, from, to - from, StandardCharsets.UTF_8);
        return word.equals("null") || word.equals("true") || word.equals("false");
    }

    /** The text as UTF-8; valid until the next {@link #set}. */
    Bytes bytes() {
        return text;
    }

    public String text() {
        return new String(text.array(), 0, text.size(), StandardCharsets.UTF_8);
    }

    /** The key of a document, as text. */
    public static String textOf(BsonType home, byte[] document) {
        BsonCursor at = new BsonCursor(document);
        while (at.next()) {
            if (at.name().equals("_id")) {
                MongoId id = new MongoId(home);
                id.set(at.type(), document, at.valueStart(), at.valueEnd());
                return id.text();
            }
        }
        return "";
    }

    /** True when {@code text} does not hold the key: mongo_extra does, under {@code _id}. */
    public static boolean isDigest(String text) {
        return text.startsWith(DIGEST);
    }

    /** The inverse of {@link #set}: the BSON document <code>{"": key}</code>. */
    static byte[] read(BsonType home, String text) {
        if (home == BsonType.OBJECT_ID && HEX_24.matcher(text).matches()) {
            Bytes bytes = new Bytes(32);
            return new BsonWriter(bytes)
                    .begin()
                    .name(BsonType.OBJECT_ID, "")
                    .raw(HexFormat.of().parseHex(text), 0, 12)
                    .end()
                    .out()
                    .toArray();
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (home == BsonType.STRING && standsBare(utf8, 0, utf8.length)) {
            Bytes bytes = new Bytes(utf8.length + 16);
            return new BsonWriter(bytes)
                    .begin()
                    .name(BsonType.STRING, "")
                    .string(text)
                    .end()
                    .out()
                    .toArray();
        }
        return ExtendedJsonReader.read(text);
    }

    /**
     * The key of a row, whose mongo_extra is looked into where mongo_id is only a digest; empty where it is not told: they
     * are not as f writes them.
     */
    public static Optional<IdBound> keyOf(BsonType home, String text, Optional<String> extra) {
        try {
            return isDigest(text) ? extra.flatMap(MongoId::aside) : Optional.of(bound(read(home, text)));
        } catch (RuntimeException damaged) {
            return Optional.empty();
        }
    }

    private static Optional<IdBound> aside(String extra) {
        byte[] json = extra.getBytes(StandardCharsets.UTF_8);
        Aside aside = Aside.read(json, 0, json.length);
        byte[] whole = aside.document();
        if (whole != null) {
            return Optional.of(Ids.of(whole, 0, whole.length));
        }
        return Optional.ofNullable(aside.of(TableMapper.KEY).value()).map(MongoId::bound);
    }

    /** <code>{"": key}</code> as <code>{_id: key}</code>. */
    private static IdBound bound(byte[] key) {
        BsonWriter out = new BsonWriter(new Bytes(key.length + 3)).begin();
        JsonbReader.element(out, TableMapper.KEY, key);
        return new IdBound(out.end().out().toArray());
    }

    /** The seconds of an ObjectId, for its derived id. */
    static long objectIdSeconds(byte[] bytes, int start) {
        return Integer.toUnsignedLong(Integer.reverseBytes(BsonValues.int32(bytes, start)));
    }
}
