package dev.changeover.cli;

import dev.changeover.copy.Copy;
import dev.changeover.run.Progress;
import dev.changeover.state.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A run's progress as lines: a bar for each collection, then the rate and what is left, or what is being built. */
final class ProgressLines {
    private static final int COLLECTIONS_SHOWN = 12;
    private static final int BAR_MOST = 30;

    private ProgressLines() {}

    static List<String> of(Progress progress, Output output, int width) {
        int names = progress.collections().stream()
                .mapToInt(c -> c.namespace().toString().length())
                .max()
                .orElse(0);
        names = Math.min(names, Math.max(12, width / 3));
        int bar = Math.clamp(width - names - 30L, 5, BAR_MOST);
        List<String> lines = new ArrayList<>();
        for (Copy.CollectionProgress collection : shown(progress)) {
            lines.add(line(collection, names, bar, output));
        }
        int hidden = progress.collections().size() - lines.size();
        if (hidden > 0) {
            lines.add("and " + hidden + " more");
        }
        lines.add(state(progress, width));
        return lines;
    }

    /** Those under way come first, when there are too many. */
    private static List<Copy.CollectionProgress> shown(Progress progress) {
        List<Copy.CollectionProgress> all = progress.collections();
        if (all.size() <= COLLECTIONS_SHOWN) {
            return all;
        }
        return all.stream()
                .sorted((a, b) -> Integer.compare(order(a), order(b)))
                .limit(COLLECTIONS_SHOWN)
                .toList();
    }

    private static int order(Copy.CollectionProgress collection) {
        if (collection.share() >= 1) {
            return 2;
        }
        return collection.documents() > 0 ? 0 : 1;
    }

    private static String line(Copy.CollectionProgress collection, int names, int bar, Output output) {
        String name = collection.namespace().toString();
        String shown = name.length() > names ? name.substring(0, names - 1) + "…" : name;
        int full = (int) Math.round(collection.share() * bar);
        String drawn = output.styled(Output.Style.GOOD, "█".repeat(full))
                + output.styled(Output.Style.QUIET, "░".repeat(bar - full));
        return shown
                + " ".repeat(names - shown.length())
                + "  "
                + drawn
                + String.format(Locale.ROOT, " %3.0f %%  %,12d rows", collection.share() * 100, collection.documents());
    }

    private static String state(Progress progress, int width) {
        StringBuilder line = new StringBuilder(progress.step().words());
        if (progress.rate().documentsPerSecond() > 0) {
            line.append(String.format(
                    Locale.ROOT,
                    "  %,.0f rows/s  %.1f MB/s",
                    progress.rate().documentsPerSecond(),
                    progress.rate().bytesPerSecond() / 1e6));
        }
        progress.eta().ifPresent(eta -> line.append("  ").append(time(eta)).append(" left"));
        if (progress.builds().all() > 0) {
            line.append("  ")
                    .append(progress.builds().done())
                    .append(" of ")
                    .append(progress.builds().all());
        }
        for (Watch.Building building : progress.builds().now()) {
            line.append(String.format(Locale.ROOT, "  %s %.0f %%", building.index(), building.share() * 100));
        }
        return line.length() <= width ? line.toString() : line.substring(0, width - 1) + "…";
    }

    /** {@code 42 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
    static String time(Duration duration) {
        if (duration.toMinutes() == 0) {
            return duration.toSeconds() + " s";
        }
        if (duration.toHours() == 0) {
            return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
        }
        return duration.toHours() + " h " + duration.toMinutesPart() + " min";
    }
}
