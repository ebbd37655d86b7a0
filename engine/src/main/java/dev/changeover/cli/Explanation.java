package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says why a command ended, in a line or two on stderr, and gives the exit code. */
final class Explanation {
    private Explanation() {}

    static int of(Exception e, Output output) {
        if (ending()) {
            return ExitCode.BUG.value; // nobody sees it: a signal ends the process, and tore down what failed
        }
        if (e instanceof FailedException failed) {
            return failure(failed.failure(), output);
        }
        return bug(e, output);
    }

    /** Whether the JVM is being shut down, which it tells only by refusing another hook. */
    private static boolean ending() {
        Thread hook = new Thread(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            return !Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            return true;
        }
    }

    private static int failure(Failure failure, Output output) {
        say(output, failure.during() + ": " + failure.reason());
        remedy(failure).lines().forEach(line -> output.err().println("  " + Redacted.of(line)));
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

    static int wrongUse(ParameterException e, Output output) {
        CommandLine command = e.getCommandLine();
        say(output, String.valueOf(e.getMessage()));
        UnmatchedArgumentException.printSuggestions(e, output.err());
        output.err().println("  Try: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCode.WRONG_USE.value;
    }

    /** Anything that nobody has sorted: the stack trace goes to a file, the person gets its name. */
    static int bug(Throwable e, Output output) {
        StringWriter trace = new StringWriter();
        e.printStackTrace(new PrintWriter(trace, true));
        String details = Redacted.of(trace.toString());
        say(output, "a bug of Changeover: " + details.lines().findFirst().orElse("no details"));
        try {
            Path file = Files.createTempFile("changeover-bug-", ".txt");
            Files.writeString(file, details);
            output.err().println("  Please report it with " + file);
        } catch (IOException full) {
            output.err().println(details);
        }
        return ExitCode.BUG.value;
    }

    private static void say(Output output, String text) {
        output.err().println(output.styled(Output.Style.BAD, "changeover: ") + Redacted.of(text));
    }
}
