package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.dump.Dump;
import dev.changeover.finish.Finish;
import dev.changeover.finish.FinishSettings;
import dev.changeover.finish.Source;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.PlanHandover;
import dev.changeover.state.State;
import dev.changeover.state.Verifications;
import dev.changeover.verify.Counting;
import dev.changeover.verify.FileVerification;
import dev.changeover.verify.Repair;
import dev.changeover.verify.Sides;
import dev.changeover.verify.Verification;
import dev.changeover.verify.VerifyLimits;
import dev.changeover.verify.VerifySettings;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code changeover verify}: proves that every row is its document, while both are written to. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Compares every document with its rows, column by column, each part of a collection as of one cut, while the",
            "application writes and changeover run follows. What differs is told with both values. May be stopped: the",
            "same command goes on."
        },
        footer = {
            "",
            "Examples:",
            "  changeover verify",
            "  changeover verify --include 'shop.orders' --fresh",
            "  changeover verify --sample 1000            (of each collection, at random; seconds)",
            "  changeover verify --counts --json",
            "  changeover verify --nulls                  (required fields only)",
            "  changeover verify --from dump/             (against the files that were copied)",
            "  changeover verify --repair",
            "",
            "Exit codes: 0 nothing differs, 1 something differs or is undecided, 2 a wrong option,",
            "3 a database cannot be reached, 4 refused: there is no cut, or it is too old to be read."
        })
final class VerifyCommand implements Callable<Integer> {
    private static final String REPAIR = "changeover verify --repair";

    private final Output output;

    @Mixin
    private final Connections connections = new Connections();

    @Mixin
    private final From from = new From();

    @Option(
            names = "--include",
            paramLabel = "GLOB",
            description = "Only these collections; may be given several times.")
    private List<String> include = List.of();

    @Option(names = "--exclude", paramLabel = "GLOB", description = "Without these; may be given several times.")
    private List<String> exclude = List.of();

    @Option(
            names = "--sample",
            paramLabel = "N",
            description = "Only N documents of each collection, chosen at random.")
    private @Nullable Integer sample;

    @Option(names = "--counts", description = "Only how many documents and rows there are.")
    private boolean counts;

