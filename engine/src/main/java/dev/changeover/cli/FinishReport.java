package dev.changeover.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.changeover.bson.JsonText;
import dev.changeover.finish.Finding;
import dev.changeover.finish.Proposal;
import dev.changeover.finish.Remark;
import java.io.IOException;
import java.util.Locale;

/** What {@code finish} found or did, for a person or as JSON. */
final class FinishReport {
    private final Output output;
    private final boolean sql;

    /** {@code sql}: with the statements. */
    FinishReport(Output output, boolean sql) {
        this.output = output;
        this.sql = sql;
    }

    void print(Proposal proposal) {
        proposal.warnings().forEach(line -> output.out().println(output.styled(Output.Style.WARNING, line)));
        proposal.findings().forEach(this::print);
        if (!proposal.remarks().isEmpty()) {
            output.out().println();
            output.out().println(output.styled(Output.Style.STRONG, "Not promised by a table"));
            proposal.remarks().forEach(remark -> output.out().println("  " + line(remark)));
        }
    }

    void print(Finding finding) {
        String state = String.format(Locale.ROOT, "%-10s", words(finding.state()));
        String reason = finding.reason().isEmpty() ? finding.step().why() : finding.reason();
        output.out()
                .println(output.styled(style(finding.state()), state) + "  "
                        + finding.step().shown() + ": " + reason);
        if (!finding.examples().isEmpty()) {
            output.out().println("            documents: " + String.join(", ", finding.examples()));
        }
        if (sql) {
            finding.sql().forEach(statement -> output.out().println("            " + statement + ";"));
        }
    }

    private static String line(Remark remark) {
        return remark.table() + ": " + remark.about() + ": " + remark.text();
    }

    private static String words(Finding.State state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static Output.Style style(Finding.State state) {
        return switch (state) {
            case DONE -> Output.Style.GOOD;
            case READY -> Output.Style.ACCENT;
            case BLOCKED -> Output.Style.BAD;
            case ON_REQUEST -> Output.Style.QUIET;
        };
    }

    /** {@code applied}: the findings are what came of them. */
    static String json(Proposal proposal, boolean applied) {
        return JsonText.object(out -> {
            out.writeBooleanField("applied", applied);
            out.writeArrayFieldStart("steps");
            for (Finding finding : proposal.findings()) {
                write(out, finding);
            }
            out.writeEndArray();
            out.writeArrayFieldStart("not_promised");
            for (Remark remark : proposal.remarks()) {
                out.writeStartObject();
                out.writeStringField("table", remark.table().toString());
                out.writeStringField("about", remark.about());
                out.writeStringField("reason", remark.text());
                out.writeEndObject();
            }
            out.writeEndArray();
            JsonText.texts(out, "warnings", proposal.warnings());
        });
    }

    static void write(JsonGenerator out, Finding finding) throws IOException {
        out.writeStartObject();
        out.writeStringField("kind", finding.step().kind());
        out.writeStringField("table", finding.step().table().toString());
        out.writeStringField("name", finding.step().name());
        out.writeStringField("state", finding.state().name().toLowerCase(Locale.ROOT));
        out.writeStringField("why", finding.step().why());
        out.writeStringField("reason", finding.reason());
        JsonText.texts(out, "documents", finding.examples());
        JsonText.texts(out, "sql", finding.sql());
        out.writeEndObject();
    }
}
