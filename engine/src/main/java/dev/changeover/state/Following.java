package dev.changeover.state;

import dev.changeover.ClusterTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How far the following of changes is. {@code head} is the source's time as last heard, and {@code silence} how long it
 * has stood still, which it does not even on a quiet source; {@code oplogWindow} is how far
 * the stored position is from the oplog's first entry, empty where the user may not look.
 */
public record Following(
        Optional<Spool.Cut> cut,
        ClusterTime head,
        Duration silence,
        Behind behind,
        Pace pace,
        Counts counts,
        Optional<Duration> oplogWindow,
        Optional<Trouble> lastError) {
    private static final Duration SILENT = Duration.ofSeconds(5);

    /** Changes read that no cut has; with {@code spooled}, changed documents wait in the spool beside them. */
    public record Behind(long events, boolean spooled) {}

    /** Over the last seconds. */
    public record Pace(double eventsPerSecond, double documentsPerSecond, double rowsPerSecond) {
        public static final Pace NONE = new Pace(0, 0, 0);
    }

    /** Since the process began: changes read, documents read anew, rows written. */
    public record Counts(long events, long documents, long rows) {
        public static final Counts NONE = new Counts(0, 0, 0);

        public Counts plus(Counts other) {
            return new Counts(events + other.events, documents + other.documents, rows + other.rows);
        }
    }

    /** What was last tried again, or what the process ended with. */
    public record Trouble(String text, Instant at) {}

    /** True when the source does not answer: what it holds by now cannot be known. */
    public boolean silent() {
        return silence.compareTo(SILENT) >= 0;
    }

    /** From the cut to the source's time, as far as it can be known, whole seconds; empty before the first cut. */
    public Optional<Duration> lag() {
        return cut.map(taken -> taken.at().lagBehind(head).plusSeconds(silent() ? silence.toSeconds() : 0));
    }

    /** Changes that needed no reading of their own, as a later one of the same document was read with them. */
    public long collapsed() {
        return Math.max(0, counts.events() - behind.events() - counts.documents());
    }
}
