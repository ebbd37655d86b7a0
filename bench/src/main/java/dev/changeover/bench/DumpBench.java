package dev.changeover.bench;

import dev.changeover.servers.ServerSettings;
import dev.changeover.servers.Servers;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * How fast {@code changeover run --from} copies beside a copy from the live MongoDB: the same documents, in turn, in one run.
 * Arguments: documents (300,000), workers (one for each core), heap (256m).
 */
public final class DumpBench {
    private static final int ROUNDS = 3;
    private static final long SEED = 42;
    private static final String DATABASE = "bench";
    private static final String LIVE = "live";

    private final PrintStream out;
    private final int documents;
    private final String workers;
    private final String heap;

    private DumpBench(PrintStream out, int documents, String workers, String heap) {
        this.out = out;
        this.documents = documents;
        this.workers = workers;
        this.heap = heap;
    }

    @SuppressWarnings("SystemOut") // the bench's own output, for a person and for a script
    public static void main(String[] args) throws Exception {
        int documents = args.length > 0 ? Integer.parseInt(args[0].replace("_", "")) : 300_000;
        String workers = args.length > 1
                ? args[1]
                : Integer.toString(Runtime.getRuntime().availableProcessors());
        new DumpBench(System.out, documents, workers, args.length > 2 ? args[2] : "256m").run();
    }

    /** One copy: of the chunks alone, from start to end, and the most heap in use before a collection. */
    private record Round(Duration copy, Duration wall, long peakHeapMb) {}

    private void run() throws IOException, SQLException, InterruptedException {
        Path room = Files.createTempDirectory("changeover-bench");
        try (Servers servers = Servers.start(new ServerSettings(1, 1.0, false), out::println)) {
            servers.createPostgresDatabase(DATABASE);
            String mongo = servers.mongoUri(DATABASE);
            out.println("loading " + documents + " documents");
            long unused = new DataMaker(SEED).load(mongo, DATABASE, "users", documents);
            Migration migration = new Migration(room, mongo, servers.postgresUri(DATABASE), heap);
            migration.changeover("plan");
            Limit copied = new Limit(Limit.jdbc(servers.postgresUri(DATABASE)), "public.users", 1, room);
            Map<String, List<String>> sources = sources(room, mongo);
            Map<String, List<Round>> rounds = new LinkedHashMap<>();
            for (int i = 0; i < ROUNDS; i++) {
                for (Map.Entry<String, List<String>> source : sources.entrySet()) {
                    Migration.Took took = migration.changeover(source.getValue().toArray(String[]::new));
                    rounds.computeIfAbsent(source.getKey(), name -> new ArrayList<>()).add(new Round(copied.copyPhase(), took.wall(), took.peakHeapMb()));
                    if (copied.rows() != documents) {
                        throw new IllegalStateException(source.getKey() + ": " + copied.rows() + " rows");
                    }
                }
                out.println("round " + (i + 1) + ", load " + load());
            }
            rounds.forEach((name, all) -> print(name, all, rounds));
        } finally {
            Migration.remove(room);
        }
    }

    /** What is copied from, and the command for it. */
    private Map<String, List<String>> sources(Path room, String mongo) throws IOException {
        DumpFiles files = new DumpFiles(mongo, DATABASE, "users");
        Map<String, List<String>> sources = new LinkedHashMap<>();
        List<String> common = List.of("--workers", workers, "--start-over");
        sources.put(LIVE, with(List.of("run", "--until", "copied"), common));
        sources.put("folder", from(files.folder(room.resolve("dump"), false), common));
        sources.put("archive", from(files.archive(room.resolve("x.archive")), common));
        sources.put("folder, gzip", from(files.folder(room.resolve("dump-gz"), true), common));
        return sources;
    }

    private static List<String> from(Path path, List<String> common) {
        return with(List.of("run", "--from", path.toString()), common);
    }

    private static List<String> with(List<String> first, List<String> more) {
        List<String> all = new ArrayList<>(first);
        all.addAll(more);
        return all;
    }

    private static String load() {
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        return String.format(Locale.ROOT, "%.1f", load);
    }

    private static Duration median(List<Duration> all) {
        return all.stream().sorted().toList().get(all.size() / 2);
    }

    private static double seconds(List<Round> rounds) {
        return median(rounds.stream().map(Round::copy).toList()).toNanos() / 1e9;
    }

    private void print(String name, List<Round> of, Map<String, List<Round>> all) {
        List<Round> live = all.getOrDefault(LIVE, of);
        out.printf(
                Locale.ROOT,
                "%-14s copy %,9.0f documents/s (%s s), start to end %.1f s; ratio to live %.2f; peak heap %d MB of -Xmx%s;"
                        + " %s workers%n",
                name,
                documents / seconds(of),
                of.stream()
                        .map(round ->
                                String.format(Locale.ROOT, "%.2f", round.copy().toNanos() / 1e9))
                        .collect(Collectors.joining(", ")),
                median(of.stream().map(Round::wall).toList()).toNanos() / 1e9,
                seconds(live) / seconds(of),
                of.stream().mapToLong(Round::peakHeapMb).max().orElse(0),
                heap,
                workers);
    }
}
