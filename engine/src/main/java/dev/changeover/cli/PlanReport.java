package dev.changeover.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.changeover.bson.JsonText;
import dev.changeover.doctor.SourceAdvice;
import dev.changeover.plan.Plan;
import dev.changeover.planner.CollectionSummary;
import dev.changeover.planner.Planner;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What {@code changeover plan} tells of a plan, as a table for people or as JSON. */
final class PlanReport {
    private static final List<String> HEAD =
            List.of("collection", "documents", "table", "columns", "jsonb", "kept aside", "questions");

    private final Output output;

    PlanReport(Output output) {
        this.output = output;
    }

    void print(Planner.Planned planned, Optional<SourceAdvice> advice, Path path, boolean changed) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        planned.summaries().forEach(s -> rows.add(row(s)));
        for (int i = 0; i < rows.size(); i++) {
            String line = line(rows, i);
            output.out().println(i == 0 ? output.styled(Output.Style.STRONG, line) : line);
        }
        List<String> questions = planned.summaries().stream()
                .flatMap(s -> s.questions().stream())
                .toList();
        section("Questions for you (a note: in the file answers one)", questions);
        section("New or changed since the plan before", planned.drift());
        section(
                "Left out",
                planned.plan().leftOut().stream().map(PlanReport::line).toList());
        section("Source", advice.map(PlanReport::lines).orElse(List.of()));
        output.out().println();
        output.out()
                .println(
                        changed
                                ? "Wrote " + path + ". Next: read and edit it, then: changeover run"
                                : path + " is up to date.");
    }

    private static List<String> lines(SourceAdvice advice) {
        List<String> lines = new ArrayList<>();
        lines.add(Redacted.of(advice.finding()));
        if (advice.way() != SourceAdvice.Way.FOLLOW) {
            advice.commands().forEach(command -> lines.add("→ " + command));
        }
        return lines;
    }

    private static String line(Plan.LeftOut leftOut) {
        return leftOut.namespace() + ": " + leftOut.reason();
    }

    private void section(String title, List<String> lines) {
        if (lines.isEmpty()) {
            return;
        }
        output.out().println();
        output.out().println(output.styled(Output.Style.STRONG, title));
        for (String line : lines) {
            output.out().println("  " + (output.terminal() ? DoctorCommand.wrapped(line, 4, output.width()) : line));
        }
    }

    private static List<String> row(CollectionSummary summary) {
        return List.of(
                summary.namespace().toString(),
                number(summary.documents()),
                summary.table().toString().replaceFirst("^public\\.", ""),
                number(summary.columns()),
                number(summary.jsonb()),
                number(summary.keptAside()),
                number(summary.questions().size()));
    }

    private static String number(long n) {
        return String.format(Locale.ROOT, "%,d", n);
    }

    /** Row {@code i}: names to the left, numbers to the right. */
    private static String line(List<List<String>> rows, int i) {
        StringBuilder line = new StringBuilder();
        for (int c = 0; c < HEAD.size(); c++) {
            int column = c;
            int width =
                    rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
            boolean name = c == 0 || c == 2;
            line.append(String.format(
                    Locale.ROOT,
                    "%" + (name ? "-" : "") + width + "s  ",
                    rows.get(i).get(c)));
        }
        return line.toString().stripTrailing();
    }

    static String json(Planner.Planned planned, Optional<SourceAdvice> advice, Path path, boolean changed)
            throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
            out.writeStartObject();
            out.writeStringField("file", path.toString());
            out.writeBooleanField("written", changed);
            out.writeArrayFieldStart("collections");
            for (CollectionSummary summary : planned.summaries()) {
                write(out, summary);
            }
            out.writeEndArray();
            JsonText.texts(out, "drift", planned.drift());
            out.writeArrayFieldStart("left_out");
            for (Plan.LeftOut leftOut : planned.plan().leftOut()) {
                out.writeStartObject();
                out.writeStringField("collection", leftOut.namespace().toString());
                out.writeStringField("reason", leftOut.reason());
                out.writeEndObject();
            }
            out.writeEndArray();
            if (advice.isPresent()) {
                SourceAdviceJson.write(out, advice.get());
            }
            out.writeEndObject();
        }
        return text.toString();
    }

    private static void write(JsonGenerator out, CollectionSummary summary) throws IOException {
        out.writeStartObject();
        out.writeStringField("collection", summary.namespace().toString());
        out.writeNumberField("documents", summary.documents());
        out.writeStringField("table", summary.table().toString());
        out.writeNumberField("columns", summary.columns());
        out.writeNumberField("jsonb", summary.jsonb());
        out.writeNumberField("kept_aside", summary.keptAside());
        JsonText.texts(out, "questions", summary.questions());
        out.writeEndObject();
    }
}
