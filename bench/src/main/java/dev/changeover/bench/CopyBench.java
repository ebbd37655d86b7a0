package dev.changeover.bench;

import dev.changeover.servers.ServerSettings;
import dev.changeover.servers.Servers;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * How fast {@code changeover run --until copied} is, as a share of what PostgreSQL takes at most of the same rows on the
 * same machine. Arguments: documents (500,000), workers (one for each core), heap of the run (256m).
 */
public final class CopyBench {
    private static final int ROUNDS = 3;
    private static final long SEED = 42;
    private static final String DATABASE = "bench";

    private final PrintStream out;
    private final int documents;
    private final int workers;
    private final String heap;

    private CopyBench(PrintStream out, int documents, int workers, String heap) {
        this.out = out;
        this.documents = documents;
        this.workers = workers;
        this.heap = heap;
    }

    @SuppressWarnings("SystemOut") // the bench's own output, for a person and for a script
    public static void main(String[] args) throws Exception {
        int documents = args.length > 0 ? Integer.parseInt(args[0].replace("_", "")) : 500_000;
        int workers = args.length > 1
                ? Integer.parseInt(args[1])
                : Runtime.getRuntime().availableProcessors();
        new CopyBench(System.out, documents, workers, args.length > 2 ? args[2] : "256m").run();
    }

    /** One round: the run, then at once the limit, so that both see the same machine. */
    private record Round(Duration copy, Duration wall, Duration limit, long peakHeapMb) {
        double ratio() {
            return (double) limit.toNanos() / copy.toNanos();
        }
    }

    private record Result(long rows, long bytes, List<Round> rounds) {
        /** The round whose ratio is in the middle. */
        Round middle() {
            List<Round> sorted = new ArrayList<>(rounds);
            sorted.sort(Comparator.comparingDouble(Round::ratio));
            return sorted.get(sorted.size() / 2);
        }

        long peakHeapMb() {
            return rounds.stream().mapToLong(Round::peakHeapMb).max().orElse(0);
        }
    }

    private void run() throws IOException, SQLException, InterruptedException {
        Path room = Files.createTempDirectory("changeover-bench");
        try (Servers servers = Servers.start(new ServerSettings(1, 1.0, false), out::println)) {
            servers.createPostgresDatabase(DATABASE);
            String mongo = servers.mongoUri(DATABASE);
            out.println("loading " + documents + " documents");
            long bytes = new DataMaker(SEED).load(mongo, DATABASE, "users", documents);
            Migration migration = new Migration(room, mongo, servers.postgresUri(DATABASE), heap);
            migration.changeover("plan");
            out.println("changeover run --until copied, " + workers + " workers, -Xmx" + heap
                    + "; then the same rows by COPY BINARY from files, " + workers + " connections");
            Limit limit = new Limit(Limit.jdbc(servers.postgresUri(DATABASE)), "public.users", workers, room);
            List<Round> rounds = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                Migration.Took took =
                        migration.changeover("run", "--until", "copied", "--workers", "" + workers, "--start-over");
                rounds.add(new Round(limit.copyPhase(), took.wall(), limit.measure(), took.peakHeapMb()));
                out.printf(
                        Locale.ROOT,
                        "round %d: ratio %.2f%n",
                        i + 1,
                        rounds.getLast().ratio());
            }
            out.println(limit.columns("%") + " columns, " + limit.columns("jsonb") + " of them jsonb");
            print(new Result(limit.rows(), bytes, rounds));
        } finally {
            Migration.remove(room);
        }
    }

    private void print(Result result) {
        Round middle = result.middle();
        out.printf(Locale.ROOT, "%n%-46s %12s %12s %10s%n", "the middle round", "rows/s", "seconds", "MB/s");
        row("run --until copied, the copy itself", result, middle.copy());
        row("run --until copied, start to end", result, middle.wall());
        row("limit: COPY BINARY from files", result, middle.limit());
        out.printf(
                Locale.ROOT,
                "%n%,d rows of %d bytes; ratio to the limit %.2f (rounds: %s); peak heap %d MB of -Xmx%s; %d workers%n",
                result.rows(),
                result.bytes() / Math.max(1, result.rows()),
                middle.ratio(),
                ratios(result),
                result.peakHeapMb(),
                heap,
                workers);
        out.printf(
                Locale.ROOT,
                "{\"rows\": %d, \"bytes\": %d, \"workers\": %d, \"copy_seconds\": %.3f, \"wall_seconds\": %.3f,"
                        + " \"limit_seconds\": %.3f, \"ratio\": %.3f, \"ratios\": [%s], \"peak_heap_mb\": %d,"
                        + " \"max_heap\": \"%s\"}%n",
                result.rows(),
                result.bytes(),
                workers,
                middle.copy().toMillis() / 1000.0,
                middle.wall().toMillis() / 1000.0,
                middle.limit().toMillis() / 1000.0,
                middle.ratio(),
                ratios(result),
                result.peakHeapMb(),
                heap);
    }

    private static String ratios(Result result) {
        return result.rounds().stream()
                .map(round -> String.format(Locale.ROOT, "%.2f", round.ratio()))
                .collect(Collectors.joining(", "));
    }

    private void row(String what, Result result, Duration took) {
        double seconds = took.toNanos() / 1e9;
        out.printf(
                Locale.ROOT,
                "%-46s %,12.0f %12.1f %10.1f%n",
                what,
                result.rows() / seconds,
                seconds,
                result.bytes() / 1e6 / seconds);
    }
}
