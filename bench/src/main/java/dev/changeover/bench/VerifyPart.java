package dev.changeover.bench;

import static dev.changeover.bench.Databases.seconds;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;

/** How fast {@code changeover verify} is beside the copy of the same documents, and what heap it takes. */
final class VerifyPart {
    private static final double GOAL = 1;
    private static final String UNIT = "documents/s";

    private VerifyPart() {}

    static Figures measure(Ground ground) throws IOException, InterruptedException, SQLException {
        int documents = ground.settings().documents();
        String workers = "" + ground.settings().workers();
        Databases both = ground.loaded("verify", Shape.USERS, documents);
        Figures figures = new Figures("verify");
        for (int i = 0; i < ground.settings().rounds(); i++) {
            double copy = seconds(both.copy(ground.settings().workers()).copy());
            Migration.Took took = both.migration().changeover("verify", "--fresh", "--workers", workers);
            double verify =
                    seconds(Duration.ofMillis(both.number("SELECT (extract(epoch FROM ended - started) * 1000)::bigint"
                            + " FROM changeover.verification ORDER BY id DESC LIMIT 1")));
            figures.add("copy", UNIT, documents / copy);
            figures.add("verify", UNIT, documents / verify);
            figures.add("heap of verify", "MB", took.peakHeapMb());
            figures.add("processor of verify's own process", "s", seconds(took.processor()));
            figures.ratio("verify to the copy", GOAL, copy / verify);
            ground.say("round %d: ratio %.2f".formatted(i + 1, copy / verify));
        }
        figures.note("verify compares every document with its row and looks up every row's document.");
        return figures;
    }
}
