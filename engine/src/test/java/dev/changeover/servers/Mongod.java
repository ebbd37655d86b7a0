package dev.changeover.servers;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.bson.Document;

/** A mongod of a test's own, for what the shared one cannot show: standalone, with users, killed. */
public final class Mongod implements AutoCloseable {
    private final Path room;
    private final Process process;
    private final int port;

    private Mongod(Path room, Process process, int port) {
        this.room = room;
        this.process = process;
        this.port = port;
    }

    /** With arguments beside port, path and address; {@code --replSet rs} makes a replica set, not yet initiated. */
    public static Mongod start(String... arguments) {
        try (ServerSocket free = new ServerSocket(0)) {
            Path room = Files.createTempDirectory("changeover-mongod");
            int port = free.getLocalPort();
            free.close();
            List<String> command = new ArrayList<>(
                    List.of(binary(), "--port", "" + port, "--dbpath", room.toString(), "--bind_ip", "127.0.0.1"));
            command.addAll(List.of("--wiredTigerCacheSizeGB", "0.25", "--logpath", room.resolve("log") + ""));
            command.addAll(List.of(arguments));
            Process process = new ProcessBuilder(command).inheritIO().start();
            Mongod mongod = new Mongod(room, process, port);
            mongod.awaitAnswer();
            return mongod;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Mongod startReplicaSet(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--replSet", "rs"));
        all.addAll(List.of(arguments));
        Mongod mongod = start(all.toArray(String[]::new));
        mongod.initiate();
        return mongod;
    }

    /** A replica set whose users must log in; {@code root} may do everything. */
    public static Mongod startWithUsers(String rootPassword) {
        try {
            Path key = Files.createTempFile("changeover-key", "");
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            Files.writeString(key, "a key that members share");
            Mongod mongod = startReplicaSet("--auth", "--keyFile", key.toString());
            mongod.admin(new Document("createUser", "root")
                    .append("pwd", rootPassword)
                    .append("roles", List.of("root")));
            return mongod;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String binary() {
        try {
            return new MongodBinary(Servers.cache(), line -> {}).find().toString();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        }
    }

    public int port() {
        return port;
    }

    public String uri(String database) {
        return "mongodb://127.0.0.1:" + port + "/" + database;
    }

    public String uri(String user, String password, String database) {
        return "mongodb://" + user + ":" + password + "@127.0.0.1:" + port + "/" + database + "?authSource=admin";
    }

    public String directUri() {
        return "mongodb://127.0.0.1:" + port + "/?directConnection=true&serverSelectionTimeoutMS=20000";
    }

    private void awaitAnswer() {
        admin(new Document("ping", 1));
    }

    public void initiate() {
        Document member = new Document("_id", 0).append("host", "127.0.0.1:" + port);
        admin(new Document("replSetInitiate", new Document("_id", "rs").append("members", List.of(member))));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> admin(new Document("hello", 1)).getBoolean("isWritablePrimary"));
    }

    public Document admin(Document command) {
        try (MongoClient client = MongoClients.create(directUri())) {
            return client.getDatabase("admin").runCommand(command);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(20, TimeUnit.SECONDS);
            try (Stream<Path> files = Files.walk(room)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
