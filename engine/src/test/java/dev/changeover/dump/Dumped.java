package dev.changeover.dump;

import com.mongodb.client.MongoDatabase;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.bson.BsonArray;
import org.bson.BsonBinary;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/** Writes what a database holds as mongodump and mongoexport do. */
public final class Dumped {
    static final JsonWriterSettings CANONICAL =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

    private Dumped() {}

    /** A collection: its name, metadata, and documents. */
    record Collection(String name, String metadata, List<byte[]> documents) {}

    static List<Collection> of(MongoDatabase database) {
        List<Collection> all = new ArrayList<>();
        for (BsonDocument entry : database.listCollections(BsonDocument.class)) {
            String name = entry.getString("name").getValue();
            List<byte[]> documents = new ArrayList<>();
            if (!entry.getString("type").getValue().equals("view")) {
                for (RawBsonDocument document :
                        database.getCollection(name, RawBsonDocument.class).find()) {
                    documents.add(bytes(document));
                }
            }
            all.add(new Collection(name, metadata(database, name, entry), documents));
        }
        return all;
    }

    static byte[] bytes(RawBsonDocument document) {
        ByteBuffer buffer = document.getByteBuffer().asNIO();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static String metadata(MongoDatabase database, String name, BsonDocument entry) {
        BsonArray indexes = new BsonArray();
        if (!entry.getString("type").getValue().equals("view")) {
            database.getCollection(name).listIndexes(BsonDocument.class).forEach(indexes::add);
        }
        BsonDocument metadata = new BsonDocument("options", entry.getDocument("options"))
                .append("indexes", indexes)
                .append("collectionName", new BsonString(name))
                .append("type", entry.getString("type"));
        if (entry.getDocument("info").get("uuid") instanceof BsonBinary uuid) {
            metadata.append("uuid", new BsonString(uuid.asUuid().toString().replace("-", "")));
        }
        return metadata.toJson(CANONICAL);
    }

    /** dump/DATABASE/… in {@code folder}; returns that folder. */
    public static Path folder(Path folder, MongoDatabase database, boolean gzip) {
        return folder(folder, database.getName(), of(database), gzip);
    }

    static Path folder(Path folder, String database, List<Collection> collections, boolean gzip) {
        String end = gzip ? ".gz" : "";
        Path in = folder.resolve(database);
        for (Collection one : collections) {
            String file = one.name().replace("%", "%25").replace("/", "%2F").replace("$", "%24");
            write(in.resolve(file + ".bson" + end), gzip, out -> writeAll(out, one.documents()));
            write(
                    in.resolve(file + ".metadata.json" + end),
                    gzip,
                    out -> out.write(one.metadata().getBytes(StandardCharsets.UTF_8)));
        }
        write(
                folder.resolve("prelude.json" + end),
                gzip,
                out -> out.write(
                        "{\"ServerVersion\":\"6.0.0\",\"ToolVersion\":\"100.9.4\"}".getBytes(StandardCharsets.UTF_8)));
        return folder;
    }

    static void writeAll(OutputStream out, List<byte[]> documents) throws IOException {
        for (byte[] document : documents) {
            out.write(document);
        }
    }

    /** What goes into a file. */
    interface Content {
        void to(OutputStream out) throws IOException;
    }

    static void write(Path file, boolean gzip, Content content) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (OutputStream raw = new BufferedOutputStream(Files.newOutputStream(file));
                    OutputStream out = gzip ? new GZIPOutputStream(raw) : raw) {
                content.to(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
