package dev.changeover.servers;

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

    /** The same as a JDBC URL. */
    public static String freshPostgresJdbc() {
        return jdbc(freshPostgres());
    }

    static String jdbc(String uri) {
        return uri.replaceFirst("^postgresql://([^@]+)@(.*)$", "jdbc:postgresql://$2?user=$1");
    }
}
