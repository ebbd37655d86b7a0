package dev.changeover.bench;

import dev.changeover.servers.ServerSettings;
import dev.changeover.servers.Servers;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * How fast {@code changeover run --until copied} is, as a share of what PostgreSQL takes at most of the same rows on the
 * same machine. Arguments: documents (500,000), workers (one for each core), heap of the run (256m).
 */
public final class CopyBench {
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

    private record Figures(
            long rows, long bytes, Duration copy, Duration wall, Duration limit, long peakHeapMb, int workers) {
        double rowsPerSecond() {
            return rows * 1e9 / copy.toNanos();
        }

        double limitRowsPerSecond() {
            return rows * 1e9 / limit.toNanos();
        }

        double ratio() {
            return rowsPerSecond() / limitRowsPerSecond();
        }
    }

    private void run() throws IOException, SQLException, InterruptedException {
        Path room = Files.createTempDirectory("changeover-bench");
        try (Servers servers = Servers.start(new ServerSettings(1, 1.0), out::println)) {
            servers.createPostgresDatabase(DATABASE);
            String mongo = servers.mongoUri(DATABASE);
            out.println("loading " + documents + " documents");
            long bytes = new DataMaker(SEED).load(mongo, DATABASE, "users", documents);

            Migration migration = new Migration(room, mongo, servers.postgresUri(DATABASE), heap);
            out.println("changeover plan");
            migration.changeover("plan");
            out.println("changeover run --until copied, " + workers + " workers, -Xmx" + heap);
            Migration.Took took = migration.changeover("run", "--until", "copied", "--workers", "" + workers);

            Limit limit = new Limit(jdbc(servers.postgresUri(DATABASE)), "public.users", workers, room);
            out.println("the same rows, " + limit.columns("%") + " columns, " + limit.columns("jsonb")
                    + " of them jsonb, by COPY BINARY from files, " + workers + " connections");
            print(new Figures(
                    limit.rows(), bytes, limit.copyPhase(), took.wall(), limit.measure(), took.peakHeapMb(), workers));
        } finally {
            remove(room);
        }
    }

    private void print(Figures figures) {
        out.printf(Locale.ROOT, "%n%-46s %12s %12s %10s%n", "", "rows/s", "seconds", "MB/s");
        row("run --until copied, the copy itself", figures, figures.copy());
        row("run --until copied, start to end", figures, figures.wall());
        row("limit: COPY BINARY from files", figures, figures.limit());
        out.printf(
                Locale.ROOT,
                "%n%,d rows of %d bytes; ratio to the limit %.2f; peak heap %d MB of -Xmx%s; %d workers%n",
                figures.rows(),
                figures.bytes() / Math.max(1, figures.rows()),
                figures.ratio(),
                figures.peakHeapMb(),
                heap,
                workers);
        out.printf(
                Locale.ROOT,
                "{\"rows\": %d, \"bytes\": %d, \"workers\": %d, \"copy_seconds\": %.3f, \"wall_seconds\": %.3f,"
                        + " \"limit_seconds\": %.3f, \"rows_per_second\": %.0f, \"limit_rows_per_second\": %.0f,"
                        + " \"ratio\": %.3f, \"peak_heap_mb\": %d, \"max_heap\": \"%s\"}%n",
                figures.rows(),
                figures.bytes(),
                figures.workers(),
                figures.copy().toMillis() / 1000.0,
                figures.wall().toMillis() / 1000.0,
                figures.limit().toMillis() / 1000.0,
                figures.rowsPerSecond(),
                figures.limitRowsPerSecond(),
                figures.ratio(),
                figures.peakHeapMb(),
                heap);
    }

    private void row(String what, Figures figures, Duration took) {
        double seconds = took.toNanos() / 1e9;
        out.printf(
                Locale.ROOT,
                "%-46s %,12.0f %12.1f %10.1f%n",
                what,
                figures.rows() / seconds,
                seconds,
                figures.bytes() / 1e6 / seconds);
    }

    private static String jdbc(String uri) {
        return uri.replaceFirst("^postgresql://([^@]+)@(.*)$", "jdbc:postgresql://$2?user=$1");
    }

    private static void remove(Path room) throws IOException {
        try (Stream<Path> files = Files.walk(room)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
