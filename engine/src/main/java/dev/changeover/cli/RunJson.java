package dev.changeover.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.changeover.bson.JsonText;
import dev.changeover.mapping.Tally;
import dev.changeover.postgres.Ddl;
import dev.changeover.run.Progress;
import dev.changeover.run.Summary;
import dev.changeover.state.Backfills;
import dev.changeover.state.Builds;
import dev.changeover.state.Drift;
import dev.changeover.state.Following;
import dev.changeover.state.Spool;
import dev.changeover.state.Watch;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A run's progress and summary as JSON, an object a line. Pure. */
final class RunJson {
    private RunJson() {}

    static String of(Progress progress) {
        return JsonText.object(out -> {
            out.writeStringField("event", "progress");
            out.writeStringField("step", progress.step().name().toLowerCase(Locale.ROOT));
            out.writeNumberField("elapsed_seconds", progress.elapsed().toMillis() / 1000.0);
            out.writeNumberField("share", progress.share());
            rate(out, progress.rate());
            if (progress.eta().isPresent()) {
                out.writeNumberField("eta_seconds", progress.eta().get().toSeconds());
            }
            following(out, progress.following());
            out.writeNumberField("builds_done", progress.builds().done());
            out.writeNumberField("builds", progress.builds().all());
            out.writeArrayFieldStart("collections");
            for (Progress.Line line : progress.collections()) {
                out.writeStartObject();
                out.writeStringField("namespace", line.of().namespace().toString());
                out.writeNumberField("documents", line.of().documents());
                out.writeNumberField("documents_expected", line.of().documentsExpected());
                out.writeNumberField("bytes", line.of().bytes());
                out.writeNumberField("bytes_expected", line.of().bytesExpected());
                out.writeNumberField("chunks_done", line.of().chunksDone());
                out.writeNumberField("chunks", line.of().chunks());
                rate(out, line.rate());
                out.writeEndObject();
            }
            out.writeEndArray();
        });
    }

    private static void rate(JsonGenerator out, Progress.Rate rate) throws IOException {
        out.writeNumberField("documents_per_second", Math.round(rate.documentsPerSecond()));
        out.writeNumberField("bytes_per_second", Math.round(rate.bytesPerSecond()));
    }

    static String of(Summary summary) {
        return JsonText.object(out -> {
            out.writeStringField("event", "copied");
            out.writeNumberField("took_seconds", summary.took().toMillis() / 1000.0);
            ledgers(out, summary);
            notBuilt(out, summary.notBuilt());
            indexRemarks(out, summary.indexRemarks());
        });
    }

