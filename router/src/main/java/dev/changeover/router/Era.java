package dev.changeover.router;

import java.util.concurrent.atomic.LongAdder;

/** A phase with its epoch, and the calls that go by it. Thread-safe, without a lock. */
final class Era {
    private final Phase phase;
    private final long epoch;
    private final LongAdder begun = new LongAdder();
    private final LongAdder ended = new LongAdder();
    private volatile boolean outlived;

    Era(Phase phase, long epoch) {
        this.phase = phase;
        this.epoch = epoch;
    }

    Phase phase() {
        return phase;
    }

    long epoch() {
        return epoch;
    }

    void begin() {
        begun.increment();
    }

    void end() {
        ended.increment();
    }

    /**
     * Whether no call is under way, once no other can begin. Both sums only grow: if what had ended before equals what has
     * begun since, there was an instant in between at which all had ended.
     */
    boolean isIdle() {
        long endedBefore = ended.sum();
        return begun.sum() == endedBefore;
    }

    /** The lease ran out before the next era was heard of: that one may have begun while calls still went by this. */
    void outlive() {
        outlived = true;
    }

    boolean isOutlived() {
        return outlived;
    }
}
