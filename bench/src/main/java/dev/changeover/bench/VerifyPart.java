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
        Databases both = ground.loaded("verify", Shape.USERS, documents);
        Figures figures = new Figures("verify");
        for (int i = 0; i < ground.settings().rounds(); i++) {
            Databases.Copied copied = both.copy(ground.settings().workers());
            double copy = seconds(copied.copy());
            Migration.Took took =
                    both.migration().changeover(Databases.with(ground.settings().workers(), "verify", "--fresh"));
            double verify =
                    seconds(Duration.ofMillis(both.number("SELECT (extract(epoch FROM ended - started) * 1000)::bigint"
                            + " FROM changeover.verification ORDER BY id DESC LIMIT 1")));
            figures.add("copy", UNIT, documents / copy);
            figures.add(
                    "copy, the whole command",
                    UNIT,
                    documents / seconds(copied.run().wall()));
            figures.add("verify", UNIT, documents / verify);
            figures.add("verify, the whole command", UNIT, documents / seconds(took.wall()));
            figures.add("heap of verify", "MB", took.peakHeapMb());
            figures.add("processor of verify's own process", "s", seconds(took.processor()));
            figures.ratio("verify to the copy", GOAL, copy / verify);
            figures.ratio(
                    "verify to the copy, whole commands", seconds(copied.run().wall()) / seconds(took.wall()));
            ground.say("round %d: ratio %.2f".formatted(i + 1, copy / verify));
        }
        figures.note("verify compares every document with its row, and counts the rows.");
        return figures;
    }
}
