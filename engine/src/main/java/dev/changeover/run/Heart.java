package dev.changeover.run;

import dev.changeover.mongo.Mongo;
import dev.changeover.state.Following;
import dev.changeover.state.Owner;
import dev.changeover.state.State;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Once a second, on a thread of its own: says that the run lives and how far it is, takes over changed limits, measures how fast it is. When
 * the right to work is lost it interrupts the thread that made it, which asks {@link #reasonOf} why.
 */
final class Heart implements AutoCloseable {
    private final State state;
    private final Owner owner;
    private final Gauge gauge;
    private final Optional<OplogWatch> oplog;
    private final Thread main = Thread.currentThread();
    private final Rates rates = new Rates();
    private final FollowRates followRates = new FollowRates();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("heart").daemon().unstarted(task));
    private volatile @Nullable RuntimeException lost;

    /** {@code source} is empty where nothing is followed. */
    Heart(Optional<Mongo> source, State state, Owner owner, Gauge gauge) {
        oplog = source.map(OplogWatch::new);
        this.state = state;
        this.owner = owner;
        this.gauge = gauge;
    }

    Heart start() {
        oplog.ifPresent(OplogWatch::start);
        Future<?> unused = thread.scheduleWithFixedDelay(this::beat, 0, 1, TimeUnit.SECONDS);
        return this;
    }

    private void beat() {
        try {
            gauge.check();
            Progress.Rate rate = gauge.measure(state.watch().limits(), rates);
            Step step = gauge.step();
            if (step == Step.KEYS || step == Step.INDEXES) {
                gauge.building(state.watch().building());
            }
            owner.beat(step.name().toLowerCase(Locale.ROOT), rate.documentsPerSecond(), rate.bytesPerSecond());
            sayHowFar();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            if (thread.isShutdown()) {
                return; // it was told to end in the middle of this
            }
            lost = e;
            main.interrupt();
            thread.shutdown();
        }
    }

    /** Beside the beat, which alone decides whether this process may go on. */
    private void sayHowFar() {
        Optional<Following> now = gauge.measureFollowing(followRates);
        if (now.isPresent()) {
            state.follower()
                    .say(owner, now.get(), oplog.flatMap(OplogWatch::begins), gauge.error())
                    .ifPresent(gauge::stored);
        }
    }

    /** The interruption itself, unless it was the heart that interrupted: then what it failed with. */
    InterruptedException reasonOf(InterruptedException stopped) {
        RuntimeException failed = lost;
        if (failed != null) {
            throw failed;
        }
        return stopped;
    }

    @Override
    public void close() throws InterruptedException {
        oplog.ifPresent(OplogWatch::close);
        thread.shutdownNow();
        if (thread.awaitTermination(10, TimeUnit.SECONDS)) {
            Step last = gauge.step() == Step.COPIED ? Step.COPIED : Step.STOPPED;
            owner.leave(last.name().toLowerCase(Locale.ROOT));
        }
    }
}
