package dev.changeover.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code changeover run}, which is started again when it has ended. Confined to one thread. */
final class Follower implements AutoCloseable {
    private static final int UNREACHABLE = 3;
    private static final int REFUSED = 4;

    /** What a run that is refused says of the one before it. */
    private static final Pattern SILENCE = Pattern.compile("last sign of life (\\d+) s ago");

    /** By then it must have been taken over: after a minute, and what a look takes. */
    private static final int SECONDS_REFUSED_MOST = 65;

    private final long seed;
    private final Program program;
    private final String[] arguments;
    private Process process;
    private int gaveUp;
    private int refused;

    Follower(long seed, Path folder, String... arguments) throws IOException {
        this.seed = seed;
        this.arguments = arguments.clone();
        program = new Program(folder);
        process = program.start(arguments);
    }

    /** With SIGKILL; it is not started again. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void start() throws IOException {
        process = program.start(arguments);
    }

    /**
     * Lets time pass. It may end for want of a database, or because one that was killed while its connections were silent
     * is still at it for all that PostgreSQL knows, for a minute; then it is started again, as a service manager does.
     */
    void run(Duration time) throws IOException, InterruptedException {
        if (process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
            String log = program.log();
            Matcher silence = SILENCE.matcher(log.substring(log.lastIndexOf("changeover: ") + 1));
            if (process.exitValue() == UNREACHABLE) {
                gaveUp++;
            } else if (process.exitValue() == REFUSED
                    && silence.find()
                    && Integer.parseInt(silence.group(1)) <= SECONDS_REFUSED_MOST) {
                refused++;
            } else {
                throw new AssertionError(
                        "seed " + seed + ": the follower ended with " + process.exitValue() + "\n" + log);
            }
            start();
        }
    }

    /** How often it ended because it could not reach a database. */
    int gaveUp() {
        return gaveUp;
    }

    /** How often the one before it was still taken to be at it. */
    int refused() {
        return refused;
    }

    /** Runs it to its end with other arguments, and returns its exit code. */
    int runToItsEnd(String... others) throws IOException, InterruptedException {
        return program.run(others);
    }

    String log() throws IOException {
        return program.log();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
