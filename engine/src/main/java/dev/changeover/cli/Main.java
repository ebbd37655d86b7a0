package dev.changeover.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.RunLast;

/** The command line: parses, calls one command, and turns what came of it into a line and an exit code. */
@Command(
        name = "changeover",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        description = "Moves a live MongoDB database to PostgreSQL.",
        footer = {
            "",
            "Environment:",
            "  MONGO_URI, PG_URI     where the two databases are, unless --mongo and --pg say it",
            "  NO_COLOR              no colours",
            "  CHANGEOVER_LOG=json   the log on stderr as JSON, as --log json says it",
            "",
            "Exit codes: 0 done, 1 differences found, 2 wrong use, 3 a database cannot be reached,",
            "4 refused for safety, 70 a bug of Changeover."
        })
public final class Main {
    static final int HELP_WIDTH = 100;

    @Mixin
    private final Logging logging = new Logging();

    private Main() {}

    public static void main(String[] args) {
        System.exit(run(Output.ofProcess(), args));
    }

    static int run(Output output, String... args) {
        try {
            return commandLine(output).execute(args);
        } catch (Throwable e) { // an Error too ends as one line and a code
            return Explanation.bug(e, output);
        }
    }

    /** Every command, in the order of a migration. */
    static CommandLine commandLine(Output output) {
        Main main = new Main();
        CommandLine line = new CommandLine(main);
        line.addSubcommand(new DoctorCommand(output));
        line.addSubcommand(new PlanCommand(output));
        line.addSubcommand(new RunCommand(output));
        line.addSubcommand(new StatusCommand(output));
        line.addSubcommand(new LimitCommand(output));
        line.addSubcommand(new VerifyCommand(output));
        line.addSubcommand(new FinishCommand(output));
        line.addSubcommand(new ReportCommand(output));
        line.addSubcommand(new PhaseCommand(output));
        line.addSubcommand(new CutoverCommand(output));
        line.addSubcommand(new RollbackCommand(output));
        line.addSubcommand(new RetireCommand(output));
        line.addSubcommand(new DemoCommand(output));
        // After the commands: picocli hands these on to those that are there.
        line.setOut(output.out())
                .setErr(output.err())
                .setColorScheme(CommandLine.Help.defaultColorScheme(output.colours() ? Ansi.ON : Ansi.OFF))
                .setUsageHelpWidth(Math.min(HELP_WIDTH, output.width()))
                .setParameterExceptionHandler((e, args) -> Explanation.wrongUse(e, output))
                .setExecutionExceptionHandler((e, commandLine, parsed) -> Explanation.of(e, output));
        line.setExecutionStrategy(parsed -> {
            main.logging.apply(line);
            if (!parsed.hasSubcommand() && !parsed.isUsageHelpRequested() && !parsed.isVersionHelpRequested()) {
                throw new ParameterException(line, "which command?");
            }
            return new RunLast().execute(parsed);
        });
        return line;
    }

    /** From the jar's manifest. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {"changeover " + (version == null ? "(unpacked classes)" : version)};
        }
    }
}
