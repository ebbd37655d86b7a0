package dev.changeover.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The figures of one part as a table for a person, and as JSON for a program. */
record Report(Figures figures, Settings settings, Machine before, Machine after) {
    void print(PrintStream out) {
        out.printf(Locale.ROOT, "%n%-62s %14s  %s%n", figures.part() + ", the middle round", "", "all rounds");
        for (Figures.Figure one : figures.figures()) {
            out.printf(
                    Locale.ROOT,
                    "%-62s %14s  %s%n",
                    one.name(),
                    number(one.middle()) + " " + one.unit(),
                    rounds(one.rounds()));
        }
        out.printf(Locale.ROOT, "%n%-62s %8s %6s  %s%n", "ratios", "middle", "goal", "all rounds");
        for (Figures.Ratio one : figures.ratios()) {
            out.printf(
                    Locale.ROOT,
                    "%-62s %8s %6s  %s%n",
                    one.name(),
                    number(one.middle()),
                    one.goal().isPresent() ? number(one.goal().getAsDouble()) : "",
                    rounds(one.rounds()));
        }
        figures.notes().forEach(note -> out.println("- " + note));
        out.printf(
                Locale.ROOT,
                "- Load of the machine: %.1f before, %.1f after, on %d cores.%n",
                before.load(),
                after.load(),
                after.cores());
    }

    /** Three digits or more, so that a ratio of 0.54 and a rate of 199,084 both can be read. */
    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%,.0f", value);
    }

    private static String rounds(List<Double> rounds) {
        return rounds.size() > 5
                ? rounds.size() + " rounds"
                : rounds.stream().map(Report::number).collect(Collectors.joining("  "));
    }

    void json(Path file) throws IOException {
        try (JsonGenerator json =
                new JsonFactory().createGenerator(Files.newBufferedWriter(file)).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("part", figures.part());
            settings(json);
            machine(json);
            json.writeArrayFieldStart("figures");
            for (Figures.Figure one : figures.figures()) {
                json.writeStartObject();
                json.writeStringField("name", one.name());
                json.writeStringField("unit", one.unit());
                values(json, one.middle(), one.rounds());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("ratios");
            for (Figures.Ratio one : figures.ratios()) {
                json.writeStartObject();
                json.writeStringField("name", one.name());
                if (one.goal().isPresent()) {
                    json.writeNumberField("goal", one.goal().getAsDouble());
                }
                values(json, one.middle(), one.rounds());
            }
            json.writeEndArray();
            json.writeArrayFieldStart("notes");
            for (String note : figures.notes()) {
                json.writeString(note);
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private void settings(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("settings");
        json.writeNumberField("documents", settings.documents());
        json.writeNumberField("rounds", settings.rounds());
        if (settings.workers().isPresent()) {
            json.writeNumberField("workers", settings.workers().getAsInt());
        }
        json.writeStringField("heap", settings.heap());
        json.writeEndObject();
    }

    private void machine(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("machine");
        json.writeStringField("processor", after.processor());
        json.writeNumberField("cores", after.cores());
        json.writeStringField("system", after.system());
        json.writeStringField("java", after.java());
        json.writeNumberField("loadBefore", rounded(before.load()));
        json.writeNumberField("loadAfter", rounded(after.load()));
        json.writeEndObject();
    }

    /** Ends the object that was begun. */
    private static void values(JsonGenerator json, double middle, List<Double> rounds) throws IOException {
        json.writeNumberField("middle", rounded(middle));
        json.writeArrayFieldStart("rounds");
        for (double round : rounds) {
            json.writeNumber(rounded(round));
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static double rounded(double value) {
        return Math.round(value * 1_000) / 1_000.0;
    }
}
