package dev.changeover.servers;

import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A MongoDB replica set and a PostgreSQL server in a temporary folder, both on the loopback interface, both gone when
 * closed or when the JVM ends. The package's door. Thread-safe.
 */
public final class Servers implements AutoCloseable {
    private final Closing closing;
    private final Room room;
    private final MongoReplicaSet mongo;
    private final PostgresServer postgres;

    private Servers(Closing closing, Room room, MongoReplicaSet mongo, PostgresServer postgres) {
        this.closing = closing;
        this.room = room;
        this.mongo = mongo;
        this.postgres = postgres;
    }

    /** Starts both; {@code says} hears in a line of what takes long, such as a download. */
    public static Servers start(ServerSettings settings, Consumer<String> says) throws InterruptedException {
        Path mongod = new MongodBinary(cache(), says).find();
        Closing closing = Closing.atExit();
        return closing.whileStarting(() -> {
            Room room = closing.with(Room.make("servers"));
            MongoReplicaSet mongo = closing.with(MongoReplicaSet.start(mongod, room.path(), settings));
            PostgresServer postgres = closing.with(PostgresServer.start(postgresBinaries(), room.path()));
            return new Servers(closing, room, mongo, postgres);
        });
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

    /** The same as a user who may only read and write, where there are users. */
    public String mongoApplicationUri(String database) {
        return mongo.applicationUri(database);
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
        closing.keep();
        return howToEnd();
    }

    String howToEnd() {
        String pids = Stream.concat(mongo.pids().stream(), Stream.of(postgres.pid()))
                .map(String::valueOf)
                .collect(Collectors.joining(" "));
        return "kill " + pids + " && rm -rf '" + room.path() + "'";
    }

    @Override
    public void close() {
        closing.close();
    }
}
