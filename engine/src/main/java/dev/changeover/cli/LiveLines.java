package dev.changeover.cli;

import java.io.PrintWriter;
import java.util.List;

/**
 * A block of lines at the end of a terminal that is drawn again in place. Where {@code out} is no terminal, nothing is
 * drawn until {@link #last}. Confined to one thread.
 */
final class LiveLines {
    private static final String UP_AND_CLEAR = "\u001b[%dA\u001b[J";

    private final Output output;
    private int drawn;

    LiveLines(Output output) {
        this.output = output;
    }

    /** Draws the lines in place of those drawn before; each must fit the terminal's width. */
    void draw(List<String> lines) {
        if (output.terminal()) {
            replace(lines);
        }
    }

    /** Writes the lines for good. */
    void last(List<String> lines) {
        replace(lines);
        drawn = 0;
    }

    /** Writes a line for good above the block, which the next {@link #draw} puts below it. */
    void above(String line) {
        replace(List.of(line));
        drawn = 0;
    }

    private void replace(List<String> lines) {
        PrintWriter out = output.out();
        if (drawn > 0) {
            out.printf(UP_AND_CLEAR, drawn);
        }
        lines.forEach(out::println);
        out.flush();
        drawn = lines.size();
    }
}
