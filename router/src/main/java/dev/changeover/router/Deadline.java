package dev.changeover.router;

import java.time.Duration;

/** An instant of the JVM's own clock, which no other clock moves. */
record Deadline(long nanos) {
    static Deadline in(Duration patience) {
        return new Deadline(System.nanoTime() + patience.toNanos());
    }

    /** What is left, at least 0. */
    long left() {
        return Math.max(0, nanos - System.nanoTime());
    }

    boolean isOver() {
        return nanos - System.nanoTime() <= 0;
    }

    /** The earlier of the two. */
    Deadline or(Deadline other) {
        return other.nanos - nanos < 0 ? other : this;
    }
}