    static void ledgers(JsonGenerator out, Summary summary) throws IOException {
        out.writeArrayFieldStart("collections");
        for (Summary.Ledger ledger : summary.ledgers()) {
            out.writeStartObject();
            out.writeStringField("namespace", ledger.namespace().toString());
            counts(out, ledger.counts());
            for (Tally.Outcome outcome : Tally.Outcome.values()) {
                out.writeNumberField("values_" + outcome.name().toLowerCase(Locale.ROOT), ledger.values(outcome));
            }
            out.writeArrayFieldStart("values_not_exact");
            for (Tally.Line line : ledger.lines()) {
                if (line.outcome() != Tally.Outcome.EXACT) {
                    line(out, line);
                }
            }
            out.writeEndArray();
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void line(JsonGenerator out, Tally.Line line) throws IOException {
        out.writeStartObject();
        out.writeStringField("field", line.field());
        out.writeStringField("outcome", line.outcome().name().toLowerCase(Locale.ROOT));
        out.writeStringField("reason", line.reason());
        out.writeNumberField("values", line.values());
        out.writeStringField("example", line.example());
        out.writeEndObject();
    }

    private static void following(JsonGenerator out, Optional<Following> following) throws IOException {
        if (following.isEmpty()) {
            return;
        }
        Following now = following.get();
        out.writeObjectFieldStart("following");
        if (now.cut().isPresent()) {
            Spool.Cut cut = now.cut().get();
            out.writeStringField("cut_time", FollowView.wall(cut.at()).toString());
            out.writeNumberField("cut_seconds", cut.at().seconds());
            out.writeNumberField("cut_ordinal", cut.at().ordinal());
            out.writeNumberField("cuts", cut.number());
            out.writeBooleanField("exact", cut.exact());
            out.writeStringField("exactness", FollowView.exact(cut));
        }
        if (now.lag().isPresent()) {
            out.writeNumberField("lag_seconds", now.lag().get().toSeconds());
        }
        out.writeNumberField("source_silent_seconds", now.silence().toSeconds());
        out.writeNumberField("events_behind", now.behind().events());
        out.writeBooleanField("spooled", now.behind().spooled());
        out.writeNumberField("events_per_second", Math.round(now.pace().eventsPerSecond()));
        out.writeNumberField("documents_per_second", Math.round(now.pace().documentsPerSecond()));
        out.writeNumberField("rows_per_second", Math.round(now.pace().rowsPerSecond()));
        out.writeNumberField("events", now.counts().events());
        out.writeNumberField("documents", now.counts().documents());
        out.writeNumberField("rows", now.counts().rows());
        out.writeNumberField("keys_collapsed", now.collapsed());
        if (now.oplogWindow().isPresent()) {
            out.writeNumberField("oplog_window_seconds", now.oplogWindow().get().toSeconds());
        }
        if (now.lastError().isPresent()) {
            out.writeStringField("last_error", Redacted.of(now.lastError().get().text()));
            out.writeStringField("last_error_at", now.lastError().get().at().toString());
        }
        out.writeEndObject();
    }

    static void counts(JsonGenerator out, Watch.Counts counts) throws IOException {
        out.writeNumberField("documents", counts.documents());
        out.writeNumberField("rows", counts.rows());
        out.writeNumberField("child_rows", counts.childRows());
        out.writeNumberField("bytes", counts.bytes());
        out.writeNumberField("values", counts.values());
    }

    static void notBuilt(JsonGenerator out, Iterable<Builds.Failed> all) throws IOException {
        out.writeArrayFieldStart("not_built");
        for (Builds.Failed failed : all) {
            out.writeStartObject();
            out.writeStringField("table", failed.table().toString());
            out.writeStringField("name", failed.name());
            out.writeStringField("reason", failed.reason());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    private static void indexRemarks(JsonGenerator out, Iterable<Ddl.Remark> all) throws IOException {
        out.writeArrayFieldStart("index_remarks");
        for (Ddl.Remark remark : all) {
            out.writeStartObject();
            out.writeStringField("table", remark.table().toString());
            out.writeStringField("name", remark.index());
            out.writeStringField("remark", remark.text());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    static String status(Status status) {
        return JsonText.object(out -> {
            out.writeStringField("source", status.row().source());
            out.writeStringField("started", status.row().started().toString());
            if (status.row().copied().isPresent()) {
                out.writeStringField("copied", status.row().copied().get().toString());
            }
            if (status.beat().isPresent()) {
                Watch.Beat beat = status.beat().get();
                out.writeStringField("step", beat.step());
                out.writeStringField("who", beat.who());
                out.writeBooleanField("alive", status.alive());
                out.writeNumberField("last_sign_of_life_seconds", beat.secondsAgo());
                out.writeNumberField("documents_per_second", Math.round(beat.documentsPerSecond()));
                out.writeNumberField("bytes_per_second", Math.round(beat.bytesPerSecond()));
            }
            following(out, status.following());
            out.writeArrayFieldStart("collections");
            for (Watch.CollectionState collection : status.collections()) {
                out.writeStartObject();
                out.writeStringField("namespace", collection.namespace().toString());
                counts(out, collection.counts());
                out.writeNumberField("documents_expected", collection.documentsExpected());
                out.writeNumberField("bytes_expected", collection.bytesExpected());
                out.writeNumberField("chunks_done", collection.chunksDone());
                out.writeNumberField("chunks", collection.chunks());
                out.writeEndObject();
            }
            out.writeEndArray();
            notBuilt(out, status.notBuilt());
            drift(out, status.drift());
            newPlan(out, status);
        });
    }

    private static void newPlan(JsonGenerator out, Status status) throws IOException {
        out.writeBooleanField("new_plan_waits", status.newPlanWaits());
        out.writeArrayFieldStart("new_columns_being_filled");
        for (Backfills.Open open : status.backfills()) {
            out.writeStartObject();
            out.writeStringField("namespace", open.namespace().toString());
            out.writeNumberField("documents", open.documents());
            out.writeEndObject();
        }
        out.writeEndArray();
    }

    /** What {@code plan --apply} has added, a line each; {@code filled}: it is all there. */
    static String applied(List<String> added, boolean filled) {
        return JsonText.object(out -> {
            JsonText.texts(out, "added", added);
            out.writeBooleanField("filled", filled);
        });
    }

    private static void drift(JsonGenerator out, Iterable<Drift.Field> fields) throws IOException {
        out.writeArrayFieldStart("not_in_plan");
        for (Drift.Field field : fields) {
            out.writeStartObject();
            out.writeStringField("namespace", field.namespace().toString());
            out.writeStringField("field", field.field());
            out.writeStringField("type", field.type());
            out.writeNumberField("values", field.values());
            out.writeStringField("example", field.example());
            out.writeEndObject();
        }
        out.writeEndArray();
    }
}
