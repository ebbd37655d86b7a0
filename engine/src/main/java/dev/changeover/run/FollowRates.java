package dev.changeover.run;

import dev.changeover.state.Following;
import java.util.ArrayDeque;
import java.util.Deque;

/** How fast changes have been followed over the last seconds. Confined to one thread. */
final class FollowRates {
    private static final int SAMPLES = 10;

    private record Sample(long nanos, Following.Counts counts) {}

    private final Deque<Sample> samples = new ArrayDeque<>();

    /** Takes a sample at {@code nanos}, and returns the pace since the oldest one kept. */
    Following.Pace sample(long nanos, Following.Counts now) {
        samples.addLast(new Sample(nanos, now));
        if (samples.size() > SAMPLES + 1) {
            samples.removeFirst();
        }
        Sample then = samples.getFirst();
        double seconds = (nanos - then.nanos()) / 1e9;
        if (seconds <= 0) {
            return Following.Pace.NONE;
        }
        Following.Counts before = then.counts();
        return new Following.Pace(
                (now.events() - before.events()) / seconds,
                (now.documents() - before.documents()) / seconds,
                (now.rows() - before.rows()) / seconds);
    }
}
