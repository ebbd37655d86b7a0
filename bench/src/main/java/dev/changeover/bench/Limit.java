package dev.changeover.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;

/**
 * The fastest that this PostgreSQL takes the migrated rows: COPY BINARY from files, by some connections, into a bare table, or
 * into one that has the keys of the migrated one from the beginning.
 */
final class Limit {
    private static final int BUFFER = 256 << 10;

    private final Databases databases;
    private final int connections;
    private final boolean keyed;
    private final List<Path> parts = new ArrayList<>();

    private Limit(Databases databases, int connections, boolean keyed) {
        this.databases = databases;
        this.connections = connections;
        this.keyed = keyed;
    }

    static Limit bare(Databases databases, int connections) {
        return new Limit(databases, connections, false);
    }

    static Limit keyed(Databases databases, int connections) {
        return new Limit(databases, connections, true);
    }

    /** One round. */
    Duration measure() throws SQLException, IOException, InterruptedException {
        if (parts.isEmpty()) {
            parts.addAll(export());
        }
        databases.execute(
                "CREATE SCHEMA IF NOT EXISTS bench",
                "DROP TABLE IF EXISTS bench.rows",
                "CREATE TABLE bench.rows (LIKE " + Databases.TABLE + (keyed ? " INCLUDING INDEXES)" : ")"),
                "CHECKPOINT");
        long start = System.nanoTime();
        load();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        databases.execute("DROP SCHEMA bench CASCADE");
        return took;
    }

    /** The migrated rows, split by their keys, one file for each connection. */
    private List<Path> export() throws SQLException, IOException {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Path part = databases.room().resolve("rows-" + connections + "-" + i);
            String rows =
                    "SELECT * FROM " + Databases.TABLE + " WHERE abs(hashtext(mongo_id)) % " + connections + " = " + i;
            try (Connection connection = DriverManager.getConnection(databases.jdbc());
                    OutputStream out = Files.newOutputStream(part)) {
                connection
                        .unwrap(PGConnection.class)
                        .getCopyAPI()
                        .copyOut("COPY (" + rows + ") TO STDOUT (FORMAT binary)", out);
            }
            files.add(part);
        }
        return files;
    }

    private void load() throws InterruptedException {
        try (ExecutorService workers = Executors.newFixedThreadPool(connections)) {
            List<Future<Long>> all = new ArrayList<>();
            for (Path part : parts) {
                all.add(workers.submit(() -> {
                    try (Connection connection = DriverManager.getConnection(databases.jdbc());
                            InputStream in = Files.newInputStream(part)) {
                        return connection
                                .unwrap(PGConnection.class)
                                .getCopyAPI()
                                .copyIn("COPY bench.rows FROM STDIN (FORMAT binary)", in, BUFFER);
                    }
                }));
            }
            for (Future<Long> each : all) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("load the rows", e);
        }
    }
}
