package dev.changeover.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Changeover as a process of its own, with a small heap. Its output goes to a file. */
final class Program {
    private static final int LOG_SHOWN = 4_000;

    private final Path log;
    private final String heap;

    Program(Path folder) {
        this(folder, "256m");
    }

    Program(Path folder, String heap) {
        log = folder.resolve("log");
        this.heap = heap;
    }

    Process start(String... arguments) throws IOException {
        return java(log, List.of("-Xmx" + heap), "dev.changeover.cli.Main", List.of(arguments));
    }

    /** Starts a program of this class path, which begins fast; what it says is added to {@code log}. */
    static Process java(Path log, List<String> options, String main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
        command.addAll(arguments);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Its exit code. */
    int run(String... arguments) throws IOException, InterruptedException {
        Process process = start(arguments);
        if (!process.waitFor(180, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("it did not end\n" + log());
        }
        return process.exitValue();
    }

    /** The end of what it has written. */
    String log() throws IOException {
        String all = Files.readString(log);
        return all.substring(Math.max(0, all.length() - LOG_SHOWN));
    }
}
