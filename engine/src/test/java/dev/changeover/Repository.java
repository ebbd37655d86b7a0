package dev.changeover;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The files of this repository, as the tests that check them see them. */
public final class Repository {
    public static final Path ROOT = root();

    private Repository() {}

    /** The files under {@code folder} that pass, if the folder is there; build output is not looked at. */
    public static List<Path> files(String folder, Predicate<Path> wanted) throws IOException {
        Path start = ROOT.resolve(folder);
        if (!Files.exists(start)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(start)) {
            return files.filter(Files::isRegularFile)
                    .filter(f -> !f.toString().contains("/target/"))
                    .filter(wanted)
                    .sorted()
                    .toList();
        }
    }

    /** All documents that a person reads: at the root, in architecture/ and in docs/. */
    public static List<Path> documents() throws IOException {
        try (Stream<Path> top = Files.list(ROOT)) {
            return Stream.of(
                            top.filter(Repository::isMarkdown).toList(),
                            files("architecture", Repository::isMarkdown),
                            files("docs", Repository::isMarkdown))
                    .flatMap(List::stream)
                    .sorted()
                    .toList();
        }
    }

    private static boolean isMarkdown(Path file) {
        return file.toString().endsWith(".md");
    }

    private static Path root() {
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("mvnw"))) {
                return folder;
            }
        }
        throw new IllegalStateException("no mvnw above " + Path.of("").toAbsolutePath());
    }
}
