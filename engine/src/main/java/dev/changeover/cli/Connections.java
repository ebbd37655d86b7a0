package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say where the two databases are; mixed into the commands that need them. */
final class Connections {
    @Option(
            names = "--mongo",
            paramLabel = "URI",
            defaultValue = "${env:MONGO_URI}",
            description = "The source: mongodb://... or mongodb+srv://... (else MONGO_URI).")
    private @Nullable String mongo;

    @Option(
            names = "--pg",
            paramLabel = "URI",
            defaultValue = "${env:PG_URI}",
            description = "The target: postgresql://... or jdbc:postgresql://... (else PG_URI).")
    private @Nullable String postgres;

    String mongo() {
        return required(mongo, "MongoDB", "Give --mongo mongodb://HOST/DATABASE or set MONGO_URI.");
    }

    /** For commands that only ask it something if it is there. */
    Optional<String> mongoIfGiven() {
        return Optional.ofNullable(mongo).filter(uri -> !uri.isBlank());
    }

    String postgres() {
        return required(postgres, "PostgreSQL", "Give --pg postgresql://USER@HOST/DATABASE or set PG_URI.");
    }

    /** For commands that only ask it something if it is there. */
    Optional<String> postgresIfGiven() {
        return Optional.ofNullable(postgres).filter(uri -> !uri.isBlank());
    }

    private static String required(@Nullable String uri, String database, String remedy) {
        if (uri == null || uri.isBlank()) {
            throw new FailedException(
                    new Failure.WrongUse("find the " + database + " to talk to", "no URI was given", remedy));
        }
        return uri;
    }

    /** The option that names the plan's file. */
    static final class PlanFile {
        @Option(
                names = "--plan",
                paramLabel = "FILE",
                defaultValue = "changeover.yaml",
                description = "The plan (default: ${DEFAULT-VALUE}).")
        private Path file = Path.of("changeover.yaml");

        Path file() {
            return file;
        }

        /** What is in it, where there is one. */
        Optional<String> text() throws IOException {
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        }
    }
}
