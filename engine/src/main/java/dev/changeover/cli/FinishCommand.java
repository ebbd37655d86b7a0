package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.finish.Farewell;
import dev.changeover.finish.Finding;
import dev.changeover.finish.Finish;
import dev.changeover.finish.FinishSettings;
import dev.changeover.finish.Proposal;
import dev.changeover.finish.Source;
import dev.changeover.finish.Step;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.PlanHandover;
import dev.changeover.state.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code changeover finish}: what the tables can promise of their rows, and making it so. */
@Command(
        name = "finish",
        mixinStandardHelpOptions = true,
        description = {
            "Proposes what the rows were shown to hold: indexes that are missing, NOT NULL and CHECKs of MongoDB's",
            "validators, foreign keys; --apply makes it, beside the run that follows. What is in the way is told, with",
            "documents. MongoDB keeps none of it: what a document breaks later is taken back by the run, and told here."
        },
        footer = {
            "",
            "Examples:",
            "  changeover finish                          (looks only)",
            "  changeover finish --sql --only orders",
            "  changeover finish --apply --foreign-keys",
            "  changeover finish --drop mongo_id --yes    (the last thing: there is no way back to MongoDB)",
            "",
            "Exit codes: 0 nothing is left to be done, 1 something is: ready without --apply, or blocked;",
            "2 a wrong option, 3 a database cannot be reached, 4 refused: it is too early, or another is at it."
        })
final class FinishCommand implements Callable<Integer> {
    private static final String DROP = "drop what only serves the migration";

    private final Output output;

    @Mixin
    private final Connections connections = new Connections();

    @Mixin
    private final Connections.PlanFile planFile = new Connections.PlanFile();

    @Option(names = "--apply", description = "Makes all that is ready, step by step. May be stopped, and goes on.")
    private boolean apply;

    @Option(
            names = "--only",
            paramLabel = "WHAT",
            description = "Only these: a kind (index, not-null, check, foreign-key, analyze), a table, a column or a"
                    + " constraint. May be given several times.")
    private List<String> only = List.of();

    @Option(names = "--foreign-keys", description = "Also foreign keys between collections, and indexes for them.")
    private boolean foreignKeys;

    @Option(
            names = "--all-not-null",
            description = "NOT NULL also for columns that hold no NULL although no validator requires them.")
    private boolean allNotNull;

    @Option(names = "--sql", description = "With the statements that are left to be run.")
    private boolean sql;

    @Option(names = "--json", description = "One JSON object for machines.")
    private boolean json;

    @Option(
            names = "--drop",
            paramLabel = "WHAT",
            description =
                    "mongo_id: this column of all tables; changeover: the schema of that name. Nobody may follow.")
    private @Nullable String drop;

    @Option(names = "--yes", description = "With --drop: really.")
    private boolean yes;

    FinishCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        try (Interruptible stop = new Interruptible(output);
                Pg pg = Pg.connect(connections.postgres(), PgSettings.FEW)) {
            State state = Status.begun(pg, "finish the tables of", "Begin one with: changeover run");
            Plan plan = new PlanHandover(pg, state).current(planFile.text());
            return drop == null ? finish(pg, state, plan) : drop(new Farewell(pg, state, plan), drop);
        }
    }

    private int finish(Pg pg, State state, Plan plan) throws InterruptedException {
        Finish finish =
                new Finish(pg, state, source(plan), new FinishSettings(foreignKeys, allNotNull), Station.Listener.NONE);
        Proposal proposal;
        if (apply) {
            try (Pg.Session alone = state.promises().own()) {
                proposal = apply(finish);
            }
        } else {
            proposal = look(finish);
            if (!json) {
                new FinishReport(output, sql).print(proposal);
            }
        }
        if (json) {
            output.out().println(FinishReport.json(proposal, apply));
        }
        boolean left = proposal.findings().stream()
                .anyMatch(finding -> finding.state().isLeft() && !(finding.step() instanceof Step.Analyze));
        return left ? ExitCode.DIFFERENCES.value : ExitCode.DONE.value;
    }

    private Source source(Plan plan) {
        Optional<String> uri = connections.mongoIfGiven();
        if (uri.isEmpty()) {
            output.err().println("changeover: without --mongo nobody is asked for validators: no CHECKs are proposed");
            return new Source(plan, Map.of());
        }
        try (Mongo mongo = Mongo.connect(uri.get())) {
            return Source.of(plan, mongo);
        }
    }

    private Proposal look(Finish finish) throws InterruptedException {
        LiveLines lines = new LiveLines(output);
        Proposal all = finish.look(table -> {
            if (!json && output.terminal()) {
                lines.draw(List.of("looks at " + table));
            }
        });
        lines.draw(List.of());
        List<Finding> meant = all.findings().stream()
                .filter(finding -> isMeant(finding.step()))
                .toList();
        return new Proposal(meant, all.remarks(), all.warnings());
    }

    private boolean isMeant(Step step) {
        return only.isEmpty() || only.stream().anyMatch(step::isMeant);
    }

    private Proposal apply(Finish finish) throws InterruptedException {
        Proposal proposal = look(finish);
        FinishReport report = new FinishReport(output, sql);
        List<Finding> after = new ArrayList<>();
        if (!json) {
            proposal.warnings().forEach(line -> output.out().println(line));
        }
        LiveLines lines = new LiveLines(output);
        for (Finding finding : proposal.findings()) {
            boolean ready = finding.state() == Finding.State.READY;
            if (ready && !json && output.terminal()) {
                lines.draw(List.of("at it: " + finding.step().shown()));
            }
            Finding made = ready ? finish.apply(finding) : finding;
            lines.draw(List.of());
            after.add(made);
            if (!json && (ready || finding.state() != Finding.State.DONE)) {
                report.print(made);
            }
        }
        return new Proposal(after, proposal.remarks(), proposal.warnings());
    }

    private int drop(Farewell farewell, String what) throws InterruptedException {
        boolean mongoId = what.equals("mongo_id");
        if (!mongoId && !what.equals("changeover")) {
            throw new FailedException(
                    new Failure.WrongUse(DROP, "--drop " + what, "Give --drop mongo_id, or --drop changeover."));
        }
        List<String> statements = mongoId ? farewell.mongoIdSql() : List.of("DROP SCHEMA changeover");
        statements.forEach(statement -> output.out().println(statement + ";"));
        output.out().flush();
        if (!yes) {
            throw new FailedException(new Failure.Refused(
                    DROP,
                    "there is no way back from it",
                    "Add --yes to do it. After that Changeover knows of no row which document it is"
                            + (mongoId ? "." : ", and nothing of the migration.")));
        }
        if (mongoId) {
            farewell.mongoId(RunCommand.who());
        } else {
            farewell.schema(RunCommand.who());
        }
        output.out().println("Done.");
        return ExitCode.DONE.value;
    }
}
