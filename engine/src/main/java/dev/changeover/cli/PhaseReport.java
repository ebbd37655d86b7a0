package dev.changeover.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.changeover.Phase;
import dev.changeover.bson.JsonText;
import dev.changeover.phase.Guard;
import dev.changeover.phase.Steps;
import dev.changeover.state.Phases;
import dev.changeover.state.State;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The phase, the instances, the last steps and what is in the way of the next, for a person or as JSON. */
final class PhaseReport {
    private static final int STEPS = 5;

    private final Phases.Now now;
    private final List<Phases.Instance> instances;
    private final List<Phases.Step> steps;
    private final Optional<Steps.Ahead> ahead;

    PhaseReport(State state, Optional<Steps.Ahead> ahead) throws InterruptedException {
        now = state.phases().now();
        instances = state.phases().instances();
        steps = state.phases().steps(STEPS);
        this.ahead = ahead;
    }

    static String headline(Phases.Now now) {
        return "phase " + now.phase().words() + " (DB_TARGET=" + now.phase().dbTarget() + "), epoch " + now.epoch()
                + (now.epoch() == 0 ? "" : ", since " + now.since());
    }

    List<String> lines(Output output) {
        List<String> lines = new ArrayList<>();
        lines.add(output.styled(Output.Style.STRONG, headline(now)));
        for (Phases.Instance one : instances) {
            lines.add("  instance " + one.name() + ": epoch " + one.epoch() + ", "
                    + (one.isThere()
                            ? "there"
                            : "not heard of since its lease ended "
                                    + -one.lease().toSeconds() + " s ago"));
        }
        if (ahead.isPresent()) {
            lines.add("before " + ahead.get().to().words() + ":");
            ahead.get().guards().forEach(guard -> lines.add(line(output, guard)));
        }
        if (!steps.isEmpty()) {
            lines.add("last steps:");
            steps.forEach(step -> lines.add("  " + line(step)));
        }
        return lines;
    }

    private static String line(Output output, Guard guard) {
        String mark = guard.holds() ? output.styled(Output.Style.GOOD, "yes") : output.styled(Output.Style.BAD, "NO ");
        return String.format(Locale.ROOT, "  %s %-12s %s", mark, guard.name(), guard.seen())
                + (guard.holds() ? "" : ". " + guard.remedy());
    }

    private static String line(Phases.Step step) {
        String end =
                step.isOpen() ? ", not complete: the same command goes on with it" : step.undone() ? ", given up" : "";
        return step.begun() + " " + step.from().words() + " -> " + step.to().words() + " by " + step.who() + end
                + (step.overridden().isEmpty() ? "" : ", overriding " + String.join(", ", step.overridden()))
                + step.reason().map(reason -> ": " + reason).orElse("");
    }

    String json() {
        return JsonText.object(out -> {
            write(out, "", now.phase());
            out.writeNumberField("epoch", now.epoch());
            out.writeStringField("since", now.since().toString());
            out.writeArrayFieldStart("instances");
            for (Phases.Instance one : instances) {
                out.writeStartObject();
                out.writeStringField("name", one.name());
                out.writeNumberField("epoch", one.epoch());
                out.writeNumberField("lease_milliseconds", one.lease().toMillis());
                out.writeEndObject();
            }
            out.writeEndArray();
            if (ahead.isPresent()) {
                out.writeObjectFieldStart("ahead");
                write(out, "", ahead.get().to());
                guards(out, ahead.get().guards());
                out.writeEndObject();
            }
            out.writeArrayFieldStart("steps");
            for (Phases.Step step : steps) {
                write(out, step);
            }
            out.writeEndArray();
        });
    }

    private static void write(JsonGenerator out, String prefix, Phase phase) throws IOException {
        out.writeStringField(prefix + "phase", phase.words());
        out.writeStringField(prefix + "db_target", phase.dbTarget());
    }

    /** Also for other reports that have guards. */
    static void guards(JsonGenerator out, List<Guard> guards) throws IOException {
        out.writeArrayFieldStart("guards");
        for (Guard guard : guards) {
            out.writeStartObject();
            out.writeStringField("name", guard.name());
            out.writeBooleanField("holds", guard.holds());
            out.writeStringField("seen", guard.seen());
            out.writeStringField("remedy", guard.remedy());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void write(JsonGenerator out, Phases.Step step) throws IOException {
        out.writeStartObject();
        out.writeNumberField("epoch", step.epoch());
        write(out, "from_", step.from());
        write(out, "to_", step.to());
        out.writeStringField("who", step.who());
        out.writeStringField("begun", step.begun().toString());
        out.writeStringField("ended", step.ended().map(Instant::toString).orElse(null));
        out.writeBooleanField("undone", step.undone());
        JsonText.texts(out, "overridden", step.overridden());
        out.writeStringField("reason", step.reason().orElse(null));
        out.writeEndObject();
    }
}
