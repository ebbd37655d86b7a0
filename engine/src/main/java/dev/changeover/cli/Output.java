package dev.changeover.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Where a command writes: results to {@code out}, progress and failures to {@code err}. Colours and redrawing only where
 * a person looks on: the launcher knows, and says so in CHANGEOVER_TERMINAL and COLUMNS.
 */
final class Output {
    private static final int WIDTH_PIPED = 100;
    private static final int WIDTH_LEAST = 40;

    private final PrintWriter out;
    private final PrintWriter err;
    private final boolean terminal;
    private final boolean errOnTerminal;
    private final boolean colours;
    private final int width;

    private Output(PrintWriter out, PrintWriter err, Map<String, String> environment) {
        this.out = out;
        this.err = err;
        String ends = environment.getOrDefault("CHANGEOVER_TERMINAL", "");
        terminal = ends.contains("out") && !"dumb".equals(environment.get("TERM"));
        errOnTerminal = ends.contains("err");
        colours = terminal && environment.getOrDefault("NO_COLOR", "").isEmpty();
        width = terminal ? width(environment.getOrDefault("COLUMNS", "")) : WIDTH_PIPED;
    }

    /** This process's own streams, always in UTF-8. */
    static Output ofProcess() {
        return new Output(stream(FileDescriptor.out), stream(FileDescriptor.err), System.getenv());
    }

    /** For tests: what would be written is in {@code out} and {@code err}. */
    static Output to(Writer out, Writer err, Map<String, String> environment) {
        return new Output(new PrintWriter(out, true), new PrintWriter(err, true), environment);
    }

    private static PrintWriter stream(FileDescriptor descriptor) {
        return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    private static int width(String columns) {
        try {
            return Math.max(WIDTH_LEAST, Integer.parseInt(columns.strip()));
        } catch (NumberFormatException unknown) {
            return 80;
        }
    }

    PrintWriter out() {
        return out;
    }

    PrintWriter err() {
        return err;
    }

    /** Whether {@code out} is a terminal whose lines can be drawn again. */
    boolean terminal() {
        return terminal;
    }

    /** Whether what goes to {@code err} comes out among the lines that are drawn again. */
    boolean errAmongThem() {
        return terminal && errOnTerminal;
    }

    boolean colours() {
        return colours;
    }

    /** In characters. */
    int width() {
        return width;
    }

    /** The text in a style, or as it is where there are no colours. */
    String styled(Style style, String text) {
        return colours ? "\u001b[" + style.code + "m" + text + "\u001b[0m" : text;
    }

    /** By meaning; the codes are those of ECMA-48 (SGR). */
    enum Style {
        STRONG("1"),
        QUIET("2"),
        GOOD("32"),
        WARNING("33"),
        BAD("31"),
        ACCENT("36");

        private final String code;

        Style(String code) {
            this.code = code;
        }
    }
}
