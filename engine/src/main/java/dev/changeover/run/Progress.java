package dev.changeover.run;

import dev.changeover.copy.Copy;
import dev.changeover.state.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How far a run is, for whoever draws it. {@code eta} is for the copy, and empty while nothing can be said. */
public record Progress(
        Step step,
        Duration elapsed,
        List<Copy.CollectionProgress> collections,
        Rate rate,
        Optional<Duration> eta,
        Watch.Limits limits,
        Builds builds) {
    /** Over the last seconds. */
    public record Rate(double documentsPerSecond, double bytesPerSecond) {
        public static final Rate NONE = new Rate(0, 0);
    }

    /** Keys, indexes and statistics: how many are built, and what is being built now. */
    public record Builds(int done, int all, List<Watch.Building> now) {
        public static final Builds NONE = new Builds(0, 0, List.of());
    }

    /** From 0 to 1, by bytes. */
    public double share() {
        double bytes = 0;
        double expected = 0;
        for (Copy.CollectionProgress collection : collections) {
            bytes += collection.share() * collection.bytesExpected();
            expected += collection.bytesExpected();
        }
        return expected == 0 ? 0 : bytes / expected;
    }

    /** The same with the time that the copy will still take at this rate. */
    Progress withEta() {
        double left = 0;
        for (Copy.CollectionProgress collection : collections) {
            left += (1 - collection.share()) * collection.bytesExpected();
        }
        boolean known = step == Step.COPY && rate.bytesPerSecond() > 1;
        Optional<Duration> time =
                known ? Optional.of(Duration.ofSeconds((long) (left / rate.bytesPerSecond()))) : Optional.empty();
        return new Progress(step, elapsed, collections, rate, time, limits, builds);
    }
}
