package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Phase;
import dev.changeover.phase.Steps;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.state.Phases;
import dev.changeover.state.State;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code changeover phase}: shows where the application reads and writes, and moves it. */
@Command(
        name = "phase",
        mixinStandardHelpOptions = true,
        description = {
            "Shows the phase of the application, its instances, and what is in the way of the next phase; with a phase,",
            "moves it there: mongo, both (MongoDB is in charge, DB_TARGET=both), pg-reads (the same, reads go to",
            "PostgreSQL) or postgres (changeover cutover). One step at a time; what fails on the way is undone.",
            "The way back: changeover rollback."
        },
        footer = {
            "",
            "Examples:",
            "  changeover phase                         (only looks)",
            "  changeover phase both --dry-run",
            "  changeover phase both --hook 'kubectl set env deployment/app DB_TARGET=$DB_TARGET'",
            "  changeover phase pg-reads --force lag    (although PostgreSQL is far behind)",
            "",
            "Exit codes: 0 shown, or moved; 1 with --dry-run: something is in the way; 2 a wrong option,",
            "3 PostgreSQL cannot be reached, 4 refused, or undone."
        })
final class PhaseCommand implements Callable<Integer> {
    private final Output output;

    @Mixin
    private final Connections connections = new Connections();

    @Mixin
    private final StepOptions options = new StepOptions();

    @Parameters(arity = "0..1", paramLabel = "PHASE", description = "mongo, both, pg-reads or postgres.")
    private @Nullable String wanted;

    @Option(names = "--dry-run", description = "Only tells what is in the way.")
    private boolean dryRun;

    @Option(names = "--json", description = "One JSON object for machines.")
    private boolean json;

    PhaseCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws InterruptedException {
        Optional<Phase> to = Optional.ofNullable(wanted).map(PhaseCommand::phase);
        try (Interruptible stop = new Interruptible(output);
                Pg pg = Pg.connect(connections.postgres(), PgSettings.FEW)) {
            State state = Status.begun(pg, "look at the phase in", "Begin one with: changeover run");
            Steps steps = options.steps(state, output, Undoings.of(connections, pg, state));
            if (to.isPresent() && !dryRun) {
                Phases.Now unused = steps.move(to.get());
            }
            Optional<Steps.Ahead> ahead = ahead(state, steps, dryRun ? to : Optional.empty());
            PhaseReport report = new PhaseReport(state, ahead);
            output.out().println(json ? report.json() : String.join(System.lineSeparator(), report.lines(output)));
            boolean blocked =
                    dryRun && ahead.isPresent() && !ahead.get().missing().isEmpty();
            return blocked ? ExitCode.DIFFERENCES.value : ExitCode.DONE.value;
        }
    }

    /** Where it is to go, or the phase that would be next. */
    private static Optional<Steps.Ahead> ahead(State state, Steps steps, Optional<Phase> to)
            throws InterruptedException {
        Phase now = state.phases().now().phase();
        Optional<Phase> next = to.or(now::next);
        return next.isPresent() ? Optional.of(steps.look(next.get())) : Optional.empty();
    }

    private static Phase phase(String words) {
        return Phase.of(words)
                .orElseThrow(() -> new FailedException(new Failure.WrongUse(
                        "move the phase",
                        "there is no phase '" + words + "'",
                        "Give mongo, both, pg-reads or postgres.")));
    }
}
