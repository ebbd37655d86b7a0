package dev.changeover.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;

/** The fastest that this PostgreSQL takes these rows: COPY BINARY from files, by so many connections, into a bare table. */
final class Limit {
    private static final int BUFFER = 256 << 10;

    private final String jdbcUrl;
    private final String table;
    private final int connections;
    private final Path room;
    private final List<Path> parts = new ArrayList<>();

    Limit(String jdbcUrl, String table, int connections, Path room) {
        this.jdbcUrl = jdbcUrl;
        this.table = table;
        this.connections = connections;
        this.room = room;
    }

    /** The same database as JDBC names it. */
    static String jdbc(String uri) {
        return uri.replaceFirst("^postgresql://([^@]+)@(.*)$", "jdbc:postgresql://$2?user=$1");
    }

    /** One round. */
    Duration measure() throws SQLException, IOException, InterruptedException {
        if (parts.isEmpty()) {
            parts.addAll(export());
        }
        execute(
                "CREATE SCHEMA IF NOT EXISTS bench",
                "DROP TABLE IF EXISTS bench.bare",
                "CREATE TABLE bench.bare (LIKE " + table + ")",
                "CHECKPOINT");
        long start = System.nanoTime();
        load();
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        execute("DROP SCHEMA bench CASCADE");
        return took;
    }

    /** The migrated rows, split by their keys, one file for each connection. */
    private List<Path> export() throws SQLException, IOException {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            Path part = room.resolve("rows-" + i);
            String rows = "SELECT * FROM " + table + " WHERE abs(hashtext(mongo_id)) % " + connections + " = " + i;
            try (Connection connection = DriverManager.getConnection(jdbcUrl);
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
                    try (Connection connection = DriverManager.getConnection(jdbcUrl);
                            InputStream in = Files.newInputStream(part)) {
                        return connection
                                .unwrap(PGConnection.class)
                                .getCopyAPI()
                                .copyIn("COPY bench.bare FROM STDIN (FORMAT binary)", in, BUFFER);
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

    /** How long the copy itself took, without the start, the plan and the indexes. */
    Duration copyPhase() throws SQLException {
        return Duration.ofMillis(number("SELECT (extract(epoch FROM max(ended) - min(started)) * 1000)::bigint"
                + " FROM changeover.chunk WHERE done"));
    }

    long rows() throws SQLException {
        return number("SELECT count(*) FROM " + table);
    }

    long columns(String type) throws SQLException {
        return number("SELECT count(*) FROM pg_attribute WHERE attrelid = '" + table + "'::regclass AND attnum > 0"
                + " AND format_type(atttypid, NULL) LIKE '" + type + "'");
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(sql)) {
            found.next();
            return found.getLong(1);
        }
    }

    private void execute(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
