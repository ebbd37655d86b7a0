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

    /** The end: whether all was right, and how long it took. */
    record Ending(boolean right, Duration took) implements Scene {}
}
