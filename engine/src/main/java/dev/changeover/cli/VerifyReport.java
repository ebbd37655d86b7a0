package dev.changeover.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.changeover.ClusterTime;
import dev.changeover.Namespace;
import dev.changeover.bson.JsonText;
import dev.changeover.state.Difference;
import dev.changeover.state.State;
import dev.changeover.state.Verifications;
import dev.changeover.state.Verifications.Counts;
import dev.changeover.state.Verifications.Verified;
import dev.changeover.verify.Counting;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a verification has found, for a person or as JSON. */
final class VerifyReport {
    private static final int SHOWN = 20;
    private static final int SHOWN_TO_MACHINES = 1_000;

    private final Verifications.Verification verification;
    private final List<Verified> collections;
    private final List<Difference> differences;

    private final String remedy;

    /** {@code remedy} puts right what differs. */
    VerifyReport(State state, Verifications.Verification verification, String remedy) throws InterruptedException {
        this.verification = verification;
        this.remedy = remedy;
        collections = state.verifications().collections(verification.id());
        differences = state.verifications().differences(verification.id(), SHOWN_TO_MACHINES);
    }

    boolean isClean() {
        return collections.stream().allMatch(one -> one.counts().isClean());
    }

    long id() {
        return verification.id();
    }

    /** The collections that are not what MongoDB's are. */
    Set<Namespace> differing() {
        return collections.stream()
                .filter(one -> !one.counts().isClean())
                .map(Verified::namespace)
                .collect(Collectors.toSet());
    }

    List<String> lines(Output output) {
        List<String> lines = new ArrayList<>();
        int names = collections.stream()
                .mapToInt(one -> one.namespace().toString().length())
                .max()
                .orElse(1);
        for (Verified one : collections) {
            boolean clean = one.counts().isClean();
            lines.add(String.format(
                    Locale.ROOT,
                    "%s  %-" + names + "s  %s",
                    output.styled(clean ? Output.Style.GOOD : Output.Style.BAD, clean ? "equal  " : "DIFFERS"),
                    one.namespace(),
                    words(one)));
        }
        differences.stream().limit(SHOWN).forEach(one -> lines.add("  " + line(one)));
        if (differences.size() > SHOWN) {
            lines.add("  … more are in changeover.difference, of verification " + verification.id());
        }
        lines.add(conclusion(output));
        return lines;
    }

    private static String words(Verified one) {
        Counts counts = one.counts();
        List<String> words = new ArrayList<>();
        words.add(Figures.count(counts.documents()) + " documents compared");
        if (counts.rows() > 0) {
            words.add(Figures.count(counts.rows()) + " rows");
        }
        if (counts.childRows() > 0) {
            words.add(Figures.count(counts.childRows()) + " child rows");
        }
        add(words, counts.differing(), "differ");
        add(words, counts.missing(), "without a row");
        add(words, counts.surplus(), "rows without a document");
        add(words, counts.orphans(), "parents of child rows missing");
        add(words, counts.undecided(), "undecided: they kept changing, or nobody follows");
        one.lastCut().ifPresent(at -> words.add("at the cut of " + Instant.ofEpochSecond(at.seconds())));
        return String.join(", ", words);
    }

    private static void add(List<String> words, long count, String what) {
        if (count > 0) {
            words.add(Figures.count(count) + " " + what);
        }
    }

    private static String line(Difference one) {
        String where = one.table() + (one.mongoId().isEmpty() ? " parent " + one.id() : " " + one.mongoId());
        return switch (one.kind()) {
            case DIFFERS -> where + ": " + one.column() + " is " + one.actual() + ", MongoDB says " + one.expected();
            case MISSING -> where + ": no row";
            case SURPLUS -> where + ": a row (" + one.id() + ") without a document";
            case ORPHAN -> where + ": " + one.actual() + " without a parent";
        };
    }

    private String conclusion(Output output) {
        if (isClean()) {
            String what = verification.mode() == Verifications.Mode.SAMPLE
                    ? "Every document of the sample is equal to its rows."
                    : "Every document is equal to its rows, and there are no other rows.";
            return output.styled(Output.Style.GOOD, what);
        }
        return output.styled(Output.Style.BAD, "PostgreSQL is not what MongoDB is.") + " Put it right: " + remedy;
    }

    String json() {
        return JsonText.object(out -> {
            out.writeNumberField("verification", verification.id());
            out.writeStringField("mode", verification.mode().name().toLowerCase(Locale.ROOT));
            out.writeBooleanField("all_collections", verification.whole());
            out.writeBooleanField("equal", isClean());
            out.writeStringField("started", verification.started().toString());
            out.writeStringField(
                    "ended", verification.ended().map(Object::toString).orElse(null));
            out.writeArrayFieldStart("collections");
            for (Verified one : collections) {
                write(out, one);
            }
            out.writeEndArray();
            out.writeArrayFieldStart("differences");
            for (Difference one : differences) {
                write(out, one);
            }
            out.writeEndArray();
        });
    }

    static void write(JsonGenerator out, Verified one) throws IOException {
        Counts counts = one.counts();
        out.writeStartObject();
        out.writeStringField("namespace", one.namespace().toString());
        out.writeNumberField("documents", counts.documents());
        out.writeNumberField("rows", counts.rows());
        out.writeNumberField("child_rows", counts.childRows());
        out.writeNumberField("differing", counts.differing());
        out.writeNumberField("missing", counts.missing());
        out.writeNumberField("surplus", counts.surplus());
        out.writeNumberField("orphans", counts.orphans());
        out.writeNumberField("undecided", counts.undecided());
        out.writeStringField(
                "first_cut", one.firstCut().map(ClusterTime::toString).orElse(null));
        out.writeStringField(
                "last_cut", one.lastCut().map(ClusterTime::toString).orElse(null));
        out.writeEndObject();
    }

    static void write(JsonGenerator out, Difference one) throws IOException {
        out.writeStartObject();
        out.writeStringField("namespace", one.namespace().toString());
        out.writeStringField("kind", one.kind().words());
        out.writeStringField("mongo_id", one.mongoId());
        out.writeStringField("id", one.id().toString());
        out.writeStringField("table", one.table().toString());
        out.writeStringField("column", one.column());
        out.writeStringField("mongodb", one.expected());
        out.writeStringField("postgresql", one.actual());
        out.writeEndObject();
    }

    static List<String> countLines(Output output, List<Counting.Count> all) {
        List<String> lines = new ArrayList<>();
        for (Counting.Count one : all) {
            lines.add(
                    output.styled(one.same() ? Output.Style.GOOD : Output.Style.BAD, one.same() ? "equal  " : "DIFFERS")
                            + "  " + one.namespace() + "  " + Figures.count(one.documents()) + " documents, "
                            + Figures.count(one.rows()) + " rows"
                            + (one.exact() ? "" : " (not at one instant: the source cannot be read so)"));
        }
        return lines;
    }

    static String countsJson(List<Counting.Count> all) {
        return JsonText.object(out -> {
            out.writeStringField("mode", "counts");
            out.writeBooleanField("equal", all.stream().allMatch(Counting.Count::same));
            out.writeArrayFieldStart("collections");
            for (Counting.Count one : all) {
                out.writeStartObject();
                out.writeStringField("namespace", one.namespace().toString());
                out.writeNumberField("documents", one.documents());
                out.writeNumberField("rows", one.rows());
                out.writeBooleanField("exact", one.exact());
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }
}
