package dev.changeover.bench;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.bson.RawBsonDocument;

/** A database of one name on both servers, and Changeover between them with a heap of {@code heap}. */
record Databases(String name, String mongo, String pg, Path room, String heap) {
    static final String COLLECTION = "users";
    static final String TABLE = "public." + COLLECTION;

    /** The PostgreSQL database as JDBC names it. */
    String jdbc() {
        return jdbc(pg);
    }

    static String jdbc(String uri) {
        return uri.replaceFirst("^postgresql://([^@]+)@(.*)$", "jdbc:postgresql://$2?user=$1");
    }

    Migration migration() {
        return migration(heap);
    }

    Migration migration(String otherHeap) {
        return new Migration(room, mongo, pg, otherHeap);
    }

    /** One copy. {@code copy} is without the start, the indexes and the checks; {@code run} has what its process took in all. */
    record Copied(Duration copy, Migration.Took run) {}

    /** Copies anew what was loaded. */
    Copied copy(int workers) throws IOException, InterruptedException, SQLException {
        return copy(workers, heap);
    }

    Copied copy(int workers, String otherHeap) throws IOException, InterruptedException, SQLException {
        return copied(
                migration(otherHeap).changeover("run", "--until", "copied", "--workers", "" + workers, "--start-over"));
    }

    /** The same from a dump. */
    Copied copyFrom(Path dump, int workers) throws IOException, InterruptedException, SQLException {
        return copied(
                migration().changeover("run", "--from", dump.toString(), "--workers", "" + workers, "--start-over"));
    }

    private Copied copied(Migration.Took run) throws SQLException {
        Duration copy = Duration.ofMillis(number("SELECT (extract(epoch FROM max(ended) - min(started)) * 1000)::bigint"
                + " FROM changeover.chunk WHERE done"));
        return new Copied(copy, run);
    }

    /** How long the driver alone takes to read all documents, by one cursor, and does nothing with them. */
    Duration rawRead() {
        long begun = System.nanoTime();
        long bytes = 0;
        try (MongoClient client = MongoClients.create(mongo)) {
            MongoCollection<RawBsonDocument> all =
                    client.getDatabase(name).getCollection(COLLECTION, RawBsonDocument.class);
            try (MongoCursor<RawBsonDocument> cursor = all.find().iterator()) {
                while (cursor.hasNext()) {
                    bytes += cursor.next().getByteBuffer().remaining();
                }
            }
        }
        if (bytes == 0) {
            throw new IllegalStateException("nothing was read");
        }
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    long number(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbc());
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        }
    }

    void execute(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbc());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }
}
