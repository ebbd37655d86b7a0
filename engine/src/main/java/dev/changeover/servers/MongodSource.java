package dev.changeover.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** A place that a mongod can be fetched from. */
interface MongodSource {
    String name();

    /** Whether it has anything for this platform. */
    boolean fits();

    /** Puts the binary at {@code target}, whole or not at all, also when several processes do so at once. */
    void fetch(Path target) throws IOException, InterruptedException;

    /** Writes beside {@code target}, then renames: whoever comes second replaces a good file by the same one. */
    static void install(InputStream binary, Path target) throws IOException {
        Path part = Files.createTempFile(target.getParent(), "mongod", ".part");
        try {
            Files.copy(binary, part, StandardCopyOption.REPLACE_EXISTING);
            Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
