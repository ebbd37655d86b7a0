package dev.changeover.cli;

import java.io.PrintWriter;
import java.util.List;

/**
 * A block of lines at the end of a terminal that is drawn again in place. Where {@code out} is no terminal, only the last
 * state is written. One thread at a time.
 */
final class LiveLines {
    private static final String UP_AND_CLEAR = "\u001b[%dA\u001b[J";

    private final Output output;
    private List<String> block = List.of();

    LiveLines(Output output) {
        this.output = output;
    }

    /** Draws the lines in place of those drawn before; each must fit the terminal's width. */
    void draw(List<String> lines) {
        if (output.terminal()) {
            erase();
            write(lines);
        }
        block = List.copyOf(lines);
    }

    /** Leaves the block as it is, for good; what is drawn next comes below it. */
    void last() {
        if (!output.terminal()) {
            write(block);
        }
        block = List.of();
    }

    /** Writes a line for good above the block. */
    void above(String line) {
        List<String> below = block;
        if (output.terminal()) {
            erase();
        }
        write(List.of(line));
        block = List.of();
        draw(below);
    }

    private void erase() {
        if (!block.isEmpty()) {
            output.out().printf(UP_AND_CLEAR, block.size());
        }
    }

    private void write(List<String> lines) {
        PrintWriter out = output.out();
        lines.forEach(out::println);
        out.flush();
    }
}
