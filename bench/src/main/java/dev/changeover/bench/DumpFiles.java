package dev.changeover.bench;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.bson.BsonBinaryWriter;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.codecs.EncoderContext;
import org.bson.io.BasicOutputBuffer;

/** Writes one collection in the forms of mongodump: its two files, plain or compressed, and an archive. */
final class DumpFiles {
    private static final String METADATA =
            "{\"options\":{},\"indexes\":[{\"v\":2,\"key\":{\"_id\":1},\"name\":\"_id_\"}],\"type\":\"collection\"}";
    private static final int MAGIC = 0x8199E26D;
    private static final int TERMINATOR = -1;
    private static final long POLYNOMIAL = 0xC96C_5795_D787_0F42L;

    private final String uri;
    private final String database;
    private final String collection;

    DumpFiles(String uri, String database, String collection) {
        this.uri = uri;
        this.database = database;
        this.collection = collection;
    }

    /** Takes the documents, one after the other. */
    private interface Each {
        void document(byte[] bytes) throws IOException;
    }

    private void each(Each each) throws IOException {
        try (MongoClient client = MongoClients.create(uri)) {
            MongoCollection<RawBsonDocument> from =
                    client.getDatabase(database).getCollection(collection, RawBsonDocument.class);
            for (RawBsonDocument document : from.find()) {
                ByteBuffer buffer = document.getByteBuffer().asNIO();
                byte[] bytes = new byte[buffer.remaining()];
                buffer.get(bytes);
                each.document(bytes);
            }
        }
    }

    /** A folder as mongodump makes it. */
    Path folder(Path folder, boolean gzip) throws IOException {
        String end = gzip ? ".gz" : "";
        Path in = Files.createDirectories(folder.resolve(database));
        try (OutputStream out = open(in.resolve(collection + ".bson" + end), gzip)) {
            each(out::write);
        }
        try (OutputStream out = open(in.resolve(collection + ".metadata.json" + end), gzip)) {
            out.write(METADATA.getBytes(StandardCharsets.UTF_8));
        }
        return folder;
    }

    Path archive(Path file) throws IOException {
        try (OutputStream out = open(file, false)) {
            number(out, MAGIC);
            document(
                    out,
                    "{concurrent_collections: 4, version: '0.1', server_version: '6.0.0', tool_version: '100.9.4'}");
            document(
                    out,
                    BsonDocument.parse(named("type: 'collection', size: 0"))
                            .append("metadata", new BsonString(METADATA))
                            .toJson());
            number(out, TERMINATOR);
            document(out, named("EOF: false, CRC: {$numberLong: '0'}"));
            long[] crc = {-1};
            each(bytes -> {
                crc[0] = crc(crc[0], bytes);
                out.write(bytes);
            });
            number(out, TERMINATOR);
            document(out, named("EOF: true, CRC: {$numberLong: '" + ~crc[0] + "'}"));
            number(out, TERMINATOR);
        }
        return file;
    }

    private String named(String more) {
        return "{db: '" + database + "', collection: '" + collection + "', " + more + "}";
    }

    private static OutputStream open(Path file, boolean gzip) throws IOException {
        OutputStream raw = new BufferedOutputStream(Files.newOutputStream(file), 1 << 18);
        return gzip ? new GZIPOutputStream(raw, 1 << 16) : raw;
    }

    private static long crc(long before, byte[] bytes) {
        long now = before;
        for (byte b : bytes) {
            now ^= b & 0xFF;
            for (int bit = 0; bit < 8; bit++) {
                now = (now & 1) == 0 ? now >>> 1 : now >>> 1 ^ POLYNOMIAL;
            }
        }
        return now;
    }

    private static void document(OutputStream out, String json) throws IOException {
        try (BasicOutputBuffer buffer = new BasicOutputBuffer();
                BsonBinaryWriter writer = new BsonBinaryWriter(buffer)) {
            new BsonDocumentCodec()
                    .encode(
                            writer,
                            BsonDocument.parse(json),
                            EncoderContext.builder().build());
            out.write(buffer.toByteArray());
        }
    }

    private static void number(OutputStream out, int number) throws IOException {
        out.write(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(number)
                .array());
    }
}
