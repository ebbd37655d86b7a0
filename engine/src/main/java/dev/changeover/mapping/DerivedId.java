package dev.changeover.mapping;

import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonValues;
import dev.changeover.bson.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * The uuid that a row's id is derived from its document's key, so that a second run gives the same ids and a reference is
 * converted without a look-up. An ObjectId becomes a UUIDv7 (RFC 9562, section 5.7): its seconds as milliseconds, then
 * its other 8 bytes in the 74 free bits from the left, so that order is kept and the ObjectId can be read back. A UUID
 * (binary of subtype 4) is its own id, unless it has the form of an ObjectId's or of the version 8. Any other key becomes a UUIDv8 (section 5.8) of the SHA-256 over namespace, 0, type and value bytes. Not thread-safe.
 */
public final class DerivedId {
    private static final long VERSION_7 = 0x7000L;
    private static final long VERSION_8 = 0x8000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;

    private final byte[] namespace;
    private final MessageDigest sha256 = sha256();

    DerivedId(Namespace namespace) {
        this.namespace = (namespace + "\0").getBytes(StandardCharsets.UTF_8);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** For the keys of one collection. */
    public static DerivedId in(Namespace namespace) {
        return new DerivedId(namespace);
    }

    /** The id of the row of the document with this key. */
    public static UUID of(Namespace namespace, IdBound key) {
        return in(namespace).of(key);
    }

    /** The id of the row of the document with this key. */
    public UUID of(IdBound key) {
        BsonCursor at = new BsonCursor(key.document());
        if (!at.next()) {
            throw new IllegalArgumentException("a key without a value: " + key);
        }
        Bytes out = new Bytes(16);
        write(out, at.type(), at.bytes(), at.valueStart(), at.valueEnd());
        long high = Long.reverseBytes(BsonValues.int64(out.array(), 0));
        return new UUID(high, Long.reverseBytes(BsonValues.int64(out.array(), 8)));
    }

    /** Appends the id's 16 bytes. */
    void write(Bytes out, BsonType type, byte[] bytes, int start, int end) {
        if (type == BsonType.OBJECT_ID) {
            writeObjectId(out, bytes, start);
            return;
        }
        if (type == BsonType.BINARY && isOwnId(bytes, start, end)) {
            out.put(bytes, start + 5, 16);
            return;
        }
        sha256.update(namespace);
        sha256.update((byte) type.code());
        sha256.update(bytes, start, end - start);
        byte[] digest = sha256.digest();
        long high = Long.reverseBytes(BsonValues.int64(digest, 0));
        long low = Long.reverseBytes(BsonValues.int64(digest, 8));
        out.putLong(high & ~0xF000L | VERSION_8);
        out.putLong(low & ~0xC000_0000_0000_0000L | VARIANT);
    }

    /** True for a UUID that no other key's id can be. */
    private static boolean isOwnId(byte[] bytes, int start, int end) {
        return end - start == 21
                && BsonValues.binarySubtype(bytes, start) == 4
                && (bytes[start + 11] & 0xF0) != 0x80
                && !isObjectId(bytes, start + 5);
    }

    static void writeObjectId(Bytes out, byte[] bytes, int start) {
        long millis = MongoId.objectIdSeconds(bytes, start) * 1_000;
        long tail = Long.reverseBytes(BsonValues.int64(bytes, start + 4));
        out.putLong(millis << 16 | VERSION_7 | tail >>> 52);
        out.putLong(VARIANT | (tail << 12) >>> 2);
    }

    /** True when the 16 bytes at {@code at} are an ObjectId in its UUIDv7 form. */
    static boolean isObjectId(byte[] uuid, int at) {
        long high = Long.reverseBytes(BsonValues.int64(uuid, at));
        long low = Long.reverseBytes(BsonValues.int64(uuid, at + 8));
        long millis = high >>> 16;
        return (high & 0xF000) == VERSION_7
                && millis % 1_000 == 0
                && millis / 1_000 <= 0xFFFF_FFFFL
                && (low & 0xC000_0000_0000_03FFL) == VARIANT;
    }

    /** The 24 hex digits of the ObjectId that a row's id is the UUIDv7 form of; empty for the id of another key. */
    public static Optional<String> objectId(UUID id) {
        Bytes bytes = new Bytes(16);
        bytes.putLong(id.getMostSignificantBits());
        bytes.putLong(id.getLeastSignificantBits());
        return isObjectId(bytes.array(), 0)
                ? Optional.of(HexFormat.of().formatHex(objectId(bytes.array(), 0)))
                : Optional.empty();
    }

    /** The ObjectId whose UUIDv7 form stands at {@code at}. */
    static byte[] objectId(byte[] uuid, int at) {
        long high = Long.reverseBytes(BsonValues.int64(uuid, at));
        long low = Long.reverseBytes(BsonValues.int64(uuid, at + 8));
        Bytes out = new Bytes(12);
        out.putInt((int) ((high >>> 16) / 1_000));
        out.putLong(high << 52 | (low << 2) >>> 12);
        return Arrays.copyOf(out.array(), 12);
    }
}
