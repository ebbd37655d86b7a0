package dev.changeover.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs a program to its end. */
final class Shell {
    private Shell() {}

    /** How it ended, with both its streams in one. */
    record Outcome(int code, String output) {
        String lastLine() {
            return output.lines().filter(l -> !l.isBlank()).reduce("", (before, line) -> line);
        }
    }

    static Outcome run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Outcome(process.waitFor(), output);
        } finally {
            process.destroyForcibly();
        }
    }
}
