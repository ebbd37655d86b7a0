package dev.changeover.bench;

import static dev.changeover.bench.Databases.seconds;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A short copy that fails when its ratio to COPY BINARY falls under half of the documented one. The best of some rounds
 * counts, so that a busy machine alone does not fail it: what is slower by itself is slower in every round.
 */
final class GuardPart {
    private static final int DOCUMENTS = 150_000;
    private static final int ROUNDS = 3;
    private static final Path DOCUMENT = Path.of("docs", "performance.md");
    private static final Pattern RATIO = Pattern.compile("guarded ratio: ([0-9.]+)");

    private GuardPart() {}

    static Figures measure(Ground ground) throws IOException, InterruptedException, SQLException {
        double documented = documented();
        Databases both = ground.loaded("guard", Shape.USERS, DOCUMENTS);
        Limit limit = Limit.bare(both, 2);
        Figures figures = new Figures("guard");
        double best = 0;
        for (int i = 0; i < ROUNDS && best < documented / 2; i++) {
            double copy = seconds(both.copy(ground.settings().workers()).copy());
            double ratio = seconds(limit.measure()) / copy;
            figures.ratio("copy to COPY BINARY, 2 connections", documented / 2, ratio);
            best = Math.max(best, ratio);
        }
        if (best < documented / 2) {
            throw new TooSlow(
                    "the copy is too slow: at best %.2f of COPY BINARY in %d rounds, and %s documents %.2f; half of that must be reached"
                            .formatted(best, ROUNDS, DOCUMENT, documented));
        }
        return figures;
    }

    /** The guard's only way to fail on its own account. */
    static final class TooSlow extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooSlow(String why) {
            super(why);
        }
    }

    private static double documented() throws IOException {
        Matcher found = RATIO.matcher(Files.readString(DOCUMENT));
        if (!found.find()) {
            throw new IllegalStateException(DOCUMENT + " has no line \"guarded ratio: 0.…\"");
        }
        return Double.parseDouble(found.group(1));
    }
}
