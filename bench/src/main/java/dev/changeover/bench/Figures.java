package dev.changeover.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one part of the bench has measured: rates and times, each with all of its rounds, and the ratios that count, each of
 * two figures of the same round.
 */
final class Figures {
    private final String part;
    private final Map<String, Figure> figures = new LinkedHashMap<>();
    private final Map<String, Ratio> ratios = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    Figures(String part) {
        this.part = part;
    }

    /** One thing that was measured in every round, such as rows per second. */
    record Figure(String name, String unit, List<Double> rounds) {
        double middle() {
            return Figures.middle(rounds);
        }
    }

    /** How many times {@code other} the figure is, round by round; {@code goal} is what it should reach. */
    record Ratio(String name, OptionalDouble goal, List<Double> rounds) {
        double middle() {
            return Figures.middle(rounds);
        }
    }

    private static double middle(List<Double> rounds) {
        return rounds.stream().sorted().toList().get(rounds.size() / 2);
    }

    String part() {
        return part;
    }

    List<Figure> figures() {
        return List.copyOf(figures.values());
    }

    List<Ratio> ratios() {
        return List.copyOf(ratios.values());
    }

    List<String> notes() {
        return notes;
    }

    /** Adds a round's value. */
    void add(String name, String unit, double value) {
        figures.computeIfAbsent(name, n -> new Figure(n, unit, new ArrayList<>()))
                .rounds()
                .add(value);
    }

    void ratio(String name, double value) {
        ratio(name, OptionalDouble.empty(), value);
    }

    void ratio(String name, double goal, double value) {
        ratio(name, OptionalDouble.of(goal), value);
    }

    private void ratio(String name, OptionalDouble goal, double value) {
        ratios.computeIfAbsent(name, n -> new Ratio(n, goal, new ArrayList<>()))
                .rounds()
                .add(value);
    }

    /** What a reader must know of these figures. */
    void note(String line) {
        notes.add(line);
    }
}
