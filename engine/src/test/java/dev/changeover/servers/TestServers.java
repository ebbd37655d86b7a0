package dev.changeover.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One pair of real servers for all tests of a JVM, started at first use and stopped at its end; a database for each test. */
public final class TestServers {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    /** How the names of a JVM's databases begin, where that is not "test". */
    private static final String PREFIX_PROPERTY = "changeover.test.prefix";

    private TestServers() {}

    /** Where databases are, their name left open: those of a pair of this JVM's own, or of the JVM that started it. */
    private static final class Pair {
        private static final String NAME = "NAME";
        private static final String MONGO_PROPERTY = "changeover.test.mongo";
        private static final String POSTGRES_PROPERTY = "changeover.test.postgres";

        static final String MONGO;
        static final String POSTGRES;

        static {
            String mongo = System.getProperty(MONGO_PROPERTY);
            String postgres = System.getProperty(POSTGRES_PROPERTY);
            if (mongo == null || postgres == null) {
                Servers servers = start();
                mongo = servers.mongoUri(NAME);
                postgres = servers.postgresUri(NAME);
            }
            MONGO = mongo;
            POSTGRES = postgres;
        }

        private static Servers start() {
            try {
                return Servers.start(ServerSettings.SMALL, line -> {});
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the servers started", stop);
            }
        }

        static String named(String uri, String database) {
            return uri.replace("/" + NAME, "/" + database);
        }

        static void createPostgres(String name) {
            try (Connection connection = DriverManager.getConnection(jdbc(named(POSTGRES, "postgres")));
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE \"" + name + "\"");
            } catch (SQLException e) {
                throw new IllegalStateException("create database " + name, e);
            }
        }
    }

    private static final class Oldest {
        static final PostgresServer SERVER = start();

        private static PostgresServer start() {
            Path folder = Path.of("target/postgres-oldest").toAbsolutePath();
            Room room = Room.make("oldest");
            try (var jars = Files.list(folder)) {
                Path jar = jars.filter(f -> f.toString().endsWith(".jar"))
                        .findFirst()
                        .orElseThrow();
                PostgresServer server = PostgresServer.start(Servers.postgresBinaries(), room.path(), jar);
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    server.close();
                    room.close();
                }));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException("is the build's own " + folder + " there? Run the tests by Maven.", e);
            }
        }
    }

    /** The Java options of another JVM whose tests are to use this JVM's servers, beside it. */
    public static List<String> sharing() {
        return List.of(
                "-D" + Pair.MONGO_PROPERTY + "=" + Pair.MONGO,
                "-D" + Pair.POSTGRES_PROPERTY + "=" + Pair.POSTGRES,
                "-D" + PREFIX_PROPERTY + "=" + freshName() + "_");
    }

    private static String freshName() {
        return System.getProperty(PREFIX_PROPERTY, "test") + DATABASES.incrementAndGet();
    }

    /** The connection string of a database that no other test knows. */
    public static String freshMongoDatabase() {
        return Pair.named(Pair.MONGO, freshName());
    }

    /** The postgresql:// URI of an empty database that no other test knows. */
    public static String freshPostgres() {
        String name = freshName();
        Pair.createPostgres(name);
        return Pair.named(Pair.POSTGRES, name);
    }

    /** The same on the oldest PostgreSQL that Changeover supports. */
    public static String freshOldestPostgres() {
        String name = freshName();
        Oldest.SERVER.createDatabase(name);
        return Oldest.SERVER.uri(name);
    }

    /** {@link #freshPostgres} as a JDBC URL. */
    public static String freshPostgresJdbc() {
        return jdbc(freshPostgres());
    }

    public static String jdbc(String uri) {
        return uri.replaceFirst("^postgresql://([^@]+)@(.*)$", "jdbc:postgresql://$2?user=$1");
    }
}
