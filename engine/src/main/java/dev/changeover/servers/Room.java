package dev.changeover.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A temporary folder that is gone when closed, or soon after. */
record Room(Path path) implements Closing.Open {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    static Room make(String name) {
        try {
            return new Room(Files.createTempDirectory("changeover-" + name + "-"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Removing tens of thousands of files may take longer than the end of a process may: after {@code PATIENCE} the
     * system's own program goes on alone.
     */
    @Override
    public void close() {
        try {
            boolean unused = Shell.ends(List.of("rm", "-rf", path.toString()), PATIENCE);
        } catch (IOException noSuchProgram) {
            removeHere();
        }
    }

    /** Removes what can be removed; a file that a dying server has just taken away is no failure. */
    private void removeHere() {
        try {
            Files.walkFileTree(path, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException gone) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
                    Files.deleteIfExists(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException left) {
            path.toFile().deleteOnExit(); // the system's cleaner of temporary files takes the rest
        }
    }
}
