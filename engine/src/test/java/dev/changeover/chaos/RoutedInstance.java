package dev.changeover.chaos;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.changeover.router.MongoTimes;
import dev.changeover.router.NotDoneException;
import dev.changeover.router.Route;
import dev.changeover.router.Router;
import dev.changeover.router.RouterSettings;
import dev.changeover.router.UnknownOutcomeException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.bson.Document;

/**
 * An application behind the router, as a process of its own, until its standard input ends. Each of its threads writes
 * notes, one after another, and looks for each that was acknowledged; what it tried and what it was told goes to a file
 * before it goes on, so that it is known whatever becomes of the process.
 */
final class RoutedInstance {
    static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration BETWEEN = Duration.ofMillis(2);

    private RoutedInstance() {}

    /** What the application does. */
    private interface Notes {
        /** Returns the name of the database that has it. */
        String put(String key) throws SQLException;

        boolean has(String key) throws SQLException;
    }

    private record OnMongo(MongoCollection<Document> notes) implements Notes {
        @Override
        public String put(String key) {
            notes.insertOne(new Document("key", key));
            return "mongo";
        }

        @Override
        public boolean has(String key) {
            return notes.find(Filters.eq("key", key)).first() != null;
        }
    }

    private record OnPostgres(DataSource source) implements Notes {
        @Override
        public String put(String key) throws SQLException {
            try (Connection connection = source.getConnection();
                    PreparedStatement insert =
                            connection.prepareStatement("INSERT INTO public.notes (key) VALUES (?)")) {
                connection.setAutoCommit(false);
                insert.setString(1, key);
                insert.executeUpdate();
                connection.commit();
            }
            return "postgres";
        }

        @Override
        public boolean has(String key) throws SQLException {
            try (Connection connection = source.getConnection();
                    PreparedStatement find = connection.prepareStatement("SELECT 1 FROM public.notes WHERE key = ?")) {
                find.setString(1, key);
                try (ResultSet rows = find.executeQuery()) {
                    return rows.next();
                }
            }
        }
    }

    /** {@code mongoUri postgresJdbc name ledger threads}. */
    public static void main(String[] arguments) throws IOException, InterruptedException, SQLException {
        HikariConfig pool = new HikariConfig();
        pool.setJdbcUrl(arguments[1]);
        pool.setConnectionTimeout(2_000);
        pool.setInitializationFailTimeout(-1);
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(arguments[0]))
                .addCommandListener(new MongoTimes())
                .build();
        String name = arguments[2];
        Path ledger = Path.of(arguments[3]);
        AtomicBoolean stop = new AtomicBoolean();
        try (HikariDataSource source = new HikariDataSource(pool);
                MongoClient client = MongoClients.create(settings);
                Router router = Router.builder(source)
                        .name(name)
                        .settings(RouterSettings.DEFAULT.withLease(LEASE))
                        .start()) {
            String database = new ConnectionString(arguments[0]).getDatabase();
            Route<Notes> notes = router.route(
                    new OnMongo(client.getDatabase(String.valueOf(database)).getCollection("notes")),
                    new OnPostgres(router.dataSource(source)));
            Thread[] workers = new Thread[Integer.parseInt(arguments[4])];
            for (int i = 0; i < workers.length; i++) {
                String prefix = name + "-" + ProcessHandle.current().pid() + "-" + i + "-";
                workers[i] = new Thread(() -> work(notes, prefix, ledger, stop));
                workers[i].start();
            }
            while (System.in.read() >= 0) {} // until its parent ends, or wants it to
            stop.set(true);
            for (Thread worker : workers) {
                worker.join();
            }
        }
    }

    private static void work(Route<Notes> notes, String prefix, Path ledger, AtomicBoolean stop) {
        for (long number = 0; !stop.get(); number++) {
            String key = prefix + number;
            note(ledger, "tried " + key);
            long begun = System.currentTimeMillis();
            try {
                String by = notes.write(n -> n.put(key));
                note(ledger, "done " + key + " " + by + " " + begun + " " + System.currentTimeMillis());
            } catch (NotDoneException undone) {
                note(ledger, "undone " + key + " " + System.currentTimeMillis() + " " + undone);
                continue;
            } catch (UnknownOutcomeException unknown) {
                note(ledger, "unknown " + key + " " + System.currentTimeMillis() + " " + unknown);
                continue;
            } catch (SQLException | RuntimeException other) {
                note(ledger, "failed " + key + " " + System.currentTimeMillis() + " " + other);
                continue;
            }
            read(notes, key, ledger);
        }
    }

    private static void read(Route<Notes> notes, String key, Path ledger) {
        try {
            boolean there = notes.read(n -> n.has(key));
            note(ledger, (there ? "read " : "stale ") + key + " " + System.currentTimeMillis());
            Thread.sleep(BETWEEN);
        } catch (SQLException | RuntimeException other) {
            note(ledger, "unread " + key + " " + System.currentTimeMillis() + " " + other);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void note(Path ledger, String line) {
        try {
            Files.write(
                    ledger,
                    (line + "\n").getBytes(StandardCharsets.UTF_8),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new IllegalStateException("write " + ledger, e);
        }
    }
}
