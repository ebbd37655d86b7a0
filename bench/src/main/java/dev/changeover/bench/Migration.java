package dev.changeover.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Changeover itself, each command by the launcher, as a person runs it. */
final class Migration {
    private static final Path LAUNCHER = Path.of("changeover").toAbsolutePath();

    /** For who works on the benchmark: starts the classes beside its own, with no need to build Changeover. */
    private static final boolean CLASSES = Boolean.getBoolean("bench.classes");

    private static final Pattern BEFORE_GC = Pattern.compile("(\\d+)M->(\\d+)M\\((\\d+)M\\)");

    private final Path room;
    private final String mongoUri;
    private final String pgUri;
    private final String heap;

    Migration(Path room, String mongoUri, String pgUri, String heap) {
        this.room = room;
        this.mongoUri = mongoUri;
        this.pgUri = pgUri;
        this.heap = heap;
    }

    /**
     * {@code peakHeapMb} is the most that was in use before a collection, {@code peakRssMb} the most memory that the process
     * had, 0 where the system does not say, and {@code processor} the time of all its threads.
     */
    record Took(Duration wall, long peakHeapMb, long peakRssMb, Duration processor) {}

    /** Runs {@code changeover} with the databases' URIs and the given arguments; it must end with 0. */
    Took changeover(String... arguments) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process process = start(arguments);
        long rss = 0;
        Duration processor = Duration.ZERO;
        while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
            rss = Math.max(rss, residentMb(process));
            processor = process.info().totalCpuDuration().orElse(processor);
        }
        int code = process.exitValue();
        Duration wall = Duration.ofNanos(System.nanoTime() - start);
        if (code != 0) {
            throw new IllegalStateException("changeover " + arguments[0] + " ended with " + code + ":\n"
                    + Files.readString(room.resolve(arguments[0] + ".log")));
        }
        return new Took(wall, peak(gc(arguments)), rss, processor);
    }

    private Path gc(String... arguments) {
        return room.resolve("gc-" + arguments[0] + ".log");
    }

    /** Begins {@code changeover}; the caller ends it. */
    Process start(String... arguments) throws IOException {
        List<String> options = List.of("-Xmx" + heap, "-Xlog:gc:file=" + gc(arguments));
        List<String> command = new ArrayList<>(CLASSES ? java(options) : List.of(LAUNCHER.toString()));
        command.addAll(List.of(arguments));
        if (!arguments[0].equals("verify")) {
            command.addAll(List.of("--plan", room.resolve("changeover.yaml").toString()));
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(room.resolve(arguments[0] + ".log").toFile());
        builder.environment().put("CHANGEOVER_JAVA_OPTS", String.join(" ", options));
        builder.environment().put("MONGO_URI", mongoUri);
        builder.environment().put("PG_URI", pgUri);
        return builder.start();
    }

    private static List<String> java(List<String> options) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "dev.changeover.cli.Main"));
        return command;
    }

    /** As Linux tells it, and 0 elsewhere. */
    private static long residentMb(Process process) throws IOException {
        Path status = Path.of("/proc", "" + process.pid(), "status");
        if (!Files.exists(status)) {
            return 0;
        }
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (UncheckedIOException gone) {
            return 0;
        }
    }

    private static long peak(Path gcLog) throws IOException {
        long peak = 0;
        for (String line : Files.readAllLines(gcLog)) {
            Matcher sizes = BEFORE_GC.matcher(line);
            if (sizes.find()) {
                peak = Math.max(peak, Long.parseLong(sizes.group(1)));
            }
        }
        return peak;
    }
}
