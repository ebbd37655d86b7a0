package dev.changeover.bench;

import static dev.changeover.bench.Databases.seconds;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Objects;
import java.util.OptionalInt;

/** The copy by number of documents, of columns, of workers, and by size of the heap. */
final class ScalingPart {
    static final double FLAT = 0.9;
    private static final String UNIT = "documents/s";

    private final Ground ground;
    private final Figures figures = new Figures("scaling");

    private ScalingPart(Ground ground) {
        this.ground = ground;
    }

    static Figures measure(Ground ground) throws IOException, InterruptedException, SQLException {
        ScalingPart part = new ScalingPart(ground);
        Databases most = part.documents();
        part.workers(most);
        part.heap(most);
        part.columns();
        part.figures.note("Values a second counts every field of the documents of 8, 32 and 128 columns.");
        return part.figures;
    }

    /** A tenth of them, and all. */
    private Databases documents() throws IOException, InterruptedException, SQLException {
        int all = ground.settings().documents();
        Databases last = null;
        double first = 0;
        for (int documents : new int[] {all / 10, all}) {
            last = ground.loaded("users" + documents, Shape.USERS, documents);
            double rate = middle(
                    "%,d documents".formatted(documents),
                    last,
                    documents,
                    ground.settings().workers());
            first = first == 0 ? rate : first;
            if (documents == all) {
                figures.ratio("%,d documents to %,d, documents/s".formatted(all, all / 10), FLAT, rate / first);
            }
        }
        return Objects.requireNonNull(last);
    }

    private void workers(Databases both) throws IOException, InterruptedException, SQLException {
        double first = 0;
        for (int workers : new int[] {1, 2, 3, 4}) {
            double rate = middle("workers: " + workers, both, ground.settings().documents(), OptionalInt.of(workers));
            first = first == 0 ? rate : first;
            figures.ratio("workers: " + workers + " to 1", rate / first);
        }
    }

    private void heap(Databases both) throws IOException, InterruptedException, SQLException {
        int documents = ground.settings().documents();
        double first = 0;
        for (String heap : new String[] {"1g", "256m", "96m"}) {
            Databases.Copied copied = both.copy(ground.settings().workers(), heap);
            double rate = documents / seconds(copied.copy());
            first = first == 0 ? rate : first;
            figures.add("heap of " + heap, UNIT, rate);
            figures.add(
                    "heap of " + heap + ": most in use before a collection",
                    "MB",
                    copied.run().peakHeapMb());
            figures.add(
                    "heap of " + heap + ": most memory of the process",
                    "MB",
                    copied.run().peakRssMb());
            figures.ratio("heap of " + heap + " to 1g", rate / first);
        }
    }

    private void columns() throws IOException, InterruptedException, SQLException {
        for (int columns : new int[] {8, 32, 128}) {
            Shape shape = Shape.wide(columns);
            int documents = shape.documents(ground.settings().documents()) / 2;
            Databases both = ground.loaded("columns" + columns, shape, documents);
            double rate = middle(
                    "columns: " + columns, both, documents, ground.settings().workers());
            figures.add("columns: " + columns + ", values", "values/s", rate * columns);
        }
    }

    private double middle(String name, Databases both, int documents, OptionalInt workers)
            throws IOException, InterruptedException, SQLException {
        double[] rates = new double[ground.settings().rounds()];
        for (int i = 0; i < rates.length; i++) {
            rates[i] = documents / seconds(both.copy(workers).copy());
            figures.add(name, UNIT, rates[i]);
            ground.say("%s: %.0f documents/s".formatted(name, rates[i]));
        }
        Arrays.sort(rates);
        return rates[rates.length / 2];
    }
}
