package dev.changeover.cli;

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

/** {@code changeover cutover}: PostgreSQL takes charge, and MongoDB follows it from then on. */
@Command(
        name = "cutover",
        mixinStandardHelpOptions = true,
        description = {
            "Puts PostgreSQL in charge, from phase pg-reads: MongoDB is fenced, PostgreSQL gets what is left, one document is",
            "sent there and back, and the phase moves; writes wait meanwhile. What fails, or takes longer than the budget, is",
            "undone. From then on MongoDB follows PostgreSQL, and changeover rollback is the way back.",
            "Done by the changeover run that follows, which this command asks and watches."
        },
        footer = {
            "",
            "Examples:",
            "  changeover cutover --dry-run             (all but the fence and the change: how long would writes wait?)",
            "  changeover cutover",
            "  changeover cutover --budget 2 --hook 'kubectl set env deployment/app DB_TARGET=$DB_TARGET'",
            "",
            "Exit codes: 0 PostgreSQL is in charge; 1 with --dry-run: something is in the way; 2 a wrong option,",
            "3 PostgreSQL cannot be reached, 4 refused, or undone."
        })
final class CutoverCommand implements Callable<Integer> {
    private final Output output;

    @Mixin
    private final Connections connections = new Connections();

    @Mixin
    private final StepOptions options = new StepOptions();

    @Option(names = "--dry-run", description = "Only tells what is in the way, and how long writes would wait.")
    private boolean dryRun;

    CutoverCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws InterruptedException {
        try (Interruptible stop = new Interruptible(output);
                Pg pg = Pg.connect(connections.postgres(), PgSettings.FEW)) {
            State state = Status.begun(pg, "look at the phase in", "Begin one with: changeover run");
            Steps steps = options.steps(state, output, Undoings.of(connections, pg, state));
            if (dryRun) {
                return new DryRun(output, state, steps).of(Phase.POSTGRES);
            }
            Phases.Now now = steps.move(Phase.POSTGRES);
            output.out().println(PhaseReport.headline(now));
            return ExitCode.DONE.value;
        }
    }
}
