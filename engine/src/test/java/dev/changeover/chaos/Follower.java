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

    /** What a run that is refused tells a person to do when the one before it is gone for good. */
    private static final Pattern REMEDY =
            Pattern.compile("If that machine is gone: (SELECT pg_terminate_backend\\(\\d+\\));");

    private final long seed;
    private final Program program;
    private final Remedy person;
    private final String[] arguments;
    private Process process;
    private int gaveUp;
    private int refused;

    /** Does in PostgreSQL what a message asks for. */
    interface Remedy {
        void statement(String sql) throws InterruptedException;
    }

    Follower(long seed, Path folder, Remedy person, String... arguments) throws IOException {
        this.seed = seed;
        this.person = person;
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
     * is still at it for all that PostgreSQL knows; then it is started again, once a person has done as it says.
     */
    void run(Duration time) throws IOException, InterruptedException {
        if (process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
            String log = program.log();
            Matcher remedy = REMEDY.matcher(log.substring(log.lastIndexOf("changeover: ") + 1));
            if (process.exitValue() == UNREACHABLE) {
                gaveUp++;
            } else if (process.exitValue() == REFUSED && remedy.find()) {
                refused++;
                person.statement(remedy.group(1));
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

    /** How often a person had to end the one before it. */
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
