package dev.changeover.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** One pair of real servers for all tests of a JVM, started at first use and stopped at its end; a database for each test. */
public final class TestServers {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private TestServers() {}

    private static final class Pair {
        static final Servers SERVERS = start();

        private static Servers start() {
            try {
                return Servers.start(ServerSettings.SMALL, line -> {});
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while the servers started", stop);
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

    /** The connection string of a database that no other test knows. */
    public static String freshMongoDatabase() {
        return Pair.SERVERS.mongoUri("test" + DATABASES.incrementAndGet());
    }

    /** The postgresql:// URI of an empty database that no other test knows. */
    public static String freshPostgres() {
        String name = "test" + DATABASES.incrementAndGet();
        Pair.SERVERS.createPostgresDatabase(name);
        return Pair.SERVERS.postgresUri(name);
    }

    /** The same on the oldest PostgreSQL that Changeover supports. */
    public static String freshOldestPostgres() {
        String name = "test" + DATABASES.incrementAndGet();
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
