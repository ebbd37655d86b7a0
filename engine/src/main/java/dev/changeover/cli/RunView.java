package dev.changeover.cli;

import dev.changeover.copy.Copy;
import dev.changeover.run.Progress;
import dev.changeover.run.Step;
import dev.changeover.state.Watch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws a run's progress as lines. Pure. */
final class RunView {
    /** More collections than this are summed up in a line. */
    private static final int COLLECTIONS_MOST = 15;

    private static final int BAR = 20;

    private final Output output;

    RunView(Output output) {
        this.output = output;
    }

    /** For a terminal: a bar for each collection, then the whole; while cuts are taken, how far they are. */
    List<String> lines(Progress progress) {
        if (progress.step().takesCuts() && progress.following().isPresent()) {
            List<String> lines = new ArrayList<>();
            lines.add(progress.step().words());
            new FollowView(output).lines(progress.following().get()).forEach(line -> lines.add(cut(line)));
            return lines;
        }
        return bars(progress);
    }

    private List<String> bars(Progress progress) {
        List<String> lines = new ArrayList<>();
        List<Progress.Line> open = inOrderOfInterest(progress.collections());
        int shown = Math.min(open.size(), COLLECTIONS_MOST);
        int names = Math.min(
                30,
                open.stream()
                        .limit(shown)
                        .mapToInt(line -> line.of().namespace().toString().length())
                        .max()
                        .orElse(5));
        for (Progress.Line line : open.subList(0, shown)) {
            lines.add(cut(collection(line, names)));
        }
        if (open.size() > shown) {
            lines.add(output.styled(Output.Style.QUIET, "  and " + (open.size() - shown) + " more"));
        }
        lines.add(cut(plain(progress)));
        return lines;
    }

    /** Those being copied first, then those that wait, then those that are done; largest first in each. */
    private static List<Progress.Line> inOrderOfInterest(List<Progress.Line> all) {
        List<Progress.Line> sorted = new ArrayList<>(all);
        sorted.sort((a, b) -> Integer.compare(rank(a), rank(b)));
        return sorted;
    }

    private static int rank(Progress.Line line) {
        if (line.of().chunksDone() == line.of().chunks()) {
            return 2;
        }
        return line.of().documents() > 0 ? 0 : 1;
    }

    private String collection(Progress.Line line, int names) {
        Copy.CollectionProgress of = line.of();
        String name = of.namespace().toString();
        String fitting = name.length() > names ? "…" + name.substring(name.length() - names + 1) : name;
        String rate = line.rate().documentsPerSecond() < 0.5
                ? ""
                : "  " + Figures.count(line.rate().documentsPerSecond()) + "/s  "
                        + Figures.bytes(line.rate().bytesPerSecond()) + "/s";
        String eta = line.eta()
                .filter(time -> of.chunksDone() < of.chunks())
                .map(time -> "  " + Figures.time(time))
                .orElse("");
        return String.format(
                Locale.ROOT,
                "%-" + names + "s %s %4d %% %14s rows%s%s",
                fitting,
                bar(of.share()),
                (int) (of.share() * 100),
                Figures.count(of.documents()),
                rate,
                eta);
    }

    private static String bar(double share) {
        int full = (int) Math.round(share * BAR);
        return "█".repeat(full) + "░".repeat(BAR - full);
    }

    /** The whole in a line, as it is also written where there is no terminal. */
    String plain(Progress progress) {
        StringBuilder line = new StringBuilder(progress.step().words());
        if (progress.step() == Step.COPY) {
            long rows = progress.collections().stream()
                    .mapToLong(c -> c.of().documents())
                    .sum();
            line.append(": ").append(Figures.percent(progress.share()));
            line.append(", ").append(Figures.count(rows)).append(" rows, ");
            line.append(Figures.count(progress.rate().documentsPerSecond())).append(" rows/s, ");
            line.append(Figures.bytes(progress.rate().bytesPerSecond())).append("/s");
            progress.eta()
                    .ifPresent(
                            time -> line.append(", ").append(Figures.time(time)).append(" left"));
            String limits = limits(progress.limits());
            line.append(limits.isEmpty() ? "" : ", limited to" + limits);
        } else if (progress.step().takesCuts()) {
            progress.following().ifPresent(now -> line.append(": ").append(FollowView.plain(now)));
        } else if (progress.step() == Step.REVERSE) {
            line.append(": ")
                    .append(Figures.count(progress.returned().written()))
                    .append(" documents written");
        } else if (progress.builds().all() > 0 && progress.step() != Step.COPIED) {
            line.append(": ")
                    .append(progress.builds().done())
                    .append(" of ")
                    .append(progress.builds().all());
            progress.builds()
                    .now()
                    .forEach(index -> line.append(", ")
                            .append(index.index().isEmpty() ? index.table() : index.index())
                            .append(" (")
                            .append(index.phase())
                            .append(' ')
                            .append(Figures.percent(index.share()))
                            .append(')'));
        }
        return line.toString();
    }

    /** {@code " 5,000 rows/s 20 MB/s"}, or empty. */
    static String limits(Watch.Limits limits) {
        StringBuilder text = new StringBuilder();
        limits.documentsPerSecond()
                .ifPresent(n -> text.append(" ").append(Figures.count(n)).append(" rows/s"));
        limits.megabytesPerSecond()
                .ifPresent(n -> text.append(" ").append(Figures.bytes(n * 1e6)).append("/s"));
        return text.toString();
    }

    private String cut(String line) {
        return line.length() < output.width() ? line : line.substring(0, output.width() - 1);
    }
}
