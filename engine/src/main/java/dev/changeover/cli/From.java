package dev.changeover.cli;

import dev.changeover.dump.Dump;
import dev.changeover.mongo.Mongo;
import dev.changeover.source.Source;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that puts files in the place of a MongoDB; mixed into the commands that can read them. */
final class From {
    @Option(
            names = "--from",
            paramLabel = "PATH",
            description = "Not a MongoDB but what mongodump has written: a folder.")
    private @Nullable String path;

    /** The files, where they are asked for. */
    Optional<Dump> dump() {
        return Optional.ofNullable(path).map(Dump::open);
    }

    boolean given() {
        return path != null;
    }

    /** The files, or else the MongoDB. */
    Source source(Connections connections) {
        Optional<Dump> files = dump();
        return files.isPresent() ? files.get() : Mongo.connect(connections.mongo());
    }
}
