package dev.changeover.bench;

import dev.changeover.FailedException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.List;

/**
 * {@code changeover bench}: measures the parts that were named, one after the other, prints a table of each, and writes a JSON
 * file and a plot of each.
 */
public final class Bench {
    private static final int WRONG_USE = 2;
    private static final int TOO_SLOW = 1;
    private static final int FAILED = 70;

    private Bench() {}

    @SuppressWarnings("SystemOut") // the bench's own output, for a person
    public static void main(String[] arguments) throws IOException, InterruptedException, SQLException {
        System.exit(run(System.out, System.err, arguments));
    }

    private static int run(PrintStream out, PrintStream err, String... arguments)
            throws IOException, InterruptedException, SQLException {
        Settings settings;
        try {
            if (List.of(arguments).contains("--help")) {
                out.print(Settings.usage());
                return 0;
            }
            settings = Settings.of(arguments);
        } catch (IllegalArgumentException e) {
            err.println("changeover bench: " + e.getMessage() + "; see changeover bench --help");
            return WRONG_USE;
        }
        for (String word : settings.parts()) {
            try {
                part(out, settings, Part.of(word));
            } catch (GuardPart.TooSlow e) {
                err.println("changeover bench: " + e.getMessage());
                return TOO_SLOW;
            } catch (FailedException | IllegalStateException | IOException | SQLException e) {
                err.println("changeover bench " + word + ": " + e.getMessage());
                return FAILED;
            }
        }
        return 0;
    }

    private static void part(PrintStream out, Settings settings, Part part)
            throws IOException, InterruptedException, SQLException {
        try (Ground ground = Ground.make(settings, out)) {
            Machine before = Machine.now();
            Figures figures = part.measure(ground);
            Report report = new Report(figures, settings, before, Machine.now());
            report.print(out);
            Files.createDirectories(settings.results());
            report.json(settings.results().resolve(part.word() + ".json"));
            if (!figures.figures().isEmpty()) {
                Files.writeString(settings.results().resolve(part.word() + ".svg"), new Chart(figures).svg());
            }
            out.println("written to " + settings.results().resolve(part.word() + ".json"));
        }
    }
}
