package dev.changeover.page;

import dev.changeover.Phase;
import dev.changeover.finish.Finding;
import dev.changeover.mapping.Tally;
import dev.changeover.phase.Guard;
import dev.changeover.report.Report;
import dev.changeover.state.Difference;
import dev.changeover.state.Drift;
import dev.changeover.state.Verifications.Counts;
import dev.changeover.state.Verifications.Verified;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/** A {@link Report} as one HTML file that needs nothing else: for a browser, a printer, light and dark. */
public final class ReportPage {
    private final Report report;
    private final Html html = new Html();

    private ReportPage(Report report) {
        this.report = report;
    }

    public static String of(Report report) {
        return new ReportPage(report).write();
    }

    private String write() {
        html.raw("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>")
                .text("Changeover: " + report.source())
                .raw("</title><style>" + style() + "</style></head><body><main>");
        head();
        collections();
        differences();
        extra();
        indexes();
        promises();
        advice();
        return html.raw("</main></body></html>\n").toString();
    }

    private static String style() {
        try (InputStream in = Objects.requireNonNull(ReportPage.class.getResourceAsStream("report.css"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void head() {
        html.element("h1", report.source());
        html.element(
                "p",
                "As of " + time(report.at()) + ", phase "
                        + report.phase().phase().words() + ", epoch "
                        + report.phase().epoch() + ".");
        long unequal = report.collections().stream()
                .filter(one -> !one.verified().isClean())
                .count();
        if (unequal > 0) {
            html.element(
                    "p",
                    "Collections that differ from MongoDB, or were never compared: " + unequal
                            + ". Reads on PostgreSQL need all of them to be equal.");
        }
        if (report.next().isEmpty()) {
            html.element("p", "The next phase takes a cutover, which this version does not have.");
            return;
        }
        guards(report.next().get());
    }

    private void guards(Phase next) {
        List<Guard> missing = report.missing();
        if (missing.isEmpty()) {
            html.raw("<p class=\"verdict good\">")
                    .text("Ready for the next phase: " + next.words() + ".")
                    .raw("</p>");
        } else {
            html.raw("<p class=\"verdict bad\">")
                    .text("Not ready for the next phase, " + next.words() + ": " + missing.size()
                            + (missing.size() == 1 ? " thing stands" : " things stand") + " in the way.")
                    .raw("</p>");
        }
        html.begin("", "holds", "what", "what to do");
        for (Guard guard : report.guards()) {
            html.row(
                    guard.holds() ? Html.Mark.GOOD : Html.Mark.BAD,
                    guard.holds() ? "yes" : "no",
                    guard.seen(),
                    guard.holds() ? "" : guard.remedy());
        }
        html.end();
    }

    private void collections() {
        html.element("h2", "Every row against its document");
        html.begin(
                "9",
                "collection",
                "table",
                "result",
                "documents",
                "rows",
                "child rows",
                "differ",
                "missing",
                "surplus",
                "orphans",
                "undecided",
                "at the cut of",
                "when");
        for (Report.Collection one : report.collections()) {
            if (one.verified().verified().isEmpty()) {
                html.row(Html.Mark.BAD, one.namespace().toString(), one.table().toString(), "never compared");
                continue;
            }
            compared(one, one.verified().verified().get());
        }
        html.end();
    }

    private void compared(Report.Collection one, Verified verified) {
        Counts counts = verified.counts();
        html.row(
                counts.isClean() ? Html.Mark.GOOD : Html.Mark.BAD,
                one.namespace().toString(),
                one.table().toString(),
                counts.isClean() ? "equal" : "differs",
                number(counts.documents()),
                number(counts.rows()),
                number(counts.childRows()),
                number(counts.differing()),
                number(counts.missing()),
                number(counts.surplus()),
                number(counts.orphans()),
                number(counts.undecided()),
                verified.lastCut()
                        .map(at -> time(Instant.ofEpochSecond(at.seconds())))
                        .orElse(""),
                verified.ended().map(ReportPage::time).orElse(""));
    }

    private void differences() {
        if (report.differences().isEmpty()) {
            return;
        }
        html.element("h2", "What differs");
        html.begin("", "table", "document", "what", "MongoDB says", "PostgreSQL says");
        for (Difference one : report.differences()) {
            html.row(
                    Html.Mark.BAD,
                    one.table().toString(),
                    one.mongoId().isEmpty() ? one.id().toString() : one.mongoId(),
                    one.kind() == Difference.Kind.DIFFERS
                            ? one.column()
                            : one.kind().words(),
                    one.expected(),
                    one.actual());
        }
        html.end();
    }

    private void extra() {
        html.element("h2", "What is not in a column as it was");
        html.element(
                "p",
                "Nothing is lost: what a column cannot hold exactly is kept in mongo_extra. Counted by the copy; fields that came"
                        + " since then are the last lines.");
        html.begin("3", "collection", "field", "became", "values", "why", "for example");
        for (Report.Collection one : report.collections()) {
            for (Tally.Line line : one.ledger()) {
                html.row(
                        line.outcome() == Tally.Outcome.CONVERTED ? Html.Mark.NONE : Html.Mark.WARNING,
                        one.namespace().toString(),
                        line.field(),
                        line.outcome().name().toLowerCase(Locale.ROOT),
                        number(line.values()),
                        line.reason(),
                        line.example());
            }
        }
        for (Report.Collection one : report.collections()) {
            for (Drift.Field field : one.drift()) {
                html.row(
                        Html.Mark.WARNING,
                        one.namespace().toString(),
                        field.field(),
                        "kept",
                        number(field.values()),
                        "a field that the plan does not know (" + field.type() + "); changeover plan proposes a column",
                        field.example());
            }
        }
        html.end();
    }

    private void indexes() {
        html.element("h2", "Indexes");
        html.begin("", "table", "MongoDB's index", "here", "what it became");
        for (Report.Index one : report.indexes()) {
            html.row(mark(one.state()), one.table().toString(), one.name(), words(one.state()), one.counterpart());
        }
        html.end();
    }

    private static Html.Mark mark(Report.State state) {
        return switch (state) {
            case PRESENT, COVERED -> Html.Mark.GOOD;
            case MISSING, INVALID -> Html.Mark.BAD;
            case NONE -> Html.Mark.WARNING;
        };
    }

    private static String words(Report.State state) {
        return switch (state) {
            case PRESENT -> "present";
            case COVERED -> "covered";
            case MISSING -> "missing";
            case INVALID -> "invalid";
            case NONE -> "none";
        };
    }

    private void promises() {
        html.element("h2", "Required fields, references and rules");
        html.begin("", "table", "what", "how far", "why", "documents");
        for (Finding finding : report.finish().findings()) {
            if (List.of("index", "analyze").contains(finding.step().kind())) {
                continue;
            }
            html.row(
                    switch (finding.state()) {
                        case DONE -> Html.Mark.GOOD;
                        case READY, ON_REQUEST -> Html.Mark.NONE;
                        case BLOCKED -> Html.Mark.BAD;
                    },
                    finding.step().table().toString(),
                    finding.step().kind() + " " + finding.step().name(),
                    finding.state().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                    finding.reason().isEmpty() ? finding.step().why() : finding.reason(),
                    String.join(", ", finding.examples()));
        }
        html.end();
    }

    private void advice() {
        html.element("h2", "To consider");
        html.begin("", "table", "about", "what was seen");
        report.advice().forEach(one -> html.row(Html.Mark.NONE, one.table().toString(), one.about(), one.text()));
        html.end();
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String time(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ').replace("Z", " UTC");
    }
}
