package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Phase;
import dev.changeover.phase.Steps;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.state.Phases;
import dev.changeover.state.State;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code changeover rollback}: one phase back. */
@Command(
        name = "rollback",
        mixinStandardHelpOptions = true,
        description = {
            "Moves the application one phase back: from postgres to pg-reads (MongoDB gets every write that PostgreSQL has",
            "taken, and is in charge again), from pg-reads to both, from both to mongo."
        },
        footer = {
            "",
            "Examples:",
            "  changeover rollback --dry-run            (what is in the way, and how long would writes wait?)",
            "  changeover rollback",
            "  changeover rollback --budget 2           (from postgres: undone if writes had to wait longer)",
            "  changeover rollback --hook 'fly secrets set DB_TARGET=$DB_TARGET'",
            "",
            "Exit codes: 0 moved, 1 with --dry-run: something is in the way, 2 a wrong option, 3 PostgreSQL cannot be reached, 4 refused, or undone."
        })
final class RollbackCommand implements Callable<Integer> {
    private final Output output;

    @Mixin
    private final Connections connections = new Connections();

    @Mixin
    private final StepOptions options = new StepOptions();

    @Option(names = "--dry-run", description = "Only tells what is in the way, and how long writes would wait.")
    private boolean dryRun;

    RollbackCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (Interruptible stop = new Interruptible(output);
                Pg pg = Pg.connect(connections.postgres(), PgSettings.FEW)) {
            State state = Status.begun(pg, "look at the phase in", "Begin one with: changeover run");
            Phase from = state.phases().now().phase();
            Phase to = from.before()
                    .orElseThrow(() -> new FailedException(new Failure.Refused(
                            "move the phase back", "it is " + from.words() + ", the first one", "Nothing is to do.")));
            Steps steps = options.steps(state, output, Undoings.of(connections, pg, state));
            if (dryRun) {
                return new DryRun(output, state, steps).of(to);
            }
            Phases.Now now = steps.move(to);
            output.out().println(PhaseReport.headline(now));
            return ExitCode.DONE.value;
        }
    }
}
