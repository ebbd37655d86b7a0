package dev.changeover.bench;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.bson.RawBsonDocument;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;
import org.postgresql.PGConnection;

/** What mongoexport and psql's \copy do: a file of one JSON object a line, then COPY of the file into one jsonb column. */
record ExportAndCopy() implements Peer {
    private static final int BUFFER = 1 << 20;
    private static final double GOAL = 4;

    @Override
    public String word() {
        return "export";
    }

    @Override
    public String about() {
        return "export + COPY as jsonb";
    }

    @Override
    public String fidelity() {
        return "mongoexport itself is in no package registry, so this does the same by the Java driver: one thread writes"
                + " relaxed Extended JSON to a file, then one COPY loads the file into a column jsonb; no keys, no columns.";
    }

    @Override
    public int documentsMost() {
        return Integer.MAX_VALUE;
    }

    @Override
    public List<Stretch> load(Databases databases) throws SQLException, IOException {
        databases.execute("CREATE TABLE peer.users (document jsonb)");
        Path file = databases.room().resolve("export.json");
        long begun = System.nanoTime();
        export(databases, file);
        copy(databases, file);
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        Files.delete(file);
        return List.of(new Stretch(about(), (int) databases.documents(), took, OptionalDouble.of(GOAL)));
    }

    private static void export(Databases databases, Path file) throws IOException {
        JsonWriterSettings relaxed =
                JsonWriterSettings.builder().outputMode(JsonMode.RELAXED).build();
        try (MongoClient client = MongoClients.create(databases.mongo());
                BufferedWriter out = Files.newBufferedWriter(file)) {
            MongoCollection<RawBsonDocument> all =
                    client.getDatabase(databases.name()).getCollection(Databases.COLLECTION, RawBsonDocument.class);
            try (MongoCursor<RawBsonDocument> cursor = all.find().iterator()) {
                while (cursor.hasNext()) {
                    out.write(cursor.next().toJson(relaxed));
                    out.write('\n');
                }
            }
        }
    }

    /** A quote and a delimiter that JSON cannot hold, as one does with psql, so that nothing needs to be escaped. */
    private static void copy(Databases databases, Path file) throws SQLException, IOException {
        try (Connection connection = DriverManager.getConnection(databases.jdbc());
                var in = Files.newInputStream(file)) {
            long unused = connection
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyIn("COPY peer.users FROM STDIN (FORMAT csv, QUOTE e'\\x01', DELIMITER e'\\x02')", in, BUFFER);
        }
    }
}
