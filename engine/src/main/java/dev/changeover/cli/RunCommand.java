package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.copy.CopySettings;
import dev.changeover.dump.Dump;
import dev.changeover.mongo.Mongo;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.FileRun;
import dev.changeover.run.Progress;
import dev.changeover.run.Resync;
import dev.changeover.run.Run;
import dev.changeover.run.RunSettings;
import dev.changeover.run.Summary;
import dev.changeover.run.Until;
import dev.changeover.verify.VerifyLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code changeover run}: wires both ends to a run, shows it, and ends with its summary. */
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        description = {
            "Makes the plan's tables, copies every collection, builds indexes, and then follows all changes.",
            "PostgreSQL is then what MongoDB was at one instant, again and again, until Ctrl-C or SIGTERM.",
            "Stopped or killed at any point, the same command goes on where it was."
        },
        footer = {
            "",
            "Examples:",
            "  changeover run",
            "  changeover run --until caught-up && echo PostgreSQL has all that was written before this began",
            "  changeover run --from dump/                 (files of mongodump: copies them and ends)",
            "  changeover run --metrics-port 9464          (curl http://127.0.0.1:9464/metrics)",
            "  changeover run --http                       (the phase for applications: curl http://127.0.0.1:8465/v1/phase)",
            "  changeover run --until copied --max-mb-per-second 20     (change it meanwhile: changeover limit)",
            "",
            "Exit codes: 0 reached, 1 reached but for indexes that the data do not allow, 2 wrong use,",
            "3 a database cannot be reached, 4 refused for safety, 70 a bug: the ledger does not balance."
        })
final class RunCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** A run that has no end is to outlive a night's outage of either side; it says what it waits for. */
    private static final Duration PATIENCE_WITHOUT_END = Duration.ofHours(12);

    private final Output output;

    @Mixin
    private final Connections connections = new Connections();

    @Mixin
    private final From from = new From();

    @Mixin
    private final Connections.PlanFile planFile = new Connections.PlanFile();

    @Mixin
    private final Limits limits = new Limits();

    @Option(
            names = "--until",
            paramLabel = "STEP",
            description = "Where to end: copied, or caught-up (a cut at or after now). Without it: nowhere.")
    private @Nullable String until;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Chunks copied at once (default: from cores, memory and free connections).")
    private @Nullable Integer workers;

    @Option(names = "--chunk-mb", paramLabel = "N", description = "Planned size of a chunk (default: 64).")
    private @Nullable Double chunkMegabytes;

    @Option(
            names = "--use-existing-tables",
            description = "Fill tables that Changeover did not make, if they are empty and have the plan's columns.")
    private boolean useExistingTables;

    @Option(
            names = "--start-over",
            description = "Drop the tables that Changeover made, forget the run, and begin again.")
    private boolean startOver;

    @Option(
            names = "--resync",
            description =
                    "After changes were lost: compare all rows, and write those anew that differ; tables keep their rows.")
    private boolean resync;

    @Mixin
    private final Serving serving = new Serving();

    @Option(names = "--json", description = "Progress and summary as JSON, one object a line.")
    private boolean json;

    RunCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws InterruptedException {
        if (resync && startOver) {
            throw wrong("--resync and --start-over are two ways", "--resync keeps the rows that are there.");
        }
        Until end = until();
        String plan = readPlan();
        if (from.given()) {
            if (resync) {
                throw wrong("--resync does not go with --from", "Files lose no changes: leave it out.");
            }
            return fromFiles(end, plan);
        }
        try (Mongo source = Mongo.connect(connections.mongo())) {
            CopySettings copy = copySettings(source.cores());
            PgSettings pool =
                    new PgSettings(copy.workers() + 4, end == Until.STOPPED ? PATIENCE_WITHOUT_END : PATIENCE);
            try (Pg target = Pg.connect(connections.postgres(), pool)) {
                if (resync) {
                    Resync.begin(source, target, VerifyLimits.USUAL, who());
                }
                RunSettings settings = new RunSettings(copy, useExistingTables, startOver, limits.wanted(), who());
                Run run = new Run(source, target, settings, Station.Listener.NONE);
                return shown(run::progress, () -> run.until(end, SourceName.of(connections.mongo()), plan));
            }
        }
    }

    private int fromFiles(Until end, String plan) throws InterruptedException {
        if (end == Until.CAUGHT_UP) {
            throw wrong("--until is caught-up", "A run from files ends when it has copied them: leave it out.");
        }
        try (Dump source = from.dump(output).orElseThrow()) {
            CopySettings copy = copySettings(OptionalInt.empty());
            PgSettings pool = new PgSettings(copy.workers() + 4, PATIENCE);
            try (Pg target = Pg.connect(connections.postgres(), pool)) {
                RunSettings settings = new RunSettings(copy, useExistingTables, startOver, limits.wanted(), who());
                FileRun run = new FileRun(source, target, settings, Station.Listener.NONE);
                return shown(run::progress, () -> run.run(plan));
            }
        }
    }

    /** A run up to its end. */
    private interface Work {
        Summary run() throws InterruptedException;
    }

    private int shown(Supplier<Progress> progress, Work work) throws InterruptedException {
        try (Interruptible signals = new Interruptible(output);
                Serving.Served served = serving.serve(connections, progress);
                RunDisplay display = RunDisplay.start(progress, output, json)) {
            Summary summary = work.run();
            display.end(summary);
            return (summary.notBuilt().isEmpty() ? ExitCode.DONE : ExitCode.DIFFERENCES).value;
        }
    }

    private Until until() {
        return switch (until) {
            case null -> Until.STOPPED;
            case "copied" -> Until.COPIED;
            case "caught-up" -> Until.CAUGHT_UP;
            case String other -> throw wrong("--until is " + other, "Give --until copied or --until caught-up.");
        };
    }

    private String readPlan() {
        try {
            return Files.readString(planFile.file());
        } catch (NoSuchFileException e) {
            throw wrong("there is no " + planFile.file(), "Make it with: changeover plan");
        } catch (IOException e) {
            throw wrong("cannot read " + planFile.file() + ": " + e.getMessage(), "Give another file with --plan.");
        }
    }

    private CopySettings copySettings(OptionalInt sourceCores) throws InterruptedException {
        int free;
        try (Pg target = Pg.connect(connections.postgres(), PgSettings.FEW)) {
            free = target.facts().connectionsFree();
        }
        Runtime machine = Runtime.getRuntime();
        CopySettings fitting =
                CopySettings.fitting(machine.availableProcessors(), sourceCores, machine.maxMemory(), free);
        try {
            return new CopySettings(
                    workers == null ? fitting.workers() : workers,
                    chunkMegabytes == null ? fitting.chunkBytes() : (long) (chunkMegabytes * 1e6),
                    fitting.chunkBudget(),
                    fitting.heapBytes());
        } catch (IllegalArgumentException e) {
            throw wrong(String.valueOf(e.getMessage()), "Change --workers or --chunk-mb.");
        }
    }

    private static FailedException wrong(String reason, String remedy) {
        return new FailedException(new Failure.WrongUse("begin to run", reason, remedy));
    }

    static String who() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            host = "a machine without a name";
        }
        return System.getProperty("user.name") + "@" + host + ", process "
                + ProcessHandle.current().pid();
    }
}
