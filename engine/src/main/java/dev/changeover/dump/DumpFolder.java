package dev.changeover.dump;

import dev.changeover.FailedException;
import dev.changeover.Namespace;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What mongodump has written into a folder: a folder for each database, in it two files for each collection. */
final class DumpFolder {
    private static final String DATA = ".bson";
    private static final String METADATA = ".metadata.json";
    private static final String GZIP = ".gz";
    private static final Set<String> SERVERS_OWN = Set.of("admin", "local", "config");

    private final Path folder;
    private final List<Stored> stored = new ArrayList<>();

    private DumpFolder(Path folder) {
        this.folder = folder;
    }

    /** True for a folder with such files, its own or those of databases in it. */
    static boolean isOne(Path folder) {
        return named(folder, "").anyMatch(DumpFolder::isOurs)
                || named(folder, "")
                        .filter(Files::isDirectory)
                        .anyMatch(in -> named(in, "").anyMatch(DumpFolder::isOurs));
    }

    private static boolean isOurs(Path file) {
        String name = plain(file);
        return name.endsWith(DATA) || name.endsWith(METADATA);
    }

    static Found read(Path folder) {
        DumpFolder read = new DumpFolder(folder);
        boolean ofOneDatabase = named(folder, "")
                .filter(DumpFolder::isOurs)
                .anyMatch(file -> !plain(file).equals("oplog.bson"));
        if (ofOneDatabase) {
            read.database(folder);
        }
        named(folder, "").filter(Files::isDirectory).forEach(read::database);
        Optional<Data> oplog = named(folder, "")
                .filter(file -> plain(file).equals("oplog.bson"))
                .findFirst()
                .map(BsonFile::new);
        return new Found(read.stored, oplog, List.of());
    }

    private void database(Path in) {
        String database = in.toAbsolutePath().normalize().getFileName().toString();
        if (SERVERS_OWN.contains(database) && !in.equals(folder)) {
            return;
        }
        TreeMap<String, Path> data = new TreeMap<>();
        TreeMap<String, Path> metadata = new TreeMap<>();
        named(in, "").filter(Files::isRegularFile).forEach(file -> {
            String name = plain(file);
            if (name.endsWith(DATA)) {
                data.put(name.substring(0, name.length() - DATA.length()), file);
            } else if (name.endsWith(METADATA)) {
                metadata.put(name.substring(0, name.length() - METADATA.length()), file);
            }
        });
        if (in.equals(folder)) {
            data.remove("oplog");
        }
        TreeSet<String> names = new TreeSet<>(data.keySet());
        names.addAll(metadata.keySet());
        for (String name : names) {
            Data documents = data.containsKey(name) ? new BsonFile(data.get(name)) : Data.NONE;
            Namespace namespace = new Namespace(database, unescaped(name));
            stored.add(
                    metadata.containsKey(name)
                            ? Stored.of(namespace, text(metadata.get(name)), documents)
                            : Stored.bare(namespace, documents));
        }
    }

    private static String text(Path file) {
        FileBytes bytes = new FileBytes(file);
        try (InputStream in = bytes.open(0)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw Damage.unreadable(file.toString(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Without what says that it is compressed. */
    static String plain(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(GZIP) ? name.substring(0, name.length() - GZIP.length()) : name;
    }

    /** mongodump writes what a file's name may not hold as % and two digits. */
    private static String unescaped(String name) {
        try {
            return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }

    /** The entries of a folder whose names end so, in order. */
    static Stream<Path> named(Path folder, String end) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> plain(entry).endsWith(end)).sorted().toList().stream();
        } catch (IOException e) {
            FailedException failed = Damage.unreadable(folder.toString(), String.valueOf(e.getMessage()), e);
            throw failed;
        }
    }
}
