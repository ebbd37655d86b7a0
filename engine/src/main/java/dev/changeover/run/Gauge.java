package dev.changeover.run;

import dev.changeover.ClusterTime;
import dev.changeover.Namespace;
import dev.changeover.copy.Build;
import dev.changeover.copy.Copy;
import dev.changeover.follow.Follow;
import dev.changeover.follow.FollowProgress;
import dev.changeover.reverse.Pass;
import dev.changeover.state.Follower;
import dev.changeover.state.Following;
import dev.changeover.state.Watch;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
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
    private final AtomicReference<Heard> heard = new AtomicReference<>(new Heard(new ClusterTime(0, 0), begun));
    private volatile Following.Pace pace = Following.Pace.NONE;
    private volatile Follower.Stored stored = new Follower.Stored(Optional.empty(), Optional.empty());
    private volatile Progress.Returned returned = Progress.Returned.NONE;
    private volatile @Nullable Copy copy;
    private volatile @Nullable Build build;
    private volatile @Nullable Watched watched;

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

    /** What follows now, and what those that followed before it have counted. */
    private record Watched(Follow follow, Following.Counts before) {
        Following.Counts counts() {
            return before.plus(follow.progress().counts());
        }
    }

    /** In the place of the one before, which has ended. */
    void watch(Follow begunFollow) {
        Watched ended = watched;
        watched = new Watched(begunFollow, ended == null ? Following.Counts.NONE : ended.counts());
    }

    /** Takes over what only the target knows. */
    void stored(Follower.Stored now) {
        stored = now;
    }

    /** What MongoDB has got of PostgreSQL's changes. */
    void passed(Pass pass) {
        returned = returned.plus(pass);
    }

    /** Throws what the reading of the stream has failed with: a copy beside it would be for nothing. */
    void check() {
        Watched running = watched;
        if (running != null) {
            running.follow().check();
        }
    }

    /** What is being tried again. */
    Optional<String> error() {
        return Optional.ofNullable(watched)
                .map(running -> running.follow().progress())
                .flatMap(FollowProgress::trouble);
    }

    /** Measures how fast changes are followed; empty before the stream is read. */
    Optional<Following> measureFollowing(FollowRates sampler) {
        Watched running = watched;
        if (running != null) {
            pace = sampler.sample(System.nanoTime(), running.counts());
        }
        return following();
    }

    /** The source's time, and since when it is that. */
    private record Heard(ClusterTime head, long nanos) {}

    private Duration silence(ClusterTime head) {
        long now = System.nanoTime();
        Heard last = heard.updateAndGet(was -> was.head().equals(head) ? was : new Heard(head, now));
        return Duration.ofNanos(Math.max(0, now - last.nanos()));
    }

    private Optional<Following> following() {
        return Optional.ofNullable(watched)
                .filter(running -> step != Step.REVERSE)
                .map(this::following);
    }

    private Following following(Watched running) {
        FollowProgress now = running.follow().progress();
        Following.Counts counts = running.before().plus(now.counts());
        return new Following(
                now.cut(),
                now.head(),
                silence(now.head()),
                new Following.Behind(now.eventsBehind(), now.spooled()),
                pace,
                counts,
                stored.oplogWindow(),
                stored.lastError());
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
        return new Progress(
                step,
                Duration.ofNanos(System.nanoTime() - begun),
                lines,
                total(),
                limits,
                builds,
                following(),
                returned);
    }
}
