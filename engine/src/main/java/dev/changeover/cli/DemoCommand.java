package dev.changeover.cli;

import dev.changeover.demo.Demo;
import dev.changeover.demo.DemoSettings;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code changeover demo}: the whole story on a small shop. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description = {
            "Starts both databases in a temporary place, moves a small shop that is being written to, checks every row.",
            "While PostgreSQL follows, it is asked again and again whether it shows half of a transaction. Then three instances of",
            "an application go from phase to phase, there, back, and there again, and a ledger of what they were told is compared."
        },
        footer = {
            "",
            "Examples:",
            "  changeover demo",
            "  changeover demo --keep      leaves the servers running, to look around in",
            "",
            "Exit codes: 0 every row is right, so was every state that was looked at, and no request failed or was lost; 1 one was",
            "not, 3 a server cannot be started."
        })
final class DemoCommand implements Callable<Integer> {
    private static final Duration FOLLOWING = Duration.ofSeconds(5);
    private static final Duration REDRAW = Duration.ofMillis(200);

    private final Output output;

    @Option(names = "--keep", description = "Leave the servers running at the end, and print where they are.")
    private boolean keep;

    @Option(
            names = "--size",
            paramLabel = "SIZE",
            defaultValue = "USUAL",
            description = "How large the shop is: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private DemoSettings.Size size = DemoSettings.Size.USUAL;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Another number gives another shop (default: ${DEFAULT-VALUE}).")
    private long seed;

    DemoCommand(Output output) {
        this.output = output;
    }

    @Override
    public Integer call() throws InterruptedException {
        SceneDrawing drawing = new SceneDrawing(output);
        boolean right = new Demo(new DemoSettings(size, seed, keep, FOLLOWING, REDRAW), drawing::draw).play();
        return (right ? ExitCode.DONE : ExitCode.DIFFERENCES).value;
    }
}
