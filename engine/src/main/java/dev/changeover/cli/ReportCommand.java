package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.finish.Source;
import dev.changeover.mongo.Mongo;
import dev.changeover.mongo.UpdatedFields;
import dev.changeover.page.ReportPage;
import dev.changeover.phase.Steps;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.report.Report;
import dev.changeover.report.Reporter;
import dev.changeover.run.PlanHandover;
import dev.changeover.state.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code changeover report}: what a team reads before the next phase. */
@Command(
        name = "report",
        mixinStandardHelpOptions = true,
        description = {
            "Writes one HTML file that tells whether the next phase may come and what stands in the way: what was verified and",
            "what differs, what lies in mongo_extra and why, indexes, required fields and references, and advice with figures.",
            "It holds values of your documents."
        },
        footer = {
            "",
            "Examples:",
            "  changeover verify; changeover report",
            "  changeover report /srv/www/migration.html",
            "  changeover report --json | jq .ready",
            "",
            "Exit codes: 0 ready for the next phase, 1 something stands in the way (the file is written all the same),",
            "2 a wrong option, 3 a database cannot be reached, 4 refused: the copy is not complete."
        })
final class ReportCommand implements Callable<Integer> {
    /** How long it may take to look which fields are updated. */
    private static final Duration LOOKING = Duration.ofSeconds(5);

    private final Output output;

    @Mixin
    private final Connections connections = new Connections();

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "Where it is written (default: changeover-report.html).")
    private @Nullable Path wanted;

    @Option(names = "--json", description = "One JSON object for machines, and no file.")
    private boolean json;

    ReportCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (json && wanted != null) {
            throw new FailedException(new Failure.WrongUse(
                    "report", "--json writes no file", "Leave " + wanted + " out, or redirect the output."));
        }
        try (Interruptible stop = new Interruptible(output);
                Pg pg = Pg.connect(connections.postgres(), PgSettings.FEW)) {
            State state = Status.begun(pg, "report on", "Begin one with: changeover run");
            Plan plan = new PlanHandover(pg, state).current(Optional.empty());
            Steps steps = new StepOptions().steps(state, output, () -> {});
            Report report = read(pg, state, plan, steps);
            if (json) {
                output.out().println(ReportJson.of(report));
                return exit(report);
            }
            Path file = wanted == null ? Path.of("changeover-report.html") : wanted;
            Files.writeString(file, ReportPage.of(report));
            output.out().println(file + ": " + verdict(report));
            return exit(report);
        }
    }

    private static int exit(Report report) {
        return report.missing().isEmpty() ? ExitCode.DONE.value : ExitCode.DIFFERENCES.value;
    }

    private static String verdict(Report report) {
        if (report.missing().isEmpty()) {
            return report.next()
                    .map(next -> "ready for the next phase, " + next.words())
                    .orElse("nothing is left");
        }
        return "in the way of the next phase: "
                + String.join(
                        "; ",
                        report.missing().stream().map(guard -> guard.seen()).toList());
    }

    /** MongoDB, if it is given, is asked for its validators, and for what is updated there. */
    private Report read(Pg pg, State state, Plan plan, Steps steps) throws InterruptedException {
        Optional<String> uri = connections.mongoIfGiven();
        if (uri.isEmpty()) {
            return new Reporter(pg, state, new Source(plan, Map.of()), List.of()).read(steps, Instant.now());
        }
        try (Mongo mongo = Mongo.connect(uri.get())) {
            List<UpdatedFields> updates = mongo.updatedFields(LOOKING).orElse(List.of());
            return new Reporter(pg, state, Source.of(plan, mongo), updates).read(steps, Instant.now());
        }
    }
}
