package dev.changeover.cutover;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.reverse.Pass;
import dev.changeover.reverse.Reverse;
import dev.changeover.reverse.ReverseSettings;
import dev.changeover.state.Cutovers;
import dev.changeover.state.Ends;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What changed in PostgreSQL and is not in MongoDB, before writes wait for the last of it. Where rows change about as fast
 * as they are brought over, writers are held up for a moment now and then: that tells what the rest costs once they wait,
 * and lets the worker gain on them. Confined to one thread.
 */
final class Backlog {
    private static final Logger LOG = LoggerFactory.getLogger(Backlog.class);

    private static final int PASS = ReverseSettings.USUAL.documentsMost();
    private static final int QUEUED_SHOWN = 1_000_000;
    /** This part of the budget is what the rest may cost, and for how long writes are held up at a time. */
    private static final int BRIEF = 10;

    private final Ends ends;
    private final Reverse reverse;

    Backlog(Ends ends, Reverse reverse) {
        this.ends = ends;
        this.reverse = reverse;
    }

    /** Until what is left is a pass at most, or costs little of {@code budget}. */
    void drainMost(Duration budget) throws InterruptedException {
        Duration brief = budget.dividedBy(BRIEF);
        long end = System.nanoTime() + Budget.PREPARATION.toNanos();
        long before = Long.MAX_VALUE;
        while (reverse.pass().entries() >= PASS) {
            long queued = ends.state().reverse().size(QUEUED_SHOWN);
            if (queued > before / 10 * 9) {
                double eachNanos = nanosOfAnEntryWhileWritesWait(brief);
                queued = ends.state().reverse().size(QUEUED_SHOWN);
                if (queued * eachNanos <= brief.toNanos()) {
                    return;
                }
            }
            before = queued;
            if (System.nanoTime() - end > 0) {
                throw new FailedException(new Failure.Refused(
                        "go back to MongoDB",
                        (queued == QUEUED_SHOWN ? "more than " : "") + queued
                                + " changes of PostgreSQL are not in MongoDB after " + Budget.PREPARATION.toSeconds()
                                + " s, as rows change about as fast as they are brought there",
                        "Give the same command again when less is written, or with a larger --budget."));
            }
        }
    }

    /**
     * How long it takes to bring what is queued once no more of it can be brought beforehand, while writes go on. When that is
     * longer than {@code most}, an estimate.
     */
    Duration timeOfTheRest(Duration most) throws InterruptedException {
        long queued = drainWhileItShrinks();
        Brought brought = bring(queued, most);
        boolean isAll = !brought.more() || brought.entries() >= queued;
        return Duration.ofNanos(isAll ? brought.nanos() : (long) (brought.nanosOfAnEntry() * queued));
    }

    /** Returns how many changes are left. */
    private long drainWhileItShrinks() throws InterruptedException {
        long end = System.nanoTime() + Budget.PREPARATION.toNanos();
        long before = Long.MAX_VALUE;
        long queued = ends.state().reverse().size(QUEUED_SHOWN);
        while (queued < before && queued >= PASS && System.nanoTime() - end < 0) {
            before = queued;
            Pass unused = reverse.pass();
            queued = ends.state().reverse().size(QUEUED_SHOWN);
        }
        return queued;
    }

    /** Infinite when writes stayed open. */
    private double nanosOfAnEntryWhileWritesWait(Duration brief) throws InterruptedException {
        Optional<Cutovers.Held> held = hold(brief);
        if (held.isEmpty()) {
            return Double.POSITIVE_INFINITY;
        }
        try (Cutovers.Held writes = held.get()) {
            return bring(Long.MAX_VALUE, brief).nanosOfAnEntry();
        }
    }

    /** So many changes were brought in that time; {@code more} when there may be others. */
    private record Brought(long entries, long nanos, boolean more) {
        double nanosOfAnEntry() {
            return nanos / (double) Math.max(1, entries);
        }
    }

    /** Brings changes until none are left, or as many were brought as {@code most}, or so much time has passed. */
    private Brought bring(long most, Duration longest) throws InterruptedException {
        long begun = System.nanoTime();
        long brought = 0;
        Pass pass;
        do {
            pass = reverse.pass();
            brought += pass.entries();
        } while (pass.more() && brought < most && System.nanoTime() - begun < longest.toNanos());
        return new Brought(brought, System.nanoTime() - begun, pass.more());
    }

    private Optional<Cutovers.Held> hold(Duration patience) {
        try {
            return Optional.of(ends.state().cutovers().hold(patience));
        } catch (FailedException open) {
            LOG.atInfo().addKeyValue("reason", open.getMessage()).log("writes could not be held up");
            return Optional.empty();
        }
    }
}
