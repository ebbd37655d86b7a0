package dev.changeover.cli;

import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.state.State;
import dev.changeover.state.Watch;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code changeover limit}: slows a run down or sets it free, while it runs. */
@Command(
        name = "limit",
        mixinStandardHelpOptions = true,
        description = {
            "Sets how fast a run may read the source; one that runs takes it over within a second or two.",
            "A limit that is not given is lifted."
        },
        footer = {
            "",
            "Examples:",
            "  changeover limit --max-docs-per-second 5000",
            "  changeover limit --max-mb-per-second 20",
            "  changeover limit                             (lifts both)"
        })
final class LimitCommand implements Callable<Integer> {
    private final Output output;

    @Mixin
    private final Connections connections = new Connections();

    @Mixin
    private final Limits limits = new Limits();

    LimitCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws InterruptedException {
        Watch.Limits wanted = limits.wanted().orElse(Watch.Limits.NONE);
        try (Pg pg = Pg.connect(connections.postgres(), PgSettings.FEW)) {
            State.open(pg).watch().limit(wanted);
        }
        output.out().println(wanted.equals(Watch.Limits.NONE) ? "no limit" : "limited to" + RunView.limits(wanted));
        return ExitCode.DONE.value;
    }
}
