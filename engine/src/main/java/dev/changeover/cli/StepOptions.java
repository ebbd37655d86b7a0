package dev.changeover.cli;

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

    /** What is told on the way goes to the error stream. */
    Steps steps(State state, Output output) {
        return new Steps(
                state,
                new Steps.Settings(
                        RunCommand.who(),
                        Optional.ofNullable(hook).map(of -> new Hook(of, Duration.ofSeconds(hookTimeout))),
                        Duration.ofSeconds(wait),
                        new LinkedHashSet<>(force)),
                new Terminal(output),
                Station.Listener.NONE);
    }

    private record Terminal(Output output) implements Steps.Outside {
        private static final Duration LOOK = Duration.ofMillis(100);

        @Override
        public void tell(String line) {
            output.err().println("changeover: " + line);
        }

        @Override
        public void pause() throws InterruptedException {
            Thread.sleep(LOOK);
        }
    }
}
