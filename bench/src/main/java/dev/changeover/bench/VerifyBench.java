package dev.changeover.bench;

import dev.changeover.servers.ServerSettings;
import dev.changeover.servers.Servers;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * How fast {@code changeover verify} is beside the copy of the same documents, and what heap it takes. Arguments: documents
 * (300,000), workers (one for each core), heap (256m).
 */
public final class VerifyBench {
    private static final int ROUNDS = 3;
    private static final long SEED = 42;
    private static final String DATABASE = "bench";

    private VerifyBench() {}

    /** One round: the copy, then at once the comparison of what it wrote. */
    private record Round(Duration copy, Duration verify, long peakHeapMb) {
        double ratio() {
            return (double) copy.toNanos() / verify.toNanos();
        }
    }

    @SuppressWarnings("SystemOut") // the bench's own output, for a person and for a script
    public static void main(String[] args) throws Exception {
        int documents = args.length > 0 ? Integer.parseInt(args[0].replace("_", "")) : 300_000;
        String workers = args.length > 1
                ? args[1]
                : Integer.toString(Runtime.getRuntime().availableProcessors());
        run(System.out, documents, workers, args.length > 2 ? args[2] : "256m");
    }

    private static void run(PrintStream out, int documents, String workers, String heap)
            throws IOException, SQLException, InterruptedException {
        Path room = Files.createTempDirectory("changeover-bench");
        try (Servers servers = Servers.start(new ServerSettings(1, 1.0, false), out::println)) {
            servers.createPostgresDatabase(DATABASE);
            String mongo = servers.mongoUri(DATABASE);
            String postgres = servers.postgresUri(DATABASE);
            out.println("loading " + documents + " documents");
            long unused = new DataMaker(SEED).load(mongo, DATABASE, "users", documents);
            Migration migration = new Migration(room, mongo, postgres, heap);
            migration.changeover("plan");
            Limit copied = new Limit(Limit.jdbc(postgres), "public.users", 1, room);
            List<Round> rounds = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                migration.changeover("run", "--until", "copied", "--workers", workers, "--start-over");
                Migration.Took took = migration.changeover("verify", "--fresh", "--workers", workers);
                rounds.add(new Round(copied.copyPhase(), took(Limit.jdbc(postgres)), took.peakHeapMb()));
                out.printf(
                        Locale.ROOT,
                        "round %d: ratio %.2f%n",
                        i + 1,
                        rounds.getLast().ratio());
            }
            print(out, rounds, copied.rows(), heap, workers);
        } finally {
            Migration.remove(room);
        }
    }

    /** The last verification alone, without the start of its process. */
    private static Duration took(String jdbcUrl) throws SQLException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl);
                Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT (extract(epoch FROM ended - started) * 1000)::bigint"
                        + " FROM changeover.verification ORDER BY id DESC LIMIT 1")) {
            found.next();
            return Duration.ofMillis(found.getLong(1));
        }
    }

    private static void print(PrintStream out, List<Round> rounds, long rows, String heap, String workers) {
        List<Round> sorted = new ArrayList<>(rounds);
        sorted.sort(Comparator.comparingDouble(Round::ratio));
        Round middle = sorted.get(sorted.size() / 2);
        out.printf(
                Locale.ROOT,
                "copy %,.0f documents/s, verify %,.0f documents/s; ratio %.2f (%.2f to %.2f); peak heap of verify %d MB of"
                        + " -Xmx%s; %s workers%n",
                rows / (middle.copy().toMillis() / 1000.0),
                rows / (middle.verify().toMillis() / 1000.0),
                middle.ratio(),
                sorted.getFirst().ratio(),
                sorted.getLast().ratio(),
                rounds.stream().mapToLong(Round::peakHeapMb).max().orElse(0),
                heap,
                workers);
    }
}
