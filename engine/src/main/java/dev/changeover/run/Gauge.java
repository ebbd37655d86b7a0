package dev.changeover.run;

import dev.changeover.Namespace;
import dev.changeover.copy.Build;
import dev.changeover.copy.Copy;
import dev.changeover.follow.Follow;
import dev.changeover.follow.FollowProgress;
import dev.changeover.state.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What is known of a run at this moment. Thread-safe: the run and its heart write, anybody reads. */
final class Gauge {
    private static final Logger LOG = LoggerFactory.getLogger(Gauge.class);

    private final long begun = System.nanoTime();
    private volatile Step step = Step.SCHEMA;
    private volatile Map<Namespace, Progress.Rate> rates = Map.of();
    private volatile Watch.Limits limits = Watch.Limits.NONE;
    private volatile List<Watch.Building> building = List.of();
    private volatile @Nullable Copy copy;
    private volatile @Nullable Build build;
    private volatile @Nullable Follow follow;

    void step(Step next) {
        step = next;
        LOG.atInfo().addKeyValue("step", next).log("run");
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

    void watch(Follow begunFollow) {
        follow = begunFollow;
    }

    /** Empty before the stream is read. */
    Optional<FollowProgress> following() {
        return Optional.ofNullable(follow).map(Follow::progress);
    }

    void building(List<Watch.Building> now) {
        building = now;
    }

    /** Takes over new limits, and measures. */
    Progress.Rate measure(Watch.Limits wanted, Rates sampler) {
        limits = wanted;
        Copy running = copy;
        if (running != null) {
            running.limits(wanted);
            rates = sampler.sample(running.progress());
        }
        return total();
    }

    private Progress.Rate total() {
        return new Progress.Rate(
                rates.values().stream()
                        .mapToDouble(Progress.Rate::documentsPerSecond)
                        .sum(),
                rates.values().stream()
                        .mapToDouble(Progress.Rate::bytesPerSecond)
                        .sum());
    }

    Progress progress() {
        Copy running = copy;
        Build builder = build;
        Map<Namespace, Progress.Rate> now = rates;
        List<Progress.Line> lines = running == null
                ? List.of()
                : running.progress().stream()
                        .map(c -> new Progress.Line(c, now.getOrDefault(c.namespace(), Progress.Rate.NONE)))
                        .toList();
        Progress.Builds builds = builder == null
                ? Progress.Builds.NONE
                : new Progress.Builds(builder.stepsDone(), builder.steps(), building);
        return new Progress(step, Duration.ofNanos(System.nanoTime() - begun), lines, total(), limits, builds);
    }
}
