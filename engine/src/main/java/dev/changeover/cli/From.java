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
            description =
                    "Instead of a MongoDB: a folder or an archive of mongodump, or JSON of mongoexport; - for an archive on standard input.")
    private @Nullable String path;

    @Option(
            names = "--database",
            paramLabel = "NAME",
            description = "With files of mongoexport: the database that they are of (default: their folder's name).")
    private @Nullable String database;

    /** The files, where they are asked for. */
    Optional<Dump> dump(Output output) {
        Optional<Dump> files = Optional.ofNullable(path)
                .map(one -> one.equals("-") ? Dump.open(System.in) : Dump.open(one, Optional.ofNullable(database)));
        files.ifPresent(one -> one.remarks().forEach(remark -> output.err().println("changeover: " + remark)));
        return files;
    }

    boolean given() {
        return path != null;
    }

    /** The files, or else the MongoDB. */
    Source source(Connections connections, Output output) {
        Optional<Dump> files = dump(output);
        return files.isPresent() ? files.get() : Mongo.connect(connections.mongo());
    }
}
