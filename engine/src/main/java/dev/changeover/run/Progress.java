package dev.changeover.run;

import dev.changeover.copy.Copy;
import dev.changeover.reverse.Pass;
import dev.changeover.state.Following;
import dev.changeover.state.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** How far a run is, for whoever draws it. {@code following} is empty before the stream is read. */
public record Progress(
        Step step,
        Duration elapsed,
        List<Line> collections,
        Rate rate,
        Watch.Limits limits,
        Builds builds,
        Optional<Following> following,
        Returned returned) {
    public Progress {
        collections = List.copyOf(collections);
    }

    /** One collection, how far it is and how fast. */
    public record Line(Copy.CollectionProgress of, Rate rate) {
        /** Bytes that are still to be read, as far as one can know. */
        double bytesLeft() {
            return (1 - of.share()) * of.bytesExpected();
        }

        /** Empty while it stands still. */
        public Optional<Duration> eta() {
            return Progress.eta(bytesLeft(), rate);
        }
    }

    /** Over the last seconds. */
    public record Rate(double documentsPerSecond, double bytesPerSecond) {
        public static final Rate NONE = new Rate(0, 0);
    }

    /** PostgreSQL's changes that this process has brought to MongoDB: documents looked at, and those it wrote. */
    public record Returned(long documents, long written, long held) {
        public static final Returned NONE = new Returned(0, 0, 0);

        Returned plus(Pass pass) {
            return new Returned(documents + pass.documents(), written + pass.written(), held + pass.held());
        }
    }

    /** Keys, indexes and statistics: how many are built, and what is being built now. */
    public record Builds(int done, int all, List<Watch.Building> now) {
        public static final Builds NONE = new Builds(0, 0, List.of());
    }

    /** From 0 to 1, by bytes. */
    public double share() {
        double expected =
                collections.stream().mapToDouble(c -> c.of().bytesExpected()).sum();
        double left = collections.stream().mapToDouble(Line::bytesLeft).sum();
        return expected == 0 ? 0 : 1 - left / expected;
    }

    /** For the copy alone; empty while nothing can be said. */
    public Optional<Duration> eta() {
        return step == Step.COPY
                ? eta(collections.stream().mapToDouble(Line::bytesLeft).sum(), rate)
                : Optional.empty();
    }

    private static Optional<Duration> eta(double bytes, Rate rate) {
        return rate.bytesPerSecond() < 1
                ? Optional.empty()
                : Optional.of(Duration.ofSeconds(Math.round(bytes / rate.bytesPerSecond())));
    }
}
