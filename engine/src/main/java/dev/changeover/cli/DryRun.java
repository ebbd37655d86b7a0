package dev.changeover.cli;

import dev.changeover.Phase;
import dev.changeover.phase.Steps;
import dev.changeover.state.State;
import java.time.Duration;
import java.util.Optional;

/** Tells what is in the way of a step, and how long writes would wait, and moves nothing. */
record DryRun(Output output, State state, Steps steps) {
    /** Returns the exit code: whether something is in the way. */
    int of(Phase to) throws InterruptedException {
        Steps.Ahead ahead = steps.look(to);
        PhaseReport report = new PhaseReport(state, Optional.of(ahead));
        output.out().println(String.join(System.lineSeparator(), report.lines(output)));
        if (!ahead.missing().isEmpty()) {
            return ExitCode.DIFFERENCES.value;
        }
        Optional<Duration> pause = steps.rehearse(to);
        String also = to == Phase.POSTGRES ? "the fence" : "writes under way to end";
        pause.ifPresent(wait ->
                output.out().println("writes would have waited for " + wait.toMillis() + " ms, and for " + also));
        return ExitCode.DONE.value;
    }
}
