package dev.changeover.bench;

import dev.changeover.servers.ServerSettings;
import dev.changeover.servers.Servers;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.bson.BsonTimestamp;

/**
 * How fast {@code changeover run --until caught-up} catches up, beside what this source can be read at most by the driver
 * alone; and how far a follower is behind an idle source. Arguments: documents (300,000), events of the hot load (900,000),
 * heap (256m).
 */
public final class FollowBench {
    private static final int ROUNDS = 3;
    private static final int HOT = 1_000;
    private static final int WRITES = 300;
    private static final String DATABASE = "bench";

    private final PrintStream out;
    private final int documents;
    private final int hotEvents;
    private final String heap;

    private FollowBench(PrintStream out, int documents, int hotEvents, String heap) {
        this.out = out;
        this.documents = documents;
        this.hotEvents = hotEvents;
        this.heap = heap;
    }

    @SuppressWarnings("SystemOut") // the bench's own output, for a person and for a script
    public static void main(String[] args) throws Exception {
        int documents = args.length > 0 ? Integer.parseInt(args[0].replace("_", "")) : 300_000;
        int hotEvents = args.length > 1 ? Integer.parseInt(args[1].replace("_", "")) : 900_000;
        new FollowBench(System.out, documents, hotEvents, args.length > 2 ? args[2] : "256m").run();
    }

    /** One load caught up, and at once the limits, so that all see the same machine. {@code idle} is a run with nothing to do. */
    private record Round(int events, Duration run, Duration idle, Duration stream, Duration reread, long peakHeapMb) {
        double eventsPerSecond() {
            return events / seconds(run.minus(idle));
        }

        double streamPerSecond() {
            return events / seconds(stream);
        }
    }

    private static double seconds(Duration time) {
        return time.toNanos() / 1e9;
    }

    private void run() throws IOException, SQLException, InterruptedException {
        Path room = Files.createTempDirectory("changeover-bench");
        try (Servers servers = Servers.start(new ServerSettings(1, 1.0, false), out::println)) {
            servers.createPostgresDatabase(DATABASE);
            String mongo = servers.mongoUri(DATABASE);
            String pg = servers.postgresUri(DATABASE);
            out.println("loading " + documents + " documents");
            long unused = new DataMaker(42).load(mongo, DATABASE, "users", documents);
            Migration migration = new Migration(room, mongo, pg, heap);
            migration.changeover("plan");
            migration.changeover("run", "--until", "copied");
            try (Source source = new Source(mongo, DATABASE, "users")) {
                List<Round> uniform = new ArrayList<>();
                List<Round> hot = new ArrayList<>();
                for (int i = 0; i < ROUNDS; i++) {
                    uniform.add(round(migration, source, documents, source::updateAll));
                    print("uniform", uniform.getLast());
                    int seed = i;
                    hot.add(round(migration, source, hotEvents, () -> source.updateHot(HOT, hotEvents, seed)));
                    print("hot keys", hot.getLast());
                }
                print(middle(uniform), middle(hot), idle(migration, source, pg));
            }
        } finally {
            Migration.remove(room);
        }
    }

    private Round round(Migration migration, Source source, int events, Runnable load)
            throws IOException, InterruptedException {
        BsonTimestamp before = source.now();
        load.run();
        Migration.Took run = migration.changeover("run", "--until", "caught-up");
        Duration stream = source.stream(before, events);
        Duration reread = source.reread();
        Migration.Took idle = migration.changeover("run", "--until", "caught-up");
        return new Round(events, run.wall(), idle.wall(), stream, reread, run.peakHeapMb());
    }

    private static Round middle(List<Round> rounds) {
        List<Round> sorted = new ArrayList<>(rounds);
        ToDoubleFunction<Round> rate = Round::eventsPerSecond;
        sorted.sort(Comparator.comparingDouble(rate));
        return sorted.get(sorted.size() / 2);
    }

    private void print(String load, Round round) {
        out.printf(
                Locale.ROOT,
                "%s: %,d events caught up in %.1f s (a run with nothing to do: %.1f s): %,.0f events/s; raw stream %,.0f/s,"
                        + " raw re-read %,.0f documents/s; peak heap %d MB%n",
                load,
                round.events(),
                seconds(round.run()),
                seconds(round.idle()),
                round.eventsPerSecond(),
                round.streamPerSecond(),
                documents / seconds(round.reread()),
                round.peakHeapMb());
    }

    /** Milliseconds from a write's acknowledgement until PostgreSQL shows it, sorted. */
    private double[] idle(Migration migration, Source source, String pg)
            throws IOException, InterruptedException, SQLException {
        Process follower = migration.start("run");
        double[] millis = new double[WRITES];
        SplittableRandom random = new SplittableRandom(7);
        try (Connection connection = DriverManager.getConnection(Limit.jdbc(pg));
                PreparedStatement visits =
                        connection.prepareStatement("SELECT visits FROM public.users WHERE mongo_id = ?")) {
            for (int i = -5; i < WRITES; i++) { // the first ones wait for the follower's start
                Thread.sleep(Duration.ofMillis(random.nextInt(50, 400)));
                int document = random.nextInt(source.documents());
                long number = 1_000_000_000_000L + i;
                source.setVisits(document, number);
                long written = System.nanoTime();
                await(visits, source.id(document), number);
                if (i >= 0) {
                    millis[i] = (System.nanoTime() - written) / 1e6;
                }
            }
        } finally {
            follower.destroy();
            int unused = follower.waitFor();
        }
        Arrays.sort(millis);
        return millis;
    }

    private static void await(PreparedStatement visits, String id, long number)
            throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        visits.setString(1, id);
        while (System.nanoTime() < deadline) {
            try (ResultSet found = visits.executeQuery()) {
                if (found.next() && found.getLong(1) == number) {
                    return;
                }
            }
            Thread.sleep(Duration.ofMillis(1));
        }
        throw new IllegalStateException("a write did not arrive within 60 s");
    }

    private void print(Round uniform, Round hot, double[] millis) {
        double p50 = millis[millis.length / 2];
        double p99 = millis[(int) Math.ceil(millis.length * 0.99) - 1];
        out.printf(Locale.ROOT, "%nthe middle rounds of %d:%n", ROUNDS);
        print("uniform", uniform);
        print("hot keys (" + HOT + " documents)", hot);
        out.printf(
                Locale.ROOT,
                "idle lag of %d single writes: median %.0f ms, 99 %% %.0f ms, most %.0f ms; heap -Xmx%s%n",
                millis.length,
                p50,
                p99,
                millis[millis.length - 1],
                heap);
        out.printf(
                Locale.ROOT,
                "{\"uniform_documents_per_second\": %.0f, \"uniform_of_stream\": %.3f, \"hot_events_per_second\": %.0f,"
                        + " \"hot_of_stream\": %.3f, \"hot_of_uniform\": %.2f, \"raw_stream\": %.0f, \"raw_reread\": %.0f,"
                        + " \"idle_ms_p50\": %.1f, \"idle_ms_p99\": %.1f, \"peak_heap_mb\": %d}%n",
                uniform.eventsPerSecond(),
                uniform.eventsPerSecond() / uniform.streamPerSecond(),
                hot.eventsPerSecond(),
                hot.eventsPerSecond() / hot.streamPerSecond(),
                hot.eventsPerSecond() / uniform.eventsPerSecond(),
                uniform.streamPerSecond(),
                documents / seconds(uniform.reread()),
                p50,
                p99,
                Math.max(uniform.peakHeapMb(), hot.peakHeapMb()));
    }
}
