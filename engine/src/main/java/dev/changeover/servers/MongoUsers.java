package dev.changeover.servers;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.bson.Document;

/** The users of a temporary replica set, and the key that its members share; the password is made up for it. */
record MongoUsers(Path key, String password) {
    private static final String TOOL = "changeover";
    private static final String APPLICATION = "application";

    static MongoUsers in(Path folder) {
        try {
            Path key = Files.writeString(
                    folder.resolve("key"), UUID.randomUUID().toString().replace("-", ""));
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            return new MongoUsers(key, UUID.randomUUID().toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<String> arguments() {
        return List.of("--auth", "--keyFile", key.toString());
    }

    /** The first user may be made by whoever is on the same machine; it makes the other. */
    void create(Function<String, MongoClient> clients, String host) {
        try (MongoClient local = clients.apply(host)) {
            MongoDatabase admin = local.getDatabase("admin");
            while (!admin.runCommand(new Document("hello", 1)).getBoolean("isWritablePrimary")) {
                Thread.onSpinWait();
            }
            user(admin, TOOL, "root");
        }
        try (MongoClient logged = clients.apply(TOOL + ":" + password + "@" + host)) {
            user(logged.getDatabase("admin"), APPLICATION, "readWriteAnyDatabase");
        }
    }

    private void user(MongoDatabase admin, String name, String role) {
        Document unused = admin.runCommand(
                new Document("createUser", name).append("pwd", password).append("roles", List.of(role)));
    }

    /** How the URI of who may do everything begins. */
    String tool() {
        return "mongodb://" + TOOL + ":" + password + "@";
    }

    /** How the application's begins. */
    String application() {
        return "mongodb://" + APPLICATION + ":" + password + "@";
    }
}
