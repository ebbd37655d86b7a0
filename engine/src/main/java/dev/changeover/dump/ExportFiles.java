package dev.changeover.dump;

import dev.changeover.Namespace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What mongoexport has written: a file for each collection, which holds nothing but documents. */
final class ExportFiles {
    private static final List<String> ENDS = List.of(".json", ".jsonl", ".ndjson");

    private ExportFiles() {}

    static boolean isOne(Path path) {
        return Files.isDirectory(path)
                ? DumpFolder.named(path, "").anyMatch(ExportFiles::isNamedSo)
                : JsonFile.isOne(path);
    }

    private static boolean isNamedSo(Path file) {
        String name = DumpFolder.plain(file);
        return Files.isRegularFile(file)
                && ENDS.stream().anyMatch(name::endsWith)
                && !name.endsWith(".metadata.json")
                && !name.equals("prelude.json");
    }

    /** {@code database} is the one that the files are of; else the part of their names before a dot, or their folder's. */
    static Found read(Path path, Optional<String> database) {
        Stream<Path> files =
                Files.isDirectory(path) ? DumpFolder.named(path, "").filter(ExportFiles::isNamedSo) : Stream.of(path);
        List<Stored> stored = files.map(file -> Stored.bare(namespace(file, database), new JsonFile(file)))
                .toList();
        return new Found(
                stored,
                Optional.empty(),
                List.of("mongoexport writes documents only: there are no indexes, no validators and no options in "
                        + path
                        + ". Integers of 64 bits look like those of 32 in its relaxed form; --jsonFormat=canonical"
                        + " tells them."));
    }

    private static Namespace namespace(Path file, Optional<String> database) {
        String name = DumpFolder.plain(file);
        String stem = ENDS.stream()
                .filter(name::endsWith)
                .findFirst()
                .map(end -> name.substring(0, name.length() - end.length()))
                .orElse(name);
        if (database.isPresent()) {
            return new Namespace(database.get(), stem);
        }
        int dot = stem.indexOf('.');
        if (dot > 0 && dot < stem.length() - 1) {
            return Namespace.parse(stem);
        }
        Path folder = file.toAbsolutePath().normalize().getParent();
        String parent = folder == null || folder.getFileName() == null
                ? ""
                : folder.getFileName().toString();
        return new Namespace(parent.isEmpty() ? "export" : parent, stem);
    }
}
