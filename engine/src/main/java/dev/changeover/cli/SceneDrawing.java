package dev.changeover.cli;

import dev.changeover.demo.Scene;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Draws the demo's scenes. Progress is drawn in place on a terminal, and once otherwise. */
final class SceneDrawing {
    private static final String INDENT = "   ";
    private static final int GAP = 2;

    private final Output output;
    private final LiveLines live;
    private int acts;
    private boolean begun;
    private long second;

    SceneDrawing(Output output) {
        this.output = output;
        live = new LiveLines(output);
    }

    void draw(Scene scene) {
        switch (scene) {
            case Scene.Act act -> act(act);
            case Scene.Line line -> write(wrapped(line.text(), inner()));
            case Scene.Table table -> table(table);
            case Scene.Page page -> page(page);
            case Scene.Pair pair -> pair(pair);
            case Scene.Copying copying -> live.draw(indented(new RunView(output).lines(copying.progress())));
            case Scene.Following following -> following(following);
            case Scene.Ending ending -> ending(ending);
        }
        output.out().flush();
    }

    private void act(Scene.Act act) {
        live.last();
        begun = true;
        acts++;
        String command = act.command().isEmpty() ? "" : output.styled(Output.Style.QUIET, "  $ " + act.command());
        output.out().println();
        output.out().println(output.styled(Output.Style.STRONG, acts + "  " + act.title()) + command);
    }

    private void table(Scene.Table table) {
        int columns = table.head().size();
        int[] widths = new int[columns];
        boolean[] numbers = new boolean[columns];
        for (int column = 0; column < columns; column++) {
            int at = column;
            int longest = table.rows().stream()
                    .mapToInt(row -> length(row.get(at)))
                    .max()
                    .orElse(0);
            widths[column] = Math.max(length(table.head().get(column)), longest);
            numbers[column] = table.rows().stream().allMatch(row -> row.get(at).matches("[-\\d,.]+"));
        }
        fit(widths, inner());
        List<String> lines = new ArrayList<>();
        if (!begun) {
            lines.add("");
        }
        lines.add(output.styled(Output.Style.QUIET, row(table.head(), widths, numbers)));
        table.rows().forEach(row -> lines.add(row(row, widths, numbers)));
        write(lines);
    }

    /** Takes from the widest until all fit. */
    private static void fit(int[] widths, int room) {
        while (IntStream.of(widths).sum() + GAP * (widths.length - 1) > room) {
            int widest = 0;
            for (int i = 1; i < widths.length; i++) {
                widest = widths[i] > widths[widest] ? i : widest;
            }
            widths[widest]--;
        }
    }

    private static String row(List<String> cells, int[] widths, boolean[] numbers) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = clip(cells.get(i), widths[i]);
            String space = " ".repeat(widths[i] - length(cell));
            line.append(numbers[i] ? space + cell : cell + space).append(" ".repeat(GAP));
        }
        return line.toString().stripTrailing();
    }

    private void page(Scene.Page page) {
        List<String> lines = new ArrayList<>();
        lines.add(output.styled(Output.Style.ACCENT, page.title()));
        page.lines().forEach(line -> lines.add(clip(line, inner())));
        write(lines);
    }

    /** Side by side, when no line of the left one is wider than half. */
    private void pair(Scene.Pair pair) {
        int left = pair.mongo().lines().stream()
                .mapToInt(SceneDrawing::length)
                .max()
                .orElse(0);
        left = Math.max(left, length(pair.mongo().title()));
        if (left > inner() / 2) {
            page(pair.mongo());
            output.out().println();
            page(pair.postgres());
            return;
        }
        int right = inner() - left - GAP - 1;
        List<String> lines = new ArrayList<>();
        lines.add(output.styled(Output.Style.ACCENT, pad(pair.mongo().title(), left)) + "  "
                + output.styled(Output.Style.ACCENT, clip(pair.postgres().title(), right)));
        int height =
                Math.max(pair.mongo().lines().size(), pair.postgres().lines().size());
        for (int i = 0; i < height; i++) {
            lines.add((pad(at(pair.mongo().lines(), i), left) + "  "
                            + clip(at(pair.postgres().lines(), i), right))
                    .stripTrailing());
        }
        write(lines);
    }

    /** In place on a terminal; a line a second elsewhere. */
    private void following(Scene.Following following) {
        live.draw(FollowingScene.lines(following).stream()
                .map(line -> clip(line, inner()))
                .map(line -> INDENT + line)
                .toList());
        if (!output.terminal() && following.elapsed().toSeconds() > second) {
            second = following.elapsed().toSeconds();
            output.out().println(INDENT + FollowingScene.plain(following));
        }
    }

    private void ending(Scene.Ending ending) {
        live.last();
        String took = String.format(Locale.ROOT, "  (%.0f s)", ending.took().toMillis() / 1000.0);
        output.out().println();
        output.out()
                .println(
                        ending.right()
                                ? output.styled(Output.Style.GOOD, "demo: OK") + took
                                : output.styled(Output.Style.BAD, "demo: there are differences") + took);
    }

    private void write(List<String> lines) {
        live.last();
        begun = false;
        indented(lines).forEach(output.out()::println);
    }

    private static List<String> indented(List<String> lines) {
        return lines.stream().map(line -> (INDENT + line).stripTrailing()).toList();
    }

    private int inner() {
        return output.width() - INDENT.length();
    }

    private static String at(List<String> lines, int i) {
        return i < lines.size() ? lines.get(i) : "";
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(Math.max(0, width - length(text)));
    }

    /** In characters as a person counts them, nearly: code points. */
    private static int length(String text) {
        return text.codePointCount(0, text.length());
    }

    /** Broken between words; a word that is longer than a line stays whole. */
    private static List<String> wrapped(String text, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && length(line.toString()) + 1 + length(word) > width) {
                lines.add(line.toString());
                line.setLength(0);
                line.append("  ");
            } else if (!line.isEmpty()) {
                line.append(' ');
            }
            line.append(word);
        }
        lines.add(line.toString());
        return lines;
    }

    private static String clip(String text, int width) {
        return length(text) <= width ? text : text.substring(0, text.offsetByCodePoints(0, width - 1)) + "…";
    }
}
