package dev.changeover.run;

import dev.changeover.copy.Build;
import dev.changeover.copy.Copy;
import dev.changeover.state.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is known of a run at this moment. Thread-safe: the run and its heart write, anybody reads. */
final class Gauge {
    private final long begun = System.nanoTime();
    private volatile Step step = Step.SCHEMA;
    private volatile Progress.Rate rate = Progress.Rate.NONE;
    private volatile Watch.Limits limits = Watch.Limits.NONE;
    private volatile List<Watch.Building> building = List.of();
    private volatile @Nullable Copy copy;
    private volatile @Nullable Build build;

    void step(Step next) {
        step = next;
    }

    Step step() {
        return step;
    }

    void watch(Copy begunCopy) {
        copy = begunCopy;
    }

    void watch(Build begunBuild) {
        build = begunBuild;
    }

    void building(List<Watch.Building> now) {
        building = now;
    }

    /** Takes over new limits, and measures. */
    Progress.Rate measure(Watch.Limits wanted, Rates rates) {
        limits = wanted;
        Copy running = copy;
        if (running != null) {
            running.limits(wanted);
            rate = rates.sample(running.progress());
        }
        return rate;
    }

    Progress progress() {
        Copy running = copy;
        Build builder = build;
        Progress progress = new Progress(
                step,
                Duration.ofNanos(System.nanoTime() - begun),
                running == null ? List.of() : running.progress(),
                rate,
                Optional.empty(),
                limits,
                builder == null
                        ? Progress.Builds.NONE
                        : new Progress.Builds(builder.stepsDone(), builder.steps(), building));
        return progress.withEta();
    }
}
