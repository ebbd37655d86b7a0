package dev.changeover.cli;

import java.io.Writer;
import java.util.Map;

/**
 * What the launcher runs once after a build, so that the JVM can keep the classes which the commands need. It reaches no
 * database: the drivers are made to try a port that nobody listens on.
 */
final class Training {
    private static final String NO_MONGO =
            "mongodb://127.0.0.1:1/none?serverSelectionTimeoutMS=200&connectTimeoutMS=200";
    private static final String NO_POSTGRES = "postgresql://nobody@127.0.0.1:1/none";

    private Training() {}

    public static void main(String[] args) {
        run("--help");
        for (String command : Main.commandLine(nowhere()).getSubcommands().keySet()) {
            run(command, "--help");
        }
        run("doctor", "--mongo", NO_MONGO, "--pg", NO_POSTGRES);
        run("status", "--pg", NO_POSTGRES);
    }

    /** That nothing can be reached is not looked at. */
    private static void run(String... args) {
        int code = Main.run(nowhere(), args);
        if (code == ExitCode.BUG.value) {
            System.exit(code);
        }
    }

    private static Output nowhere() {
        return Output.to(Writer.nullWriter(), Writer.nullWriter(), Map.of("CHANGEOVER_TERMINAL", "out"));
    }
}