    @Option(
            names = "--nulls",
            description = "Only whether columns hold NULL whose fields validators require; their tables are read once.")
    private boolean nulls;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description =
                    "How many parts are compared at once (default: two for each core of this machine, at most 8).")
    private @Nullable Integer workers;

    @Option(names = "--fresh", description = "Begins anew, where an earlier one was stopped.")
    private boolean fresh;

    @Option(
            names = "--repair",
            description = "Has what differs written anew by the run that follows, and compares again what differed.")
    private boolean repair;

    @Option(names = "--json", description = "One JSON object for machines.")
    private boolean json;

    VerifyCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws InterruptedException {
        int threads = workers == null ? Math.clamp(2L * Runtime.getRuntime().availableProcessors(), 1, 8) : workers;
        requireSense(threads);
        PgSettings connectionsOfAll = new PgSettings(threads + 2, Duration.ofMinutes(3));
        if (from.given()) {
            return files(threads, connectionsOfAll);
        }
        try (Interruptible stop = new Interruptible(output);
                Pg pg = Pg.connect(connections.postgres(), connectionsOfAll);
                Mongo mongo = Mongo.connect(connections.mongo())) {
            State state = Status.begun(pg, "verify the rows of", "Begin one with: changeover run");
            Plan plan = new PlanHandover(pg, state).current(Optional.empty());
            VerifySettings settings = settings(threads);
            Sides sides = new Sides(mongo, pg, state);
            if (nulls) {
                return nulls(sides, new Plan(settings.of(plan), List.of()));
            }
            return counts ? count(new Counting(sides, plan, settings)) : compare(sides, plan, settings);
        }
    }

    private void requireSense(int threads) {
        if (threads < 1 || sample != null && sample < 1) {
            throw wrong("--workers and --sample take numbers from 1 on", "Look at --help.");
        }
        if (counts && nulls || (counts || nulls) && (sample != null || repair || fresh)) {
            throw wrong(
                    (counts ? "--counts" : "--nulls")
                            + " goes with none of --sample, --repair and --fresh: it does not compare documents with rows",
                    "Leave it out to do that. --counts and --nulls are two ways, too.");
        }
        if (fresh && sample != null) {
            throw wrong("a --sample always begins anew", "Leave --fresh out.");
        }
    }

    private static FailedException wrong(String reason, String remedy) {
        return new FailedException(new Failure.WrongUse("verify", reason, remedy));
    }

    private VerifySettings settings(int threads) {
        NamespaceGlobs globs = new NamespaceGlobs(include, exclude);
        return new VerifySettings(
                globs::match,
                sample == null ? OptionalInt.empty() : OptionalInt.of(sample),
                threads,
                fresh,
                RunCommand.who(),
                VerifyLimits.USUAL);
    }

    /** Against the files that the rows were copied from. */
    private int files(int threads, PgSettings all) throws InterruptedException {
        if (repair || counts || nulls) {
            throw wrong(
                    "--repair, --counts and --nulls do not go with --from",
                    "Give --mongo to put rows right while changeover run follows; else: changeover run --start-over");
        }
        try (Interruptible stop = new Interruptible(output);
                Pg pg = Pg.connect(connections.postgres(), all);
                Dump dump = from.dump(output).orElseThrow()) {
            if (dump.comesOnce()) {
                throw wrong("standard input cannot be read again", "Write the archive to a file, and give that.");
            }
            State state = Status.begun(pg, "verify the rows of", "Begin one with: changeover run --from");
            Plan plan = new PlanHandover(pg, state).current(Optional.empty());
            FileVerification work = new FileVerification(dump, pg, state, plan, settings(threads));
            Verifications.Verification ended = shown(work::run);
            VerifyReport report = new VerifyReport(state, ended, "changeover run --from ... --start-over");
            output.out().println(json ? report.json() : String.join(System.lineSeparator(), report.lines(output)));
            return (report.isClean() ? ExitCode.DONE : ExitCode.DIFFERENCES).value;
        }
    }

    private int compare(Sides sides, Plan plan, VerifySettings settings) throws InterruptedException {
        VerifyReport report = new VerifyReport(sides.state(), verified(sides, plan, settings), REPAIR);
        if (repair && !report.isClean()) {
            if (!json) {
                output.out().println(String.join(System.lineSeparator(), report.lines(output)));
            }
            report = repaired(sides, plan, settings, report);
        }
        output.out().println(json ? report.json() : String.join(System.lineSeparator(), report.lines(output)));
        return report.isClean() ? ExitCode.DONE.value : ExitCode.DIFFERENCES.value;
    }

    private Verifications.Verification verified(Sides sides, Plan plan, VerifySettings settings)
            throws InterruptedException {
        Verification work = new Verification(sides, plan, settings, Station.Listener.NONE);
        return shown(work::run);
    }

    /** What tells how far it is. */
    private interface Work<T> {
        T run(VerifyProgress progress) throws InterruptedException;
    }

    private <T> T shown(Work<T> work) throws InterruptedException {
        VerifyProgress progress = new VerifyProgress(output, json);
        try {
            return work.run(progress);
        } finally {
            progress.end();
        }
    }

    private VerifyReport repaired(Sides sides, Plan plan, VerifySettings settings, VerifyReport before)
            throws InterruptedException {
        Repair work = new Repair(sides);
        int rows = work.ask(before.id());
        output.err()
                .println("changeover: " + Figures.count(rows) + " rows are to be written anew by the run that follows");
        if (!work.await()) {
            throw new FailedException(new Failure.Refused(
                    "repair",
                    "nobody follows; what is to be put right is noted",
                    "The next changeover run does it. Then compare again: changeover verify"));
        }
        VerifySettings again = new VerifySettings(
                name -> settings.meant().test(name) && before.differing().contains(name),
                OptionalInt.empty(),
                settings.workers(),
                true,
                settings.who(),
                settings.limits());
        return new VerifyReport(sides.state(), verified(sides, plan, again), REPAIR);
    }

    private int nulls(Sides sides, Plan meant) throws InterruptedException {
        FinishSettings settings = new FinishSettings(false, false);
        Source source = Source.of(meant, sides.mongo());
        NullsReport report = new NullsReport(
                new Finish(sides.pg(), sides.state(), source, settings, Station.Listener.NONE).required());
        output.out().println(json ? report.json() : String.join(System.lineSeparator(), report.lines(output)));
        return report.isClean() ? ExitCode.DONE.value : ExitCode.DIFFERENCES.value;
    }

    private int count(Counting counting) throws InterruptedException {

        List<Counting.Count> all = shown(counting::run);
        output.out()
                .println(
                        json
                                ? VerifyReport.countsJson(all)
                                : String.join(System.lineSeparator(), VerifyReport.countLines(output, all)));
        return all.stream().allMatch(Counting.Count::same) ? ExitCode.DONE.value : ExitCode.DIFFERENCES.value;
    }
}
