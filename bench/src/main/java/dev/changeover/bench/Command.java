package dev.changeover.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Another program, run to its end. */
final class Command {
    private static final Pattern SECONDS = Pattern.compile("(?m)^seconds ([0-9.]+)$");
    private static final int SHOWN = 2_000;

    private Command() {}

    /** Returns what it said; fails with that when it does not end with 0. */
    static String run(Path folder, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        if (code != 0) {
            throw new IllegalStateException(command.getFirst() + " ended with " + code + ": "
                    + said.substring(Math.max(0, said.length() - SHOWN)));
        }
        return said;
    }

    /** What a peer's own program has measured: the line {@code seconds 12.3}. */
    static Duration seconds(String said) {
        Matcher found = SECONDS.matcher(said);
        if (!found.find()) {
            throw new IllegalStateException("no line \"seconds …\" in: " + said);
        }
        return Duration.ofNanos((long) (Double.parseDouble(found.group(1)) * 1e9));
    }
}
