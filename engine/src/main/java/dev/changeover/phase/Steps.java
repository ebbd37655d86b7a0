package dev.changeover.phase;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Phase;
import dev.changeover.Station;
import dev.changeover.postgres.Pg;
import dev.changeover.state.Phases;
import dev.changeover.state.State;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Moves the phase by one step: guards, the row with its epoch, the hook, and the acknowledgement of every instance that is
 * there. What fails after the row was written is undone by a step back. A process that is killed leaves the step open, and
 * the next one completes it or goes back.
 */
public final class Steps {
    private final State state;
    private final Settings settings;
    private final Outside outside;
    private final Station.Listener stations;

    public Steps(State state, Settings settings, Outside outside, Station.Listener stations) {
        this.state = state;
        this.settings = settings;
        this.outside = outside;
        this.stations = stations;
    }

    /**
     * Who moves the phase; the hook; how long instances may take to acknowledge; and the guards that need not hold. Where
     * the database in charge changes: how long writes may wait, and whether MongoDB's writers were stopped by hand.
     */
    public record Settings(
            String who,
            Optional<Hook> hook,
            Duration patience,
            Set<String> forced,
            Duration budget,
            boolean unfenced) {}

    /** The person, and time. */
    public interface Outside {
        /** Takes a line, from any thread. */
        void tell(String line);

        /** Waits a moment before instances are looked at again. */
        void pause() throws InterruptedException;

        /** Undoes a cutover whose process is gone, if it is; nothing while it lives. */
        void undo() throws InterruptedException;
    }

    /** What lies ahead: the step, and what must hold before it. */
    public record Ahead(Phases.Now now, Phase to, List<Guard> guards) {
        /** Those that do not hold. */
        public List<Guard> missing() {
            return guards.stream().filter(guard -> !guard.holds()).toList();
        }
    }

    /** Only looks. */
    public Ahead look(Phase to) throws InterruptedException {
        Phases.Now now = state.phases().now();
        return new Ahead(now, to, new Guards(state).before(now, to));
    }

    /** Moves it, or says why not; returns what the phase is then. */
    public Phases.Now move(Phase to) throws InterruptedException {
        Pg.Session alone = state.phases().own();
        try (alone) {
            Optional<Phases.Step> open =
                    state.phases().steps(1).stream().filter(Phases.Step::isOpen).findFirst();
            if (open.isPresent() && open.get().to() != to) {
                goBack(open.get(), "it was left open, and " + to.words() + " is wanted now");
            } else if (open.isPresent()) {
                complete(open.get());
                return state.phases().now();
            }
            if (state.phases().now().phase() != to) {
                begin(look(to));
            }
            return state.phases().now();
        }
    }

    private void begin(Ahead ahead) throws InterruptedException {
        requireNeighbours(ahead);
        List<Guard> missing = ahead.missing();
        List<Guard> inTheWay = missing.stream()
                .filter(guard -> !settings.forced().contains(guard.name()))
                .toList();
        if (!inTheWay.isEmpty()) {
            throw new FailedException(new Failure.Refused(
                    during(ahead.to()),
                    inTheWay.stream().map(Guard::seen).collect(Collectors.joining("; ")),
                    inTheWay.stream().map(Guard::remedy).distinct().collect(Collectors.joining(" "))
                            + " Or override it: --force "
                            + inTheWay.stream().map(Guard::name).collect(Collectors.joining(","))));
        }
        List<String> overridden = missing.stream().map(Guard::name).toList();
        overridden.forEach(name -> outside.tell("overridden: " + name));
        if (changesCharge(ahead.now().phase(), ahead.to())) {
            new CutoverRequest(state, settings, outside).perform(ahead.to(), overridden);
        } else {
            long unused = state.phases().begin(ahead.now(), ahead.to(), settings.who(), overridden);
        }
        stations.reached(Station.PHASE_BEGUN);
        complete(state.phases().steps(1).getFirst());
    }

    /** How long writes would wait while the database in charge changes; empty where it does not. */
    public Optional<Duration> rehearse(Phase to) throws InterruptedException {
        if (!changesCharge(state.phases().now().phase(), to)) {
            return Optional.empty();
        }
        Pg.Session alone = state.phases().own();
        try (alone) {
            return Optional.of(
                    new CutoverRequest(state, settings, outside).rehearse(to, List.copyOf(settings.forced())));
        }
    }

    private static boolean changesCharge(Phase from, Phase to) {
        return from != to && (from == Phase.POSTGRES || to == Phase.POSTGRES);
    }

    private static void requireNeighbours(Ahead ahead) {
        Phase from = ahead.now().phase();
        Phase to = ahead.to();
        if (Math.abs(from.ordinal() - to.ordinal()) != 1) {
            String neighbour = (to.ordinal() > from.ordinal() ? from.next() : from.before())
                    .map(Phase::words)
                    .orElseThrow();
            throw new FailedException(new Failure.Refused(
                    during(to),
                    "it is " + from.words() + ", and it moves one step at a time",
                    "First: changeover phase " + neighbour));
        }
    }

    private static String during(Phase to) {
        return "move the phase to " + to.words();
    }

    /** From the row that is written to the end of the step, or back. */
    private void complete(Phases.Step step) throws InterruptedException {
        Optional<String> failed = tell(step);
        if (failed.isEmpty()) {
            failed = await(step);
        }
        if (failed.isPresent()) {
            goBack(step, failed.get());
            throw new FailedException(new Failure.Refused(
                    during(step.to()),
                    failed.get() + "; the phase is " + step.from().words() + " again",
                    "Mend it, and give the same command again."));
        }
        state.phases().end(step.epoch());
    }

    private Optional<String> tell(Phases.Step step) throws InterruptedException {
        if (settings.hook().isEmpty()) {
            return Optional.empty();
        }
        return settings.hook().get().run(step.to(), step.epoch(), line -> outside.tell("hook: " + line));
    }

    private Optional<String> await(Phases.Step step) throws InterruptedException {
        long end = System.nanoTime() + settings.patience().toNanos();
        List<String> shown = List.of();
        while (true) {
            List<String> behind = Guards.behind(state.phases().instances(), step.epoch());
            if (behind.isEmpty()) {
                return Optional.empty();
            }
            if (System.nanoTime() > end) {
                return Optional.of("not acknowledged within "
                        + settings.patience().toSeconds() + " s by " + String.join(", ", behind));
            }
            if (!behind.equals(shown)) {
                outside.tell("waits for " + String.join(", ", behind));
                shown = behind;
            }
            outside.pause();
        }
    }

    /** The phase before, told to all who were told of the other; that some do not answer keeps nobody from it. */
    private void goBack(Phases.Step open, String reason) throws InterruptedException {
        outside.tell("goes back to " + open.from().words() + ": " + reason);
        if (changesCharge(open.from(), open.to())) {
            new CutoverRequest(state, settings, outside).perform(open.from(), List.copyOf(settings.forced()));
            state.phases().giveUp(open, reason);
        } else {
            state.phases().undo(open, settings.who(), reason);
        }
        stations.reached(Station.PHASE_UNDONE);
        Phases.Step back = state.phases().steps(1).getFirst();
        tell(back)
                .ifPresent(failed -> outside.tell("on the way back " + failed + "; what it should have set: DB_TARGET="
                        + back.to().dbTarget()));
        state.phases().end(back.epoch());
    }
}
