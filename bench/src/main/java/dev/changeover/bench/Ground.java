package dev.changeover.bench;

import dev.changeover.servers.ServerSettings;
import dev.changeover.servers.Servers;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What one part measures on: servers of its own, if it wants any, and a folder, all gone when closed. Confined to one thread. */
final class Ground implements AutoCloseable {
    private static final ServerSettings SIZE = new ServerSettings(1, 1.0, false);

    private final Settings settings;
    private final PrintStream out;
    private final Path room;
    private @Nullable Servers servers;

    private Ground(Settings settings, PrintStream out, Path room) {
        this.settings = settings;
        this.out = out;
        this.room = room;
    }

    static Ground make(Settings settings, PrintStream out) throws IOException {
        return new Ground(settings, out, Files.createTempDirectory("changeover-bench"));
    }

    Settings settings() {
        return settings;
    }

    Path room() {
        return room;
    }

    /** Tells a person how far it is. */
    void say(String line) {
        out.println(line);
    }

    /** A database of this name on both servers, empty. The servers are started for the first one. */
    private Databases databases(String name) throws IOException, InterruptedException {
        if (servers == null) {
            servers = Servers.start(SIZE, out::println);
        }
        servers.createPostgresDatabase(name);
        return new Databases(
                name,
                servers.mongoUri(name),
                servers.postgresUri(name),
                Files.createDirectory(room.resolve(name)),
                settings.heap());
    }

    /** The same, with a collection {@code users} of the shape in it, and a plan. */
    Databases loaded(String name, Shape shape, int documents) throws IOException, InterruptedException {
        Databases both = databases(name);
        say("loading " + documents + " documents: " + shape.name());
        long bytes = new DataMaker(42, shape).load(both.mongo(), name, Databases.COLLECTION, documents);
        say(bytes / documents + " bytes each");
        both.migration().changeover("plan");
        return both;
    }

    @Override
    public void close() throws IOException {
        if (servers != null) {
            servers.close();
        }
        try (Stream<Path> files = Files.walk(room)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
