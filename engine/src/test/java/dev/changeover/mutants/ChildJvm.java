package dev.changeover.mutants;

import dev.changeover.servers.TestServers;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs tests in a JVM of their own, on the servers of this one. */
final class ChildJvm {
    private static final int PATIENCE_SECONDS = 120;
    private static final int PATIENCE_SECONDS_EACH = 10;

    /** What a test of cuts compares of them here; a fault shows within a few. */
    private static final int CUTS = 25;

    private final Path folder;

    /** {@code folder} takes its output. */
    ChildJvm(Path folder) {
        this.folder = folder;
    }

    enum Outcome {
        PASSED,
        FAILED,
        /** It did not come to a verdict: a class was not there, no test was found, or it did not end. */
        NO_VERDICT
    }

    record Result(Outcome outcome, String output) {}

    /** Runs {@code tests}, as {@code Class#method}; classes are looked for in {@code before} first. */
    Result run(Path before, Collection<String> tests) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-Dlogback.configurationFile=logback-test.xml",
                "-Dcuts=" + CUTS));
        command.addAll(TestServers.sharing());
        command.addAll(List.of(
                "-cp", before + File.pathSeparator + System.getProperty("java.class.path"), RunTests.class.getName()));
        command.addAll(tests);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended =
                process.waitFor(PATIENCE_SECONDS + PATIENCE_SECONDS_EACH * (long) tests.size(), TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        String text = Files.readString(output);
        if (!ended) {
            return new Result(Outcome.NO_VERDICT, "it did not end\n" + text);
        }
        return new Result(
                switch (process.exitValue()) {
                    case RunTests.PASSED -> Outcome.PASSED;
                    case RunTests.FAILED -> Outcome.FAILED;
                    default -> Outcome.NO_VERDICT;
                },
                text);
    }
}
