package dev.changeover.follow;

import dev.changeover.ClusterTime;
import dev.changeover.state.Spool;
import java.time.Duration;
import java.util.Optional;

/**
 * How far the following is. {@code head} is the source's time as last heard, {@code eventsBehind} the changes read that
 * no cut has; with {@code spooled}, more than that wait in the spool. {@code trouble} is what is being tried again.
 */
public record FollowProgress(
        Optional<Spool.Cut> cut,
        ClusterTime head,
        long eventsBehind,
        boolean spooled,
        Counts counts,
        Optional<String> trouble) {
    /** Since the start: changes of documents read, documents read anew (changes of one document collapse), rows written. */
    public record Counts(long events, long documents, long rows) {
        public static final Counts NONE = new Counts(0, 0, 0);

        public Counts plus(Counts other) {
            return new Counts(events + other.events, documents + other.documents, rows + other.rows);
        }
    }

    /** In whole seconds; empty before the first cut. */
    public Optional<Duration> lag() {
        return cut.map(taken -> taken.at().lagBehind(head));
    }
}
