package dev.changeover.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.changeover.doctor.Check;
import dev.changeover.doctor.Check.Area;
import dev.changeover.doctor.Check.Verdict;
import dev.changeover.doctor.Diagnosis;
import dev.changeover.doctor.Doctor;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code changeover doctor}: prints what was found at both ends, a line for each check. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = "Looks at both databases: can they do it, what is wrong, and how to mend it. Changes nothing.",
        footer = {
            "",
            "Examples:",
            "  changeover doctor --mongo mongodb://localhost/shop --pg postgresql://me@localhost/shop",
            "  changeover doctor --json | jq '.checks[] | select(.verdict == \"fail\")'",
            "",
            "Exit codes: 0 nothing in the way, 3 a database cannot be reached, 4 something must be mended first."
        })
final class DoctorCommand implements Callable<Integer> {
    private final Output output;

    @Mixin
    private final Connections connections = new Connections();

    @Option(names = "--json", description = "One JSON object for machines.")
    private boolean json;

    DoctorCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        Diagnosis diagnosis = Doctor.examine(connections.mongo(), connections.postgres());
        if (json) {
            output.out().println(json(diagnosis));
        } else {
            print(diagnosis);
        }
        return exitCode(diagnosis).value;
    }

    static ExitCode exitCode(Diagnosis diagnosis) {
        if (!diagnosis.reached()) {
            return ExitCode.UNREACHABLE;
        }
        return diagnosis.mustMend() ? ExitCode.REFUSED : ExitCode.DONE;
    }

    private void print(Diagnosis diagnosis) {
        int names = diagnosis.checks().stream()
                .mapToInt(check -> check.name().length())
                .max()
                .orElse(0);
        Area area = null;
        for (Check check : diagnosis.checks()) {
            if (check.area() != area) {
                output.out()
                        .println((area == null ? "" : "\n") + output.styled(Output.Style.STRONG, title(check.area())));
                area = check.area();
            }
            line(check, names);
        }
        output.out().println();
        output.out().println(summary(diagnosis));
    }

    private void line(Check check, int names) {
        String remedy = check.remedy().isEmpty() ? "" : " → " + check.remedy();
        String text = Redacted.of(check.finding() + remedy);
        String head = "  " + output.styled(style(check.verdict()), sign(check.verdict())) + " " + check.name()
                + " ".repeat(names - check.name().length() + 2);
        int indent = names + 6;
        output.out().println(head + (output.terminal() ? wrapped(text, indent, output.width()) : text));
    }

    /** The text broken between words, its later lines indented, so that the first column stays clear. */
    static String wrapped(String text, int indent, int width) {
        StringBuilder all = new StringBuilder();
        int column = indent;
        for (String word : text.split(" ", -1)) {
            if (column > indent && column + 1 + word.length() > width) {
                all.append('\n').append(" ".repeat(indent));
                column = indent;
            } else if (column > indent) {
                all.append(' ');
                column++;
            }
            all.append(word);
            column += word.length();
        }
        return all.toString();
    }

    private String summary(Diagnosis diagnosis) {
        long fails = diagnosis.count(Verdict.FAIL);
        long warnings = diagnosis.count(Verdict.WARN);
        if (fails > 0) {
            return output.styled(Output.Style.BAD, "doctor: " + fails + " to mend first")
                    + (warnings == 0 ? "" : ", " + warnings + " to know");
        }
        return output.styled(Output.Style.GOOD, "doctor: OK") + (warnings == 0 ? "" : ", " + warnings + " to know");
    }

    private static String title(Area area) {
        return switch (area) {
            case MONGODB -> "MongoDB";
            case POSTGRESQL -> "PostgreSQL";
            case TOGETHER -> "Together";
        };
    }

    private static String sign(Verdict verdict) {
        return switch (verdict) {
            case OK -> "✓";
            case WARN -> "!";
            case FAIL -> "✗";
            case UNKNOWN -> "?";
        };
    }

    private static Output.Style style(Verdict verdict) {
        return switch (verdict) {
            case OK -> Output.Style.GOOD;
            case WARN -> Output.Style.WARNING;
            case FAIL -> Output.Style.BAD;
            case UNKNOWN -> Output.Style.QUIET;
        };
    }

    private static String json(Diagnosis diagnosis) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
            out.writeStartObject();
            out.writeBooleanField("reached", diagnosis.reached());
            out.writeBooleanField("mend_first", diagnosis.mustMend());
            out.writeArrayFieldStart("checks");
            for (Check check : diagnosis.checks()) {
                out.writeStartObject();
                out.writeStringField("area", check.area().name().toLowerCase(Locale.ROOT));
                out.writeStringField("name", check.name());
                out.writeStringField("verdict", check.verdict().name().toLowerCase(Locale.ROOT));
                out.writeStringField("finding", Redacted.of(check.finding()));
                out.writeStringField("remedy", Redacted.of(check.remedy()));
                out.writeEndObject();
            }
            out.writeEndArray();
            if (diagnosis.source().isPresent()) {
                SourceAdviceJson.write(out, diagnosis.source().get());
            }
            out.writeEndObject();
        }
        return text.toString();
    }
}
