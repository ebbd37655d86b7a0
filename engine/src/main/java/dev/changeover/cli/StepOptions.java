package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.phase.Hook;
import dev.changeover.phase.Steps;
import dev.changeover.state.State;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the commands that move the phase. */
final class StepOptions {
    @Option(
            names = "--hook",
            paramLabel = "COMMAND",
            description =
                    "Run by sh when the phase has moved, and again if it goes back, with DB_TARGET, CHANGEOVER_PHASE"
                            + " and CHANGEOVER_EPOCH set. If it fails, the phase goes back.")
    private @Nullable String hook;

    @Option(
            names = "--hook-timeout",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "How long the hook may take (default: ${DEFAULT-VALUE}).")
    private long hookTimeout = 300;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long the instances may take to acknowledge; then the phase goes back (default:"
                    + " ${DEFAULT-VALUE}).")
    private long wait = 30;

    @Option(
            names = "--force",
            paramLabel = "GUARD",
            split = ",",
            description = "Moves although these guards do not hold; their names are in the refusal, and are kept with"
                    + " the step.")
    private List<String> force = List.of();

    @Option(
            names = "--budget",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "How long writes may wait while the database in charge changes; then it is undone (default:"
                    + " ${DEFAULT-VALUE}).")
    private double budget = 5;

    @Option(
            names = "--unfenced",
            description = "MongoDB cannot be fenced, and you have stopped all its writers yourself: what they still"
                    + " write would be lost.")
    private boolean unfenced;

    /** What is told on the way goes to the error stream. */
    Steps steps(State state, Output output, Undoing undoing) {
        return new Steps(
                state,
                new Steps.Settings(
                        RunCommand.who(),
                        Optional.ofNullable(hook).map(of -> new Hook(of, Duration.ofSeconds(hookTimeout))),
                        Duration.ofSeconds(wait),
                        new LinkedHashSet<>(force),
                        budget(),
                        unfenced),
                new Terminal(output, undoing),
                Station.Listener.NONE);
    }

    private Duration budget() {
        if (!(budget > 0 && budget <= 600)) {
            throw new FailedException(new Failure.WrongUse(
                    "move the phase", "a budget of " + budget + " seconds", "Give --budget between 0 and 600."));
        }
        return Duration.ofMillis(Math.max(1, Math.round(budget * 1000)));
    }

    /** Undoes what a process that is gone has left of a cutover. */
    interface Undoing {
        void undo() throws InterruptedException;
    }

    private record Terminal(Output output, Undoing undoing) implements Steps.Outside {
        private static final Duration LOOK = Duration.ofMillis(100);

        @Override
        public void tell(String line) {
            output.err().println("changeover: " + line);
        }

        @Override
        public void pause() throws InterruptedException {
            Thread.sleep(LOOK);
        }

        @Override
        public void undo() throws InterruptedException {
            undoing.undo();
        }
    }
}
