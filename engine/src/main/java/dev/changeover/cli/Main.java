package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: parses, calls one command, and turns what came of it into a line and an exit code. */
@Command(
        name = "changeover",
        mixinStandardHelpOptions = true,
        version = "changeover 0.1.0-SNAPSHOT",
        synopsisSubcommandLabel = "COMMAND",
        description = "Moves a live MongoDB database to PostgreSQL, with a live way back at every step.",
        subcommands = {})
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    static int run(String... args) {
        CommandLine line = new CommandLine(new Main());
        line.setExecutionExceptionHandler((e, commandLine, parsed) -> explain(e, commandLine));
        return line.execute(args);
    }

    private static int explain(Exception e, CommandLine line) throws Exception {
        if (!(e instanceof FailedException failed)) {
            throw e;
        }
        Failure failure = failed.failure();
        line.getErr().println("changeover: " + failure.during() + ": " + failure.reason());
        remedy(failure).lines().forEach(l -> line.getErr().println("  " + l));
        return ExitCode.of(failure).value;
    }

    private static String remedy(Failure failure) {
        return switch (failure) {
            case Failure.Transient again -> "Tried again and again in vain; run the command again when it is over.";
            case Failure.Unreachable gone -> gone.remedy();
            case Failure.WrongUse wrong -> wrong.remedy();
            case Failure.Refused refused -> refused.remedy();
            case Failure.Broken broken -> "This is a bug of Changeover; nothing was committed. Please report it.";
        };
    }
}
