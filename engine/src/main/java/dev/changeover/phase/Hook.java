package dev.changeover.phase;

import dev.changeover.Phase;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A command of the person's that tells the application about a phase, for instance by setting its environment anew.
 * {@code patience} is how long it may take.
 */
public record Hook(String command, Duration patience) {
    /** Runs it by {@code sh -c}; empty when it succeeded, else what happened. Its output goes to {@code lines}. */
    Optional<String> run(Phase phase, long epoch, Consumer<String> lines) throws InterruptedException {
        ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "DB_TARGET", phase.dbTarget(),
                        "CHANGEOVER_PHASE", phase.words(),
                        "CHANGEOVER_EPOCH", Long.toString(epoch)));
        Process process;
        try {
            process = builder.start();
            process.getOutputStream().close();
        } catch (IOException e) {
            return Optional.of("the hook could not be started: " + e.getMessage());
        }
        Thread reader = Thread.ofPlatform().name("hook").start(() -> read(process, lines));
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.of("the hook did not end within " + patience.toSeconds() + " s");
            }
            reader.join(Duration.ofSeconds(1)); // what it left running may keep its output open
            int code = process.exitValue();
            return code == 0 ? Optional.empty() : Optional.of("the hook ended with exit code " + code);
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
    }

    private static void read(Process process, Consumer<String> lines) {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.accept(line);
            }
        } catch (IOException ended) {
            lines.accept("(its output ended: " + ended.getMessage() + ")");
        }
    }
}
