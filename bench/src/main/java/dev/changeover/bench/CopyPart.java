package dev.changeover.bench;

import static dev.changeover.bench.Databases.seconds;

import java.io.IOException;
import java.sql.SQLException;

/**
 * How fast {@code changeover run --until copied} is, as a share of what PostgreSQL takes at most of the same rows on the same
 * machine. In each round the run comes first and the limits at once after, so that all see the same machine.
 */
final class CopyPart {
    static final double GOAL = 0.62;
    private static final String UNIT = "documents/s";

    private CopyPart() {}

    static Figures measure(Ground ground) throws IOException, InterruptedException, SQLException {
        Figures figures = new Figures("copy");
        for (Shape shape : Shape.ALL) {
            shape(ground, shape, figures);
        }
        figures.note(
                "copy: from the first chunk's begin to the last one's commit; whole: the command from its start to its"
                        + " end, with keys, ANALYZE and checks.");
        figures.note("COPY BINARY: the very rows of the copy from files into a bare table, with nothing else running.");
        return figures;
    }

    private static void shape(Ground ground, Shape shape, Figures figures)
            throws IOException, InterruptedException, SQLException {
        int documents = shape.documents(ground.settings().documents());
        Databases both = ground.loaded(shape.name(), shape, documents);
        Limit one = Limit.bare(both, 1);
        Limit two = Limit.bare(both, 2);
        for (int i = 0; i < ground.settings().rounds(); i++) {
            Databases.Copied copied = both.copy(ground.settings().workers());
            double limit = seconds(two.measure());
            double single = seconds(one.measure());
            double read = seconds(both.rawRead(documents));
            double copy = seconds(copied.copy());
            figures.add(shape.name() + ": copy", UNIT, documents / copy);
            figures.add(
                    shape.name() + ": whole",
                    UNIT,
                    documents / seconds(copied.run().wall()));
            figures.add(shape.name() + ": COPY BINARY, 2 connections", UNIT, documents / limit);
            figures.add(shape.name() + ": COPY BINARY, 1 connection", UNIT, documents / single);
            figures.add(shape.name() + ": reading alone, 2 cursors", UNIT, documents / read);
            figures.add(shape.name() + ": heap of the copy", "MB", copied.run().peakHeapMb());
            figures.ratio(shape.name() + ": copy to COPY BINARY, 2 connections", GOAL, limit / copy);
            figures.ratio(shape.name() + ": copy to COPY BINARY, 1 connection", single / copy);
            figures.ratio(shape.name() + ": copy to reading alone", read / copy);
            ground.say("%s, round %d: ratio %.2f".formatted(shape.name(), i + 1, limit / copy));
        }
    }
}
