package dev.changeover.planfile;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.Node;

/** What is wrong in a plan's file, all of it, each with its place. Not thread-safe. */
final class Mistakes {
    private static final int SHOWN_MOST = 50;

    private final List<Mistake> found = new ArrayList<>();

    /** {@code line} and {@code column} count from 1. */
    record Mistake(int line, int column, String what) {
        @Override
        public String toString() {
            return "line " + line + ", column " + column + ": " + what;
        }
    }

    void add(Node at, String what) {
        add(
                at.getStartMark().map(Mark::getLine).orElse(0),
                at.getStartMark().map(Mark::getColumn).orElse(0),
                what);
    }

    private void add(int line, int column, String what) {
        found.add(new Mistake(line + 1, column + 1, what));
    }

    /** A word that is none of {@code known}. */
    void addWord(Node at, String what, String wrong, List<String> known) {
        String meant = PlanWords.meant(wrong, known)
                .map(w -> "did you mean '" + w + "'?")
                .orElse("give one of " + String.join(", ", known));
        add(at, "'" + wrong + "' is no " + what + "; " + meant);
    }

    /** The file is no YAML at all; the parser stops at the first place. */
    static FailedException syntax(MarkedYamlEngineException e) {
        Mistakes one = new Mistakes();
        Mark mark = e.getProblemMark().or(e::getContextMark).orElse(null);
        one.add(mark == null ? 0 : mark.getLine(), mark == null ? 0 : mark.getColumn(), "not YAML: " + e.getProblem());
        return one.failure();
    }

    void throwIfAny() {
        if (!found.isEmpty()) {
            throw failure();
        }
    }

    private FailedException failure() {
        found.sort(Comparator.comparingInt(Mistake::line).thenComparingInt(Mistake::column));
        String lines = found.stream().limit(SHOWN_MOST).map(Mistake::toString).collect(Collectors.joining("\n"));
        int more = found.size() - SHOWN_MOST;
        return new FailedException(new Failure.WrongUse(
                "read the plan",
                found.size()
                        + (found.size() == 1 ? " mistake\n" : " mistakes\n")
                        + lines
                        + (more > 0 ? "\nand " + more + " more" : ""),
                "Mend these places, or start over with: changeover plan --fresh"));
    }
}
