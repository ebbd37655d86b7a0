package dev.changeover.bench;

import static dev.changeover.bench.Databases.seconds;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.bson.BsonTimestamp;

/**
 * How fast {@code changeover run --until caught-up} catches up with changes made while nobody followed, beside what this
 * source can be read at most by the driver alone; and how far a follower is behind a source at rest.
 */
final class FollowPart {
    private static final int HOT = 1_000;
    private static final int WRITES = 200;
    private static final String EVERY = "every document once";
    private static final String STREAMING = "Debezium's streaming, every document once";

    private final Ground ground;
    private final Databases both;
    private final Source source;
    private final Figures figures = new Figures("follow");

    /** With every document changed once, round by round. */
    private final List<Double> rates = new ArrayList<>();

    private FollowPart(Ground ground, Databases both, Source source) {
        this.ground = ground;
        this.both = both;
        this.source = source;
    }

    static Figures measure(Ground ground) throws IOException, InterruptedException, SQLException {
        int documents = ground.settings().documents();
        Databases both = ground.loaded("follow", Shape.USERS, documents);
        both.migration().changeover("run", "--until", "copied");
        try (Source source = new Source(both.mongo(), both.name(), Databases.COLLECTION)) {
            FollowPart part = new FollowPart(ground, both, source);
            part.loads(documents);
            part.peer();
            double[] millis = part.idle();
            part.figures.add("lag at rest: median", "ms", millis[millis.length / 2]);
            part.figures.add("lag at rest: 99 %", "ms", millis[(int) Math.ceil(millis.length * 0.99) - 1]);
            part.figures.add("lag at rest: most", "ms", millis[millis.length - 1]);
            part.figures.note("Catching up is the run's time less that of a run with nothing to do.");
            part.figures.note("Lag at rest: " + WRITES
                    + " single writes, from their acknowledgement until PostgreSQL shows them.");
            return part.figures;
        }
    }

    private void loads(int documents) throws IOException, InterruptedException {
        for (int i = 0; i < ground.settings().rounds(); i++) {
            int seed = i;
            rates.add(round(EVERY, documents, source::updateAll));
            double unusedHot =
                    round(HOT + " hot documents", 2 * documents, () -> source.updateHot(HOT, 2 * documents, seed));
            double unusedMixed = round(
                    "mixed, a tenth deleted and made anew",
                    documents / 10 * 10,
                    () -> source.mixed(documents / 10 * 10, seed));
        }
    }

    /** Changes a second. */
    private double round(String load, int events, Runnable changes) throws IOException, InterruptedException {
        BsonTimestamp before = source.now();
        changes.run();
        Migration.Took run = both.migration().changeover("run", "--until", "caught-up");
        double stream = events / seconds(source.stream(before, events));
        double reread = source.documents() / seconds(source.reread());
        Migration.Took idle = both.migration().changeover("run", "--until", "caught-up");
        double rate = events / seconds(run.wall().minus(idle.wall()));
        figures.add(load, "changes/s", rate);
        figures.add("limit: raw keys-only stream", "changes/s", stream);
        figures.add("limit: raw read by keys", "documents/s", reread);
        figures.add("heap, " + load, "MB", run.peakHeapMb());
        figures.ratio(load + ", to the raw stream", rate / stream);
        ground.say(
                "%s: %.0f changes/s; raw stream %.0f/s, raw read by keys %.0f/s".formatted(load, rate, stream, reread));
        return rate;
    }

    /** Debezium with fewer documents, as it is slow: what is compared are changes per second. */
    private void peer() throws IOException, InterruptedException, SQLException {
        Debezium debezium = new Debezium();
        Optional<String> obstacle =
                ground.settings().wants(debezium.word()) ? debezium.obstacle() : Optional.of("it is not wanted");
        if (obstacle.isPresent()) {
            figures.note("Debezium's streaming: not measured, " + obstacle.get());
            return;
        }
        int documents = Math.min(source.documents(), Debezium.MOST);
        Databases own = ground.loaded("followpeer", Shape.USERS, documents);
        for (double ours : List.copyOf(rates)) {
            double rate = documents / seconds(Debezium.stream(own));
            figures.add(STREAMING, "changes/s", rate);
            figures.ratio(EVERY + ", to " + STREAMING, ours / rate);
            ground.say("%s: %.0f changes/s".formatted(STREAMING, rate));
        }
        figures.note("%s: of %,d documents; %s".formatted(STREAMING, documents, debezium.fidelity()));
    }

    /** Milliseconds from a write's acknowledgement until PostgreSQL shows it, sorted. */
    private double[] idle() throws IOException, InterruptedException, SQLException {
        Process follower = both.migration().start("run");
        double[] millis = new double[WRITES];
        SplittableRandom random = new SplittableRandom(7);
        try (Connection connection = DriverManager.getConnection(both.jdbc());
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
}
