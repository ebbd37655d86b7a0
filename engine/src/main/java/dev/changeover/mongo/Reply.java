package dev.changeover.mongo;

import dev.changeover.ClusterTime;
import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonValues;
import dev.changeover.bson.RawBatch;
import java.util.Arrays;
import java.util.Optional;
import org.bson.BsonBinaryReader;
import org.bson.BsonDocument;
import org.bson.BsonReader;
import org.bson.BsonWriter;
import org.bson.RawBsonDocument;
import org.bson.codecs.Codec;
import org.bson.codecs.DecoderContext;
import org.bson.codecs.EncoderContext;
import org.bson.io.BsonInput;

/**
 * The bytes of one command's reply and, when it carries a cursor, the places of its documents in them. One reply is
 * filled again and again, so that reading a chunk allocates one buffer, not one for each batch. Not thread-safe.
 */
final class Reply implements RawBatch {
    private byte[] bytes = new byte[4 << 10];
    private int[] offsets = new int[128];
    private int size;
    private long cursorId;
    private final BsonCursor top = new BsonCursor();
    private final BsonCursor inner = new BsonCursor();
    private final BsonCursor elements = new BsonCursor();

    @Override
    public int size() {
        return size;
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public int offset(int i) {
        return offsets[i];
    }

    /** The server's cursor, or 0 when it has given all it had. */
    long cursorId() {
        return cursorId;
    }

    /** The logical time at which the server answered. */
    Optional<ClusterTime> operationTime() {
        top.open(bytes, 0, bytes.length);
        while (top.next()) {
            if (top.type() == BsonType.TIMESTAMP && top.name().equals("operationTime")) {
                return Optional.of(ClusterTime.ofBits(BsonValues.int64(bytes, top.valueStart())));
            }
        }
        return Optional.empty();
    }

    /** The whole answer, for those that are looked at once. */
    BsonDocument asDocument() {
        return new RawBsonDocument(bytes, 0, BsonValues.int32(bytes, 0));
    }

    /** The document called {@code name} inside the reply's cursor, as bytes of its own. */
    Optional<byte[]> inCursor(String name) {
        if (!openCursor()) {
            return Optional.empty();
        }
        while (inner.next()) {
            if (inner.type() == BsonType.DOCUMENT && inner.name().equals(name)) {
                return Optional.of(Arrays.copyOfRange(bytes, inner.valueStart(), inner.valueEnd()));
            }
        }
        return Optional.empty();
    }

    private boolean openCursor() {
        top.open(bytes, 0, bytes.length);
        while (top.next()) {
            if (top.type() == BsonType.DOCUMENT && top.name().equals("cursor")) {
                inner.open(bytes, top.valueStart(), top.valueEnd());
                return true;
            }
        }
        return false;
    }

    private Reply read(BsonInput input) {
        int length = input.readInt32();
        if (bytes.length < length) {
            bytes = new byte[Math.max(length, (int) Math.min(Integer.MAX_VALUE - 16, bytes.length * 2L))];
        }
        bytes[0] = (byte) length;
        bytes[1] = (byte) (length >>> 8);
        bytes[2] = (byte) (length >>> 16);
        bytes[3] = (byte) (length >>> 24);
        input.readBytes(bytes, 4, length - 4);
        findDocuments();
        return this;
    }

    private void findDocuments() {
        size = 0;
        cursorId = 0;
        if (!openCursor()) {
            return;
        }
        while (inner.next()) {
            if (inner.type() == BsonType.INT64 && inner.name().equals("id")) {
                cursorId = BsonValues.int64(bytes, inner.valueStart());
            } else if (inner.type() == BsonType.ARRAY && inner.name().endsWith("Batch")) {
                elements.open(bytes, inner.valueStart(), inner.valueEnd());
                while (elements.next()) {
                    add(elements.valueStart());
                }
            }
        }
    }

    private void add(int offset) {
        if (size == offsets.length) {
            offsets = Arrays.copyOf(offsets, size * 2);
        }
        offsets[size++] = offset;
    }

    /** Hands the driver's bytes to a reply as they are, past the driver's own decoding. */
    static final class Filler implements Codec<Reply> {
        private final Reply reply;

        Filler(Reply reply) {
            this.reply = reply;
        }

        @Override
        public Reply decode(BsonReader reader, DecoderContext context) {
            return reply.read(((BsonBinaryReader) reader).getBsonInput());
        }

        @Override
        public void encode(BsonWriter writer, Reply value, EncoderContext context) {
            throw new UnsupportedOperationException("a reply is only read");
        }

        @Override
        public Class<Reply> getEncoderClass() {
            return Reply.class;
        }
    }
}
