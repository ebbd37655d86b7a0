package dev.changeover.cutover;

import dev.changeover.Phase;
import dev.changeover.Station;
import dev.changeover.follow.Follow;
import dev.changeover.plan.Plan;
import dev.changeover.reverse.Pass;
import dev.changeover.reverse.Reverse;
import dev.changeover.reverse.ReverseSettings;
import dev.changeover.state.Cutovers;
import dev.changeover.state.Cutovers.Stage;
import dev.changeover.state.Ends;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which database follows which, and the change of that when it is asked for. The package's door. {@link #watch} beside a
 * {@link Follow}, {@link #reverse} in its place.
 */
public final class Direction {
    private static final Logger LOG = LoggerFactory.getLogger(Direction.class);
    private static final Duration LOOK = Duration.ofMillis(100);

    /** How long a row's change waits for its document's at most while nothing else happens. */
    private static final Duration IDLE = Duration.ofMillis(30);

    private static final Duration STOP = Duration.ofSeconds(150);

    private final Ends ends;
    private final Plan plan;
    private final Station.Listener stations;
    private final CountDownLatch never = new CountDownLatch(1);

    public Direction(Ends ends, Plan plan, Station.Listener stations) {
        this.ends = ends;
        this.plan = plan;
        this.stations = stations;
    }

    /** True while MongoDB follows PostgreSQL. */
    public boolean isReversed() throws InterruptedException {
        return ends.state().phases().now().phase() == Phase.POSTGRES;
    }

    /** Looks for cutovers on a thread of its own, and performs them beside {@code follow}. */
    public Watch watch(Follow follow) {
        return new Watch(new Cutover(ends, plan, follow, stations));
    }

    /** Until closed. */
    public final class Watch implements AutoCloseable {
        private final Cutover cutover;
        private final ExecutorService thread = Executors.newSingleThreadExecutor(
                task -> Thread.ofPlatform().name("cutover").unstarted(task));
        private volatile boolean moved;
        private volatile @Nullable RuntimeException failure;

        private Watch(Cutover cutover) {
            this.cutover = cutover;
            Future<?> unused = thread.submit(this::look);
        }

        /** True when PostgreSQL is in charge, or this can look no more; from any thread. */
        public boolean isOver() {
            return moved || failure != null;
        }

        private void look() {
            try {
                while (!moved) {
                    Optional<Cutovers.Row> asked = asked(Phase.POSTGRES);
                    moved = asked.isPresent() && cutover.perform(asked.get());
                    boolean unused = never.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException stop) {
                LOG.atDebug().log("stopped");
            } catch (RuntimeException e) {
                failure = e;
            }
        }

        /** Waits for what is under way, which is undone where it can be. */
        @Override
        public void close() throws InterruptedException {
            thread.shutdownNow();
            if (!thread.awaitTermination(STOP.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("the thread that cuts over did not stop within " + STOP);
            }
            RuntimeException failed = failure;
            if (failed != null) {
                throw failed;
            }
        }
    }

    private Optional<Cutovers.Row> asked(Phase to) throws InterruptedException {
        return ends.state()
                .cutovers()
                .last()
                .filter(row -> row.stage() == Stage.ASKED && row.wish().to() == to);
    }

    /** What is told of each pass of the way back. */
    public interface Passes {
        void did(Pass pass);
    }

    /** MongoDB follows PostgreSQL until that is asked to end, or with {@code once} until nothing is queued. */
    public void reverse(boolean once, Passes passes) throws InterruptedException {
        if (ends.state().cutovers().last().map(Cutovers.Row::fence).orElse(false)) {
            ends.target().until(() -> {
                ends.source().fence().raise(STOP); // it may have been lowered by others meanwhile
                return once;
            });
        }
        try (Reverse reverse = Reverse.begin(ends, Canary.with(plan, ends.source()), ReverseSettings.USUAL, stations)) {
            WayBack back = new WayBack(ends, reverse, stations);
            boolean moved = false;
            while (!moved) {
                Pass pass = reverse.pass();
                passes.did(pass);
                Optional<Cutovers.Row> asked = asked(Phase.PG_READS);
                if (asked.isPresent()) {
                    moved = back.perform(asked.get());
                } else if (!pass.more()) {
                    if (once) {
                        return;
                    }
                    boolean unused = never.await(IDLE.toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        }
    }
}
