package dev.changeover.run;

import dev.changeover.copy.Copy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** How fast the copy has been over the last seconds. Confined to one thread. */
final class Rates {
    private static final int SAMPLES = 10;

    private record Sample(long nanos, long documents, long bytes) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** Takes a sample, and returns the rate since the oldest one kept. */
    Progress.Rate sample(List<Copy.CollectionProgress> collections) {
        Sample now = new Sample(
                System.nanoTime(),
                collections.stream()
                        .mapToLong(Copy.CollectionProgress::documents)
                        .sum(),
                collections.stream().mapToLong(Copy.CollectionProgress::bytes).sum());
        samples.addLast(now);
        if (samples.size() > SAMPLES) {
            samples.removeFirst();
        }
        Sample then = samples.getFirst();
        double seconds = (now.nanos() - then.nanos()) / 1e9;
        return seconds <= 0
                ? Progress.Rate.NONE
                : new Progress.Rate(
                        Math.max(0, (now.documents() - then.documents()) / seconds),
                        Math.max(0, (now.bytes() - then.bytes()) / seconds));
    }
}
