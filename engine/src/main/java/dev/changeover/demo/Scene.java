package dev.changeover.demo;

import dev.changeover.run.Progress;
import java.time.Duration;
import java.util.List;

/** What the demo shows, one after the other; the command line draws it. */
public sealed interface Scene {
    /** A step begins; {@code command} is what a person would type for it, or empty. */
    record Act(String title, String command) implements Scene {}

    /** Something worth a line. */
    record Line(String text) implements Scene {}

    /** Figures. A column is set to the right when all its cells are numbers. */
    record Table(List<String> head, List<List<String>> rows) implements Scene {
        public Table {
            head = List.copyOf(head);
            rows = rows.stream().map(List::copyOf).toList();
        }
    }

    /** A text under its title. */
    record Page(String title, List<String> lines) implements Scene {
        public Page {
            lines = List.copyOf(lines);
        }
    }

    /** The same thing in both databases, side by side where there is room. */
    record Pair(Page mongo, Page postgres) implements Scene {}

    /** How far the copy is; drawn again in place. */
    record Copying(Progress progress) implements Scene {}

    /** Writes go on and PostgreSQL follows, as seen since this began; drawn again in place. */
    record Following(Duration elapsed, Written written, Followed followed, Looks looks) implements Scene {}

    /** What the application wrote to MongoDB since the demo's beginning, and how fast it does. */
    record Written(long writes, double perSecond, long orders, long cancelled, long conflicts) {}

    /** What changeover made of it; {@code now} is the time until the last marker was seen in PostgreSQL. */
    record Followed(long cuts, long rows, Duration now, Duration median, Duration longest) {}

    /** How often PostgreSQL was asked for the pieces in stock and ordered, and how often the sum was another. */
    record Looks(long pieces, long looks, long wrong, long states) {}

    /** The end: whether all was right, and how long it took. */
    record Ending(boolean right, Duration took) implements Scene {}
}
