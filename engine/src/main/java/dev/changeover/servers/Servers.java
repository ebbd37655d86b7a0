package dev.changeover.servers;

import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A MongoDB replica set and a PostgreSQL server in a temporary folder, both on the loopback interface, both gone when
 * closed or when the JVM ends. The package's door. Thread-safe.
 */
public final class Servers implements AutoCloseable {
    private final Room room;
    private final MongoReplicaSet mongo;
    private final PostgresServer postgres;
    private final Thread hook = new Thread(this::stop, "servers-stop");
    private final AtomicBoolean over = new AtomicBoolean();

    private Servers(Room room, MongoReplicaSet mongo, PostgresServer postgres) {
        this.room = room;
        this.mongo = mongo;
        this.postgres = postgres;
    }

    /** Starts both; {@code says} hears in a line of what takes long, such as a download. */
    public static Servers start(ServerSettings settings, Consumer<String> says) throws InterruptedException {
        Path mongod = new MongodBinary(cache(), says).find();
        Room room = Room.make("servers");
        try {
            MongoReplicaSet mongo = MongoReplicaSet.start(mongod, room.path(), settings);
            try {
                PostgresServer postgres = PostgresServer.start(postgresBinaries(), room.path());
                Servers servers = new Servers(room, mongo, postgres);
                Runtime.getRuntime().addShutdownHook(servers.hook);
                return servers;
            } catch (RuntimeException e) {
                mongo.close();
                throw e;
            }
        } catch (RuntimeException e) {
            room.close();
            throw e;
        }
    }

    /** {@code HOME} comes before the account's own folder, as in every shell. */
    static Path cache() {
        String home = System.getenv("HOME");
        return Path.of(home == null || home.isBlank() ? System.getProperty("user.home") : home, ".cache", "changeover");
    }

    static Path postgresBinaries() {
        return cache().resolve("postgres");
    }

    /** Where clients reach {@code database}; MongoDB makes it when the first document is written. */
    public String mongoUri(String database) {
        return mongo.uri(database);
    }

    /** Where clients reach {@code database}, which {@link #createPostgresDatabase} made. */
    public String postgresUri(String database) {
        return postgres.uri(database);
    }

    public void createPostgresDatabase(String name) {
        postgres.createDatabase(name);
    }

    /** Leaves both running after this process; returns the shell command that ends them and removes their data. */
    public String keep() {
        over.set(true);
        Runtime.getRuntime().removeShutdownHook(hook);
        StringBuilder command = new StringBuilder("kill");
        mongo.pids().forEach(pid -> command.append(' ').append(pid));
        return command.append(' ')
                .append(postgres.pid())
                .append(" && rm -rf '")
                .append(room.path())
                .append('\'')
                .toString();
    }

    @Override
    public void close() {
        if (!over.get()) {
            stop();
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }

    private void stop() {
        if (over.compareAndSet(false, true)) {
            try (room;
                    mongo) {
                postgres.close();
            }
        }
    }
}
