package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Namespace;
import dev.changeover.dump.Dump;
import dev.changeover.finish.Check;
import dev.changeover.finish.Retirement;
import dev.changeover.mongo.Mongo;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.PlanHandover;
import dev.changeover.source.CollectionFacts;
import dev.changeover.state.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code changeover retire}: PostgreSQL goes on without Changeover, and there is no way back any more. */
@Command(
        name = "retire",
        mixinStandardHelpOptions = true,
        description = {
            "Ends the migration, two weeks after the cutover: takes Changeover's triggers, functions and schema out of",
            "PostgreSQL, in one transaction. Rows stay, and the application may write all the while. From then on there is",
            "no way back. MongoDB is left as it is, fenced; it gets no change any more."
        },
        footer = {
            "",
            "Examples:",
            "  changeover retire --dry-run              (only tells what is in the way, and what would be done)",
            "  changeover retire --archive last.archive --yes",
            "  changeover retire --no-archive --after 36h --yes",
            "",
            "Exit codes: 0 done, now or before; 1 with --dry-run: something is in the way; 2 a wrong option,",
            "3 a database cannot be reached, 4 refused."
        })
final class RetireCommand implements Callable<Integer> {
    private static final String DURING = "retire Changeover";
    private static final Pattern TIME = Pattern.compile("(\\d{1,4})([dhms])");

    /** Nothing else can be true although it cannot be shown. */
    private static final String FORCIBLE = "writers";

    private final Output output;

    @Mixin
    private final Connections connections = new Connections();

    @Mixin
    private final Connections.PlanFile planFile = new Connections.PlanFile();

    @Option(
            names = "--after",
            paramLabel = "TIME",
            defaultValue = "14d",
            description = "How long PostgreSQL must have been in charge: 14d, 36h (default: ${DEFAULT-VALUE}).")
    private String after = "14d";

    @Option(
            names = "--archive",
            paramLabel = "FILE",
            description = "The last archive of MongoDB, which you have made with mongodump: it must be there.")
    private @Nullable Path archive;

    @Option(names = "--no-archive", description = "There is none, and none is wanted.")
    private boolean noArchive;

    @Option(
            names = "--force",
            paramLabel = "CHECK",
            description = "writers: although it cannot be shown that nobody else wrote to MongoDB since the cutover.")
    private @Nullable String force;

    @Option(names = "--dry-run", description = "Only tells what is in the way, and what would be done.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Really: there is no way back from it.")
    private boolean yes;

    RetireCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws InterruptedException, IOException {
        Duration wanted = time();
        if (force != null && !force.equals(FORCIBLE)) {
            throw wrong("--force " + force, "Only writers can be forced.");
        }
        if (noArchive && archive != null) {
            throw wrong("--archive and --no-archive are two ways", "Give one of them.");
        }
        try (Interruptible stop = new Interruptible(output);
                Pg pg = Pg.connect(connections.postgres(), PgSettings.FEW)) {
            Optional<State> found = State.find(pg);
            if (found.isEmpty()) {
                output.out()
                        .println("There is no schema changeover in " + pg.shown() + ": nothing is left to be done.");
                return ExitCode.DONE.value;
            }
            State state = Status.begun(pg, "retire Changeover from", "Begin one with: changeover run");
            return retire(new Retirement(pg, state, new PlanHandover(pg, state).current(planFile.text())), wanted);
        }
    }

    private int retire(Retirement retirement, Duration wanted) throws InterruptedException {
        List<Check> missing = new ArrayList<>();
        for (Check check : checks(retirement, wanted)) {
            output.out().printf("  %-4s%-11s%s%n", check.holds() ? "yes" : "NO", check.name(), check.detail());
            if (!check.holds() && !check.name().equals(force)) {
                missing.add(check);
            }
        }
        if (dryRun) {
            missing.forEach(check -> output.out().println(check.name() + ": " + check.remedy()));
            retirement.statements().forEach(sql -> output.out().println(sql + ";"));
            output.out().println("DROP SCHEMA changeover; -- with what is in it");
            return (missing.isEmpty() ? ExitCode.DONE : ExitCode.DIFFERENCES).value;
        }
        if (!missing.isEmpty()) {
            Check first = missing.getFirst();
            throw refused(first.name() + ": " + first.detail(), first.remedy());
        }
        if (!yes) {
            throw refused("there is no way back from it", "Add --yes to do it, or --dry-run to see what it does.");
        }
        List<String> later = retirement.later();
        retirement.retire(RunCommand.who());
        output.out().println("Done: PostgreSQL goes on by itself. Left to you, whenever you like:");
        later.forEach(sql -> output.out().println("  " + sql + ";"));
        output.out()
                .println("  in MongoDB: db.adminCommand({setUserWriteBlockMode: 1, global: false}) lowers the fence,");
        output.out()
                .println("  db.getSiblingDB(\"changeover\").dropDatabase() takes away what Changeover noted there.");
        return ExitCode.DONE.value;
    }

    private List<Check> checks(Retirement retirement, Duration wanted) throws InterruptedException {
        List<Check> checks = new ArrayList<>();
        Optional<String> uri = connections.mongoIfGiven();
        if (uri.isPresent()) {
            try (Mongo mongo = Mongo.connect(uri.get())) {
                checks.addAll(retirement.checks(wanted, Optional.of(mongo)));
            }
        } else {
            checks.addAll(retirement.checks(wanted, Optional.empty()));
        }
        checks.add(archive(retirement.namespaces()));
        return checks;
    }

    /** None is written here: a person makes it, by the tool that can also restore it. It is read to its end. */
    private Check archive(List<Namespace> wanted) {
        String remedy =
                "Make one: mongodump --uri=\"$MONGO_URI\" --archive=last.archive --gzip; then --archive last.archive."
                        + " Or say that none is wanted: --no-archive";
        if (noArchive) {
            return new Check("archive", true, "none is wanted", "");
        }
        if (archive == null) {
            return new Check("archive", false, "none was named", remedy);
        }
        try (Dump dump = Dump.open(archive.toString(), Optional.empty())) {
            List<Namespace> there =
                    dump.collections().stream().map(CollectionFacts::namespace).toList();
            List<Namespace> missing =
                    wanted.stream().filter(one -> !there.contains(one)).toList();
            String detail = archive + (missing.isEmpty() ? " has all collections" : " is without " + missing);
            return new Check("archive", missing.isEmpty(), detail, remedy);
        } catch (FailedException e) {
            return new Check("archive", false, String.valueOf(e.getMessage()), remedy);
        }
    }

    private Duration time() {
        Matcher given = TIME.matcher(after);
        if (!given.matches()) {
            throw wrong("--after is " + after, "Give days, hours, minutes or seconds: 14d, 36h, 0s.");
        }
        long number = Long.parseLong(given.group(1));
        return switch (given.group(2)) {
            case "d" -> Duration.ofDays(number);
            case "h" -> Duration.ofHours(number);
            case "m" -> Duration.ofMinutes(number);
            default -> Duration.ofSeconds(number);
        };
    }

    private static FailedException wrong(String reason, String remedy) {
        return new FailedException(new Failure.WrongUse(DURING, reason, remedy));
    }

    private static FailedException refused(String reason, String remedy) {
        return new FailedException(new Failure.Refused(DURING, reason, remedy));
    }
}
