package dev.changeover.cli;

import dev.changeover.ClusterTime;
import dev.changeover.state.Backfills;
import dev.changeover.state.Following;
import dev.changeover.state.Spool;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws how far the following of changes is. Pure. */
final class FollowView {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Output output;

    FollowView(Output output) {
        this.output = output;
    }

    /** How far a collection is whose fields got columns. */
    static String filling(Backfills.Open open) {
        return "fills new columns of " + open.namespace() + ": " + Figures.count(open.documents())
                + " documents so far";
    }

    /** In full, a line for each thing. */
    List<String> lines(Following now) {
        List<String> lines = new ArrayList<>();
        lines.add("  cut "
                + now.cut()
                        .map(cut -> Figures.count(cut.number()) + " at " + wall(cut.at()) + ", cluster time " + cut.at()
                                + ", " + exact(cut))
                        .orElse("none yet"));
        lines.add("  lag " + lag(now) + "; " + pace(now.pace()));
        lines.add("  " + Figures.count(now.counts().events()) + " events, "
                + Figures.count(now.counts().documents()) + " documents read anew (" + Figures.count(now.collapsed())
                + " keys collapsed), " + Figures.count(now.counts().rows()) + " rows written since the process began");
        lines.add("  oplog window left: "
                + now.oplogWindow().map(Figures::time).orElse("unknown, the user may not look at the oplog"));
        now.lastError()
                .ifPresent(error -> lines.add(output.styled(Output.Style.WARNING, "  last error") + " at " + error.at()
                        + ": " + Redacted.of(error.text())));
        return lines;
    }

    /** In a line of its own. */
    static String plain(Following now) {
        return now.cut()
                        .map(cut -> "cut " + CLOCK.format(wall(cut.at())) + " " + exact(cut))
                        .orElse("no cut yet")
                + ", lag " + lag(now) + ", " + pace(now.pace())
                + ", " + Figures.count(now.collapsed()) + " keys collapsed"
                + now.oplogWindow()
                        .map(left -> ", oplog window " + Figures.time(left))
                        .orElse("")
                + now.lastError()
                        .map(error -> ", last error " + CLOCK.format(error.at()) + " " + Redacted.of(error.text()))
                        .orElse("");
    }

    static String exact(Spool.Cut cut) {
        return cut.exact() ? "exact" : "eventually exact";
    }

    static Instant wall(ClusterTime time) {
        return Instant.ofEpochSecond(time.seconds());
    }

    private static String lag(Following now) {
        return now.lag()
                        .map(Duration::toSeconds)
                        .map(s -> s < 60 ? s + " s" : Figures.time(Duration.ofSeconds(s)))
                        .orElse("unknown")
                + ", " + Figures.count(now.behind().events()) + " events"
                + (now.behind().spooled() ? " and what is spooled" : "")
                + (now.silent() ? " (the source was last heard " + Figures.time(now.silence()) + " ago)" : "");
    }

    private static String pace(Following.Pace pace) {
        return Figures.count(pace.eventsPerSecond()) + " events/s, " + Figures.count(pace.documentsPerSecond())
                + " documents/s, " + Figures.count(pace.rowsPerSecond()) + " rows/s";
    }
}
