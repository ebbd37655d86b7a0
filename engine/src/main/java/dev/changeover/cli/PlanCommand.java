package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Namespace;
import dev.changeover.doctor.SourceAdvice;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.Plan;
import dev.changeover.planfile.PlanFile;
import dev.changeover.planner.Planner;
import dev.changeover.postgres.Ddl;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.Survey;
import dev.changeover.source.Source;
import dev.changeover.state.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code changeover plan}: reads the source, writes the plan's file, and says what is in it. */
@Command(
        name = "plan",
        mixinStandardHelpOptions = true,
        description = {
            "Reads documents of every collection and writes changeover.yaml: what each becomes in PostgreSQL, and why.",
            "Edit the file and run this again: your edits and comments stay, what is new is added and told."
        },
        footer = {
            "",
            "Examples:",
            "  changeover plan --mongo mongodb://localhost/shop",
            "  changeover plan --from dump/",
            "  changeover plan --full --exclude '*_old' --exclude 'logs.*'",
            "  changeover plan --sql > tables.sql",
            "  changeover plan && changeover plan --apply       (columns for fields that came up while following)",
            "",
            "Exit codes: 0 done, 2 a wrong option or a mistake in the file, 3 a database cannot be reached,",
            "4 --apply is refused: the change is more than an addition, or its table cannot be changed."
        })
final class PlanCommand implements Callable<Integer> {
    private static final Duration QUIET_FOR = Duration.ofSeconds(2);
    private static final int WORKERS_MOST = 4;
    private static final int POSTGRES_NEWEST = 18;

    private final Output output;

    @Mixin
    private final Connections connections = new Connections();

    @Mixin
    private final From from = new From();

    @Mixin
    private final Connections.PlanFile planFile = new Connections.PlanFile();

    @Option(
            names = "--sample",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Documents read of each collection, chosen at random (default: ${DEFAULT-VALUE}).")
    private int sample;

    @Option(names = "--full", description = "Reads every document: slower, and nothing rare is overlooked.")
    private boolean full;

    @Option(
            names = "--include",
            paramLabel = "GLOB",
            description = "Only these collections: 'shop.*', 'order?'. May be given several times.")
    private List<String> include = List.of();

    @Option(
            names = "--exclude",
            paramLabel = "GLOB",
            description = "Not these collections. May be given several times.")
    private List<String> exclude = List.of();

    @Option(
            names = "--schema",
            paramLabel = "NAME",
            defaultValue = "public",
            description = "PostgreSQL's schema for tables that the plan does not have yet (default: ${DEFAULT-VALUE}).")
    private String schema = "public";

    @Option(names = "--fresh", description = "Starts over; the old file is kept as .bak.")
    private boolean fresh;

    @Option(
            names = "--sql",
            description = "Prints the statements that 'run' will execute. Of the file as it is, if there is one.")
    private boolean sql;

    @Option(
            names = "--apply",
            description =
                    "Gives what the file adds to the run that follows, which makes the columns and fills them while it"
                            + " follows; waits for that. Ctrl-C ends only the waiting.")
    private boolean apply;

    @Option(names = "--no-wait", description = "With --apply: does not wait.")
    private boolean noWait;

    @Option(names = "--json", description = "One JSON object for machines.")
    private boolean json;

    PlanCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (sample < 1) {
            throw wrong("--sample is " + sample, "Give 1 or more, or --full for all documents.");
        }
        Path path = planFile.file();
        if (apply) {
            return apply(path);
        }
        boolean there = Files.exists(path);
        if (sql && there && !fresh) {
            printSql(PlanFile.load(path).plan());
            return ExitCode.DONE.value;
        }
        Optional<PlanFile> before = there && !fresh ? Optional.of(PlanFile.load(path)) : Optional.empty();
        Read read = read(before);
        Planner.Planned planned = withMissed(read.planned());
        String text = before.map(file -> file.update(planned.plan())).orElseGet(() -> PlanFile.write(planned.plan()));
        boolean changed = !there || !Files.readString(path).equals(text);
        if (there && fresh) {
            keep(path);
        }
        if (changed) {
            write(path, text);
        }
        if (sql) {
            printSql(PlanFile.load(path).plan());
        } else if (json) {
            output.out().println(PlanReport.json(planned, read.advice(), path, changed));
        } else {
            new PlanReport(output).print(planned, read.advice(), path, changed);
        }
        return ExitCode.DONE.value;
    }

