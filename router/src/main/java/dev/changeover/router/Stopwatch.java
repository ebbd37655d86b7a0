package dev.changeover.router;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/** Adds up how long something took, in four classes for each doubling. Thread-safe, without a lock. */
final class Stopwatch {
    private static final int CLASSES = 4 * 63;

    private final LongAdder[] counts = new LongAdder[CLASSES];

    Stopwatch() {
        Arrays.setAll(counts, i -> new LongAdder());
    }

    void took(long nanos) {
        counts[at(Math.max(1, nanos))].increment();
    }

    /** The two bits below the highest tell the class within the doubling. */
    private static int at(long nanos) {
        int doubling = 63 - Long.numberOfLeadingZeros(nanos);
        int quarter = (int) (doubling >= 2 ? nanos >> (doubling - 2) : nanos << (2 - doubling)) & 3;
        return Math.min(CLASSES - 1, 4 * doubling + quarter);
    }

    private static Duration upTo(int at) {
        return Duration.ofNanos((long) ((1L << (at / 4)) * (1 + (at % 4 + 1) / 4.0)));
    }

    Latency summary() {
        long[] sums = Arrays.stream(counts).mapToLong(LongAdder::sum).toArray();
        long count = Arrays.stream(sums).sum();
        return new Latency(count, share(sums, count, 0.5), share(sums, count, 0.99), share(sums, count, 1));
    }

    private static Duration share(long[] sums, long count, double share) {
        long most = (long) Math.ceil(count * share);
        long sum = 0;
        for (int i = 0; i < sums.length && count > 0; i++) {
            sum += sums[i];
            if (sum >= most) {
                return upTo(i);
            }
        }
        return Duration.ZERO;
    }
}
