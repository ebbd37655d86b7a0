package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.state.Watch;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that limit the load on the source; mixed into the commands that set it. */
final class Limits {
    @Option(names = "--max-docs-per-second", paramLabel = "N", description = "Read at most so many documents a second.")
    private @Nullable Double documents;

    @Option(names = "--max-mb-per-second", paramLabel = "N", description = "Read at most so many MB (BSON) a second.")
    private @Nullable Double megabytes;

    /** Empty when neither was given. */
    Optional<Watch.Limits> wanted() {
        if (documents == null && megabytes == null) {
            return Optional.empty();
        }
        return Optional.of(new Watch.Limits(
                positive("--max-docs-per-second", documents), positive("--max-mb-per-second", megabytes)));
    }

    private static OptionalDouble positive(String option, @Nullable Double value) {
        if (value == null) {
            return OptionalDouble.empty();
        }
        if (!(value > 0)) {
            throw new FailedException(new Failure.WrongUse(
                    "read the limits", option + " is " + value, "Give a number above 0, or leave the option out."));
        }
        return OptionalDouble.of(value);
    }
}
