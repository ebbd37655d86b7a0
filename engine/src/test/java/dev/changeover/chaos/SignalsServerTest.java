package dev.changeover.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.changeover.ClusterTime;
import dev.changeover.follow.States;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.servers.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole program as a process of its own that follows a load of writes, and gets signals; replay with -Dseed=N. */
class SignalsServerTest {
    private static final int SIGNALS = Integer.getInteger("signals", 8);
    private static final int ENDED_BY_SIGTERM = 128 + 15;
    private static final int REFUSED = 4;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final SplittableRandom random = new SplittableRandom(seed);
    private final String source = TestServers.freshMongoDatabase();
    private final String target = TestServers.freshPostgres();
    private final String database = Objects.requireNonNull(new ConnectionString(source).getDatabase());
    private final Pg pg = Pg.connect(target, new PgSettings(2, Duration.ofSeconds(30)));
    private final MongoClient client = MongoClients.create(source);
    private final WriteLoad load = new WriteLoad(source, database);
    private Planned planned;
    private Program program;

    @TempDir
    Path folder;

    @BeforeEach
    void copy() throws IOException, InterruptedException {
        program = new Program(folder);
        load.fill(seed);
        planned = Planned.of(source, folder);
        assertThat(program.run(run("--until", "copied"))).as(program.log()).isZero();
        load.start(seed);
    }

    @AfterEach
    void close() {
        load.close();
        client.getDatabase(database).drop();
        client.close();
        pg.close();
    }

    private String[] run(String... options) {
        return planned.run(source, target, options);
    }

    private long cuts() throws InterruptedException {
        return Look.number(pg, "SELECT number FROM changeover.cut");
    }

    /** Until it has taken a cut of its own. */
    private Process following() throws IOException, InterruptedException {
        long before = cuts();
        Process process = program.start(run());
        Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> cuts() > before || !process.isAlive());
        return process;
    }

    @Test
    void toldToEndUnderLoadItEndsAtACutAndTheNextRunGoesOn() throws IOException, InterruptedException {
        States states = new States(client.getDatabase(database), pg, planned.plan());
        ClusterTime last = states.compare();
        for (int i = 0; i < SIGNALS; i++) {
            boolean follows = random.nextInt(4) > 0;
            Process process = follows ? following() : program.start(run());
            boolean ended = process.waitFor(random.nextInt(1_500), TimeUnit.MILLISECONDS);
            process.destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            String when = "seed " + seed + ", signal " + i + "\n" + program.log();
            assertThat(ended).as(when).isFalse();
            assertThat(process.exitValue()).as(when).isEqualTo(ENDED_BY_SIGTERM);
            ClusterTime at = states.compare();
            if (follows) {
                assertThat(at).as(when).isGreaterThan(last);
                assertThat(program.log()).as(when).endsWith("the same command goes on from here\n");
                assertThat(Look.texts(pg, "SELECT step FROM changeover.owner"))
                        .as(when)
                        .containsExactly("stopped");
            }
            last = at;
        }
        load.stop();
        assertThat(program.run(run("--until", "caught-up"))).as(program.log()).isZero();
        assertThat(planned.differences(source, pg)).as("seed %d", seed).isEmpty();
    }

    @Test
    void pausedForAMinuteItIsTakenOverAndCommitsNothingAfterwards() throws IOException, InterruptedException {
        Process paused = following();
        pauseForAMinute(paused);
        load.stop();
        Program second = new Program(Files.createDirectory(folder.resolve("second")));
        assertThat(second.run(run("--until", "caught-up"))).as(second.log()).isZero();
        assertThat(second.log())
                .contains("takes over from a run that gives no sign of life")
                .contains("process " + paused.pid());
        assertThat(planned.differences(source, pg)).as("seed %d", seed).isEmpty();
        long cuts = cuts();

        client.getDatabase(database).getCollection("orders").insertOne(new Document("_id", "later"));
        signal(paused, "CONT");
        assertThat(paused.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(paused.exitValue()).as(program.log()).isEqualTo(REFUSED);
        assertThat(program.log()).contains("has taken over this target");
        assertThat(cuts()).isEqualTo(cuts);
        assertThat(Look.texts(pg, "SELECT mongo_id FROM public.orders WHERE mongo_id = 'later'"))
                .isEmpty();
    }

    /** The minute passes in its last sign of life. It is not held still while it gives one: that would be locked. */
    private void pauseForAMinute(Process process) throws IOException, InterruptedException {
        for (signal(process, "STOP"); !aged(); signal(process, "STOP")) {
            signal(process, "CONT");
            assertThat(process.waitFor(10, TimeUnit.MILLISECONDS)).isFalse();
        }
    }

    private boolean aged() throws InterruptedException {
        return pg.transaction("let a minute pass", tx -> tx.update("""
                UPDATE changeover.owner SET beat = beat - interval '1 minute'
                WHERE only_row IN (SELECT only_row FROM changeover.owner FOR UPDATE SKIP LOCKED)""")) == 1;
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }
}
