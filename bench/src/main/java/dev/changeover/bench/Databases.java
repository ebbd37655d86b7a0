package dev.changeover.bench;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoCursor;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.bson.BsonDocument;
import org.bson.BsonValue;
import org.bson.RawBsonDocument;
import org.bson.conversions.Bson;

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
    Copied copy(OptionalInt workers) throws IOException, InterruptedException, SQLException {
        return copy(workers, heap);
    }

    Copied copy(OptionalInt workers, String otherHeap) throws IOException, InterruptedException, SQLException {
        execute("CHECKPOINT"); // as before each limit and peer
        return copied(migration(otherHeap).changeover(with(workers, "run", "--until", "copied", "--start-over")));
    }

    /** {@code workers} are Changeover's own choice if none are given. */
    static String[] with(OptionalInt workers, String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        workers.ifPresent(number -> all.addAll(List.of("--workers", "" + number)));
        return all.toArray(String[]::new);
    }

    /** The same from a dump. */
    Copied copyFrom(Path dump, OptionalInt workers) throws IOException, InterruptedException, SQLException {
        execute("CHECKPOINT");
        return copied(migration().changeover(with(workers, "run", "--from", dump.toString(), "--start-over")));
    }

    private Copied copied(Migration.Took run) throws SQLException {
        Duration copy = Duration.ofMillis(number("SELECT (extract(epoch FROM max(ended) - min(started)) * 1000)::bigint"
                + " FROM changeover.chunk WHERE done"));
        return new Copied(copy, run);
    }

    /** How long the driver alone takes to read all documents, each half by a cursor, and does nothing with them. */
    Duration rawRead(int documents) throws InterruptedException {
        try (MongoClient client = MongoClients.create(mongo);
                ExecutorService cursors = Executors.newFixedThreadPool(2)) {
            MongoCollection<RawBsonDocument> all =
                    client.getDatabase(name).getCollection(COLLECTION, RawBsonDocument.class);
            BsonDocument middle = all.find()
                    .projection(Projections.include("_id"))
                    .sort(Sorts.ascending("_id"))
                    .skip(documents / 2)
                    .first();
            BsonValue half = Objects.requireNonNull(middle, "nothing is there to be read")
                    .get("_id");
            long begun = System.nanoTime();
            List<Future<Long>> read = cursors.invokeAll(
                    List.of(() -> read(all, Filters.lt("_id", half)), () -> read(all, Filters.gte("_id", half))));
            for (Future<Long> one : read) {
                requireSome(one);
            }
            return Duration.ofNanos(System.nanoTime() - begun);
        }
    }

    private static long read(MongoCollection<RawBsonDocument> all, Bson which) {
        long bytes = 0;
        try (MongoCursor<RawBsonDocument> cursor = all.find(which).iterator()) {
            while (cursor.hasNext()) {
                bytes += cursor.next().getByteBuffer().remaining();
            }
        }
        return bytes;
    }

    private static void requireSome(Future<Long> bytes) throws InterruptedException {
        try {
            if (bytes.get() == 0) {
                throw new IllegalStateException("nothing was read");
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("read all documents", e);
        }
    }

    /** How many are loaded. */
    long documents() {
        try (MongoClient client = MongoClients.create(mongo)) {
            return client.getDatabase(name).getCollection(COLLECTION).countDocuments();
        }
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
