package dev.changeover.dump;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/** Writes archives as mongodump --archive does: the blocks of several collections among each other. */
final class Archived {
    private static final int TERMINATOR = -1;

    private Archived() {}

    /** Blocks are cut at random, from a seed. */
    static void write(OutputStream out, String database, List<Dumped.Collection> collections, long seed)
            throws IOException {
        write(out, database, collections, List.of(), seed);
    }

    static void write(
            OutputStream out, String database, List<Dumped.Collection> collections, List<byte[]> oplog, long seed)
            throws IOException {
        number(out, 0x8199E26D);
        document(
                out,
                new BsonDocument("concurrent_collections", new BsonInt32(4))
                        .append("version", new BsonString("0.1"))
                        .append("server_version", new BsonString("6.0.0"))
                        .append("tool_version", new BsonString("100.9.4")));
        List<Stream> open = new ArrayList<>();
        for (Dumped.Collection one : collections) {
            document(
                    out,
                    name(database, one.name())
                            .append("metadata", new BsonString(one.metadata()))
                            .append("size", new BsonInt32(0))
                            .append("type", new BsonString("collection")));
            open.add(new Stream(database, one.name(), one.documents()));
        }
        if (!oplog.isEmpty()) {
            document(out, name("", "oplog").append("metadata", new BsonString("")));
            open.add(new Stream("", "oplog", oplog));
        }
        number(out, TERMINATOR);
        new Blocks(out, open, new SplittableRandom(seed)).write();
    }

    /** A collection that is written bit by bit. */
    private static final class Stream {
        private final String database;
        private final String collection;
        private final List<byte[]> documents;
        private final GoCrc64 checksum = new GoCrc64();
        private int next;

        Stream(String database, String collection, List<byte[]> documents) {
            this.database = database;
            this.collection = collection;
            this.documents = documents;
        }
    }

    /** CRC-64 bit by bit, as its definition says. */
    private static final class GoCrc64 {
        private long crc = -1;

        void add(byte[] bytes) {
            for (byte b : bytes) {
                crc ^= b & 0xFF;
                for (int bit = 0; bit < 8; bit++) {
                    crc = (crc & 1) == 0 ? crc >>> 1 : crc >>> 1 ^ 0xC96C5795D7870F42L;
                }
            }
        }
    }

    private record Blocks(OutputStream out, List<Stream> open, SplittableRandom random) {
        void write() throws IOException {
            Set<Stream> left = new HashSet<>(open);
            Stream current = null;
            while (!left.isEmpty()) {
                Stream one = open.get(random.nextInt(open.size()));
                if (!left.contains(one)) {
                    continue;
                }
                if (one != current) {
                    if (current != null) {
                        number(out, TERMINATOR);
                    }
                    document(
                            out,
                            name(one.database, one.collection)
                                    .append("EOF", BsonBoolean.FALSE)
                                    .append("CRC", new BsonInt64(0)));
                    current = one;
                }
                for (int n = random.nextInt(1, 400); n > 0 && one.next < one.documents.size(); n--) {
                    byte[] bytes = one.documents.get(one.next++);
                    one.checksum.add(bytes);
                    out.write(bytes);
                }
                if (one.next == one.documents.size() && random.nextBoolean()) {
                    number(out, TERMINATOR);
                    document(
                            out,
                            name(one.database, one.collection)
                                    .append("EOF", BsonBoolean.TRUE)
                                    .append("CRC", new BsonInt64(~one.checksum.crc)));
                    number(out, TERMINATOR);
                    current = null;
                    left.remove(one);
                }
            }
        }
    }

    private static BsonDocument name(String database, String collection) {
        return new BsonDocument("db", new BsonString(database)).append("collection", new BsonString(collection));
    }

    private static void document(OutputStream out, BsonDocument document) throws IOException {
        out.write(Dumped.bytes(new RawBsonDocument(document, new BsonDocumentCodec())));
    }

    private static void number(OutputStream out, int number) throws IOException {
        out.write(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array());
    }

    static byte[] bytes(String database, List<Dumped.Collection> collections, long seed) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, database, collections, seed);
        return out.toByteArray();
    }
}