    private int apply(Path path) throws InterruptedException, IOException {
        if (fresh || full || sql) {
            throw wrong("--apply takes the file as it is", "Leave out --fresh, --full and --sql.");
        }
        if (!Files.exists(path)) {
            throw wrong("there is no " + path, "Make it with: changeover plan");
        }
        String text = Files.readString(path);
        try (Pg pg = Pg.connect(connections.postgres(), PgSettings.FEW)) {
            new ApplyPlan(output, json).apply(pg, text, !noWait);
        }
        return ExitCode.DONE.value;
    }

    /** The plan, and which source to take, where it is a MongoDB that could be asked. */
    private record Read(Planner.Planned planned, Optional<SourceAdvice> advice) {}

    private Read read(Optional<PlanFile> before) throws InterruptedException {
        NamespaceGlobs globs = new NamespaceGlobs(include, exclude);
        Set<Namespace> leftOut = before.map(PlanFile::leftOut).orElse(Set.of());
        int workers = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, WORKERS_MOST);
        Survey.Settings settings = new Survey.Settings(
                full ? 0 : sample, workers, namespace -> globs.match(namespace) && !leftOut.contains(namespace));
        try (Source source = from.source(connections, output)) {
            LiveLines lines = new LiveLines(output);
            long start = System.nanoTime();
            Survey.Found found = new Survey(source, settings).read(progress -> {
                if (!json && !sql && System.nanoTime() - start > QUIET_FOR.toNanos()) {
                    lines.draw(List.of(line(progress)));
                }
            });
            lines.draw(List.of());
            Planner.Planned planned = new Planner(Survey.references(source), schema)
                    .plan(found.sources(), found.notAsked(), before.map(PlanFile::draft));
            return new Read(planned, source instanceof Mongo mongo && !sql ? advice(mongo) : Optional.empty());
        }
    }

    /** A plan is made whether there is advice or not. */
    private Optional<SourceAdvice> advice(Mongo mongo) {
        try {
            return Optional.of(SourceAdvice.of(mongo.facts(), mongo.collections()));
        } catch (FailedException e) {
            output.err().println("changeover: not asked which source suits: " + e.getMessage());
            return Optional.empty();
        }
    }

    /** With what a run knows that follows by the plan before; where its target cannot be reached that is said, no more. */
    private Planner.Planned withMissed(Planner.Planned planned) throws InterruptedException {
        Optional<String> uri = connections.postgresIfGiven();
        if (uri.isEmpty()) {
            return planned;
        }
        List<String> lines = new ArrayList<>(planned.drift());
        try (Pg pg = Pg.connect(uri.get(), PgSettings.FEW)) {
            Optional<State> state = State.find(pg);
            if (state.isPresent()) {
                lines.addAll(MissedFields.of(planned.plan(), state.get().drift().fields()));
            }
        } catch (FailedException e) {
            output.err().println("changeover: not asked which new fields the run has met: " + e.getMessage());
        }
        return new Planner.Planned(planned.plan(), lines, planned.summaries());
    }

    private static String line(Survey.Progress progress) {
        return String.format(
                Locale.ROOT,
                "reading: %d of %d collections, %,d of about %,d documents",
                progress.collectionsDone(),
                progress.collections(),
                progress.documents(),
                Math.max(progress.documents(), progress.documentsExpected()));
    }

    private void printSql(Plan plan) throws InterruptedException {
        Optional<String> uri = connections.postgresIfGiven();
        int major = POSTGRES_NEWEST;
        if (uri.isPresent()) {
            try (Pg pg = Pg.connect(uri.get(), PgSettings.FEW)) {
                major = pg.facts().major();
            }
        }
        output.out().println("-- For PostgreSQL " + major + (uri.isPresent() ? "." : "; give --pg to ask your own."));
        output.out().print(Ddl.script(plan, major));
        output.out().flush();
    }

    /** The old file under a name of its own: no earlier one is overwritten. */
    private static void keep(Path path) throws IOException {
        Path kept = path.resolveSibling(path.getFileName() + ".bak");
        for (int n = 2; Files.exists(kept); n++) {
            kept = path.resolveSibling(path.getFileName() + ".bak" + n);
        }
        Files.copy(path, kept);
    }

    /** All of it or nothing: a reader never sees half a file. */
    private static void write(Path path, String text) {
        Path beside = path.resolveSibling(path.getFileName() + ".new");
        try {
            Files.writeString(beside, text);
            Files.move(beside, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new FailedException(
                    new Failure.WrongUse(
                            "write " + path, String.valueOf(e), "Name a file that can be written with --plan."),
                    e);
        }
    }

    private static FailedException wrong(String reason, String remedy) {
        return new FailedException(new Failure.WrongUse("plan", reason, remedy));
    }
}
