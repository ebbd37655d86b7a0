package dev.changeover.chaos;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** {@code changeover run}, which is started again when it has ended. Confined to one thread. */
final class Follower implements AutoCloseable {
    /** The exit code of a run that could not reach a database for as long as it tries. */
    private static final int UNREACHABLE = 3;

    private final Program program;
    private final String[] arguments;
    private Process process;
    private int gaveUp;

    Follower(Path folder, String... arguments) throws IOException {
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

    /** Lets time pass. It may end only for want of a database; then it is started again. */
    void run(Duration time) throws IOException, InterruptedException {
        if (process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
            if (process.exitValue() != UNREACHABLE) {
                throw new AssertionError("the follower ended with " + process.exitValue() + "\n" + log());
            }
            gaveUp++;
            start();
        }
    }

    /** How often it ended because it could not reach a database. */
    int gaveUp() {
        return gaveUp;
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
