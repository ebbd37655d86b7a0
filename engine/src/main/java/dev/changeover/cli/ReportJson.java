package dev.changeover.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.changeover.Phase;
import dev.changeover.bson.JsonText;
import dev.changeover.finish.Finding;
import dev.changeover.mapping.Tally;
import dev.changeover.report.Report;
import dev.changeover.state.Difference;
import dev.changeover.state.Drift;
import dev.changeover.state.Verifications.Verified;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** A report for machines. Pure. */
final class ReportJson {
    private ReportJson() {}

    static String of(Report report) {
        return JsonText.object(out -> {
            out.writeStringField("source", report.source());
            out.writeStringField("at", report.at().toString());
            out.writeStringField("phase", report.phase().phase().words());
            out.writeNumberField("epoch", report.phase().epoch());
            out.writeStringField("next", report.next().map(Phase::words).orElse(null));
            out.writeBooleanField("ready", report.missing().isEmpty());
            PhaseReport.guards(out, report.guards());
            out.writeArrayFieldStart("collections");
            for (Report.Collection one : report.collections()) {
                write(out, one);
            }
            out.writeEndArray();
            out.writeArrayFieldStart("differences");
            for (Difference one : report.differences()) {
                VerifyReport.write(out, one);
            }
            out.writeEndArray();
            tables(out, report);
        });
    }

    private static void tables(JsonGenerator out, Report report) throws IOException {
        out.writeArrayFieldStart("indexes");
        for (Report.Index one : report.indexes()) {
            out.writeStartObject();
            out.writeStringField("table", one.table().toString());
            out.writeStringField("name", one.name());
            out.writeStringField("state", words(one.state()));
            out.writeStringField("counterpart", one.counterpart());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("finish");
        for (Finding one : report.finish().findings()) {
            FinishReport.write(out, one);
        }
        out.writeEndArray();
        out.writeArrayFieldStart("advice");
        for (Report.Advice one : report.advice()) {
            out.writeStartObject();
            out.writeStringField("table", one.table().toString());
            out.writeStringField("about", one.about());
            out.writeStringField("text", one.text());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void write(JsonGenerator out, Report.Collection one) throws IOException {
        out.writeStartObject();
        out.writeStringField("namespace", one.namespace().toString());
        out.writeStringField("table", one.table().toString());
        out.writeNumberField("copied", one.copied());
        Optional<Verified> verified = one.verified().verified();
        out.writeFieldName("verified");
        if (verified.isPresent()) {
            VerifyReport.write(out, verified.get());
        } else {
            out.writeNull();
        }
        out.writeArrayFieldStart("not_in_columns");
        for (Tally.Line line : one.ledger()) {
            out.writeStartObject();
            out.writeStringField("field", line.field());
            out.writeStringField("outcome", words(line.outcome()));
            out.writeStringField("reason", line.reason());
            out.writeNumberField("values", line.values());
            out.writeStringField("example", line.example());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeArrayFieldStart("unknown_fields");
        for (Drift.Field field : one.drift()) {
            out.writeStartObject();
            out.writeStringField("field", field.field());
            out.writeStringField("type", field.type());
            out.writeNumberField("values", field.values());
            out.writeStringField("example", field.example());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static String words(Enum<?> one) {
        return one.name().toLowerCase(Locale.ROOT);
    }
}
