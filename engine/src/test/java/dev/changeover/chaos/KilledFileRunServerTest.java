package dev.changeover.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.WriteModel;
import dev.changeover.dump.Oplog;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.Shop;
import dev.changeover.servers.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The whole program on a dump with an oplog, killed with SIGKILL amid both; replay with -Dseed=N. */
class KilledFileRunServerTest {
    private static final Logger LOG = LoggerFactory.getLogger(KilledFileRunServerTest.class);
    private static final int KILLS_EACH = 5;
    private static final int USERS = 5_000;
    private static final int ORDERS = 4_000;
    private static final int WRITES = 3_000;
    private static final int HOT = 300;
    private static final int NOTE = 20_000;

    /** Whether a chunk is of what the oplog has changed: the highest bit but one of its place. */
    private static final String CHANGED = "coalesce(get_byte(from_id, 18) >= 64, false)";

    @TempDir
    Path folder;

    private Pg pg;

    /** So much that what it changes comes in several parts under the program's heap. */
    private static void write(MongoDatabase shop, SplittableRandom random) {
        List<WriteModel<Document>> batch = new ArrayList<>();
        for (int i = 0; i < WRITES; i++) {
            batch.add(new ReplaceOneModel<>(
                    new Document("_id", "hot" + random.nextInt(HOT)),
                    new Document("note", Integer.toString(i).repeat(NOTE / 4)),
                    new com.mongodb.client.model.ReplaceOptions().upsert(true)));
        }
        shop.getCollection("orders").bulkWrite(batch);
        shop.getCollection("orders")
                .updateMany(new Document("items.sku", "s7"), new Document("$set", new Document("items.$[].sku", "x")));
        shop.getCollection("users")
                .updateMany(new Document("age", new Document("$lt", 40)), new Document("$inc", new Document("age", 1)));
        shop.getCollection("users").deleteMany(new Document("age", 77));
    }

    /** Chunks that are done, and not yet done. */
    private record Chunks(long data, long dataOpen, long changed, long changedOpen) {
        long done() {
            return data + changed;
        }
    }

    private Chunks chunks() throws InterruptedException {
        if (Look.texts(pg, "SELECT 1 WHERE to_regclass('changeover.chunk') IS NOT NULL")
                .isEmpty()) {
            return new Chunks(0, 0, 0, 0);
        }
        return new Chunks(
                count("done AND NOT " + CHANGED),
                count("NOT done AND NOT " + CHANGED),
                count("done AND " + CHANGED),
                count("NOT done AND " + CHANGED));
    }

    private long count(String which) throws InterruptedException {
        return Look.number(pg, "SELECT count(*) FROM changeover.chunk WHERE " + which);
    }

    /** Kills the program some time after it has got further; returns where it was then. */
    private Chunks killed(Program program, String[] arguments, long delay) throws IOException, InterruptedException {
        long before = chunks().done();
        Process process = program.start(arguments);
        while (chunks().done() <= before) {
            assertThat(process.waitFor(20, TimeUnit.MILLISECONDS))
                    .as(program.log())
                    .isFalse();
        }
        assertThat(process.waitFor(delay, TimeUnit.MILLISECONDS))
                .as(program.log())
                .isFalse();
        process.destroyForcibly().waitFor();
        return chunks();
    }

    @Test
    void aRunFromFilesKilledAmidTheCopyAndAmidTheOplogEndsWithTheSameRows() throws IOException, InterruptedException {
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        String target = TestServers.freshPostgres();
        Program program = new Program(folder);
        try (Shop shop = new Shop().fill(seed, USERS, ORDERS);
                Pg opened = Pg.connect(target, new PgSettings(2, Duration.ofSeconds(30)))) {
            pg = opened;
            Path plan = Files.writeString(folder.resolve("changeover.yaml"), shop.planFile());
            Path dump = Oplog.dump(folder.resolve("dump"), shop.mongoUri, shop.database, now -> write(now, random));
            int amidCopy = 0;
            for (int i = 0; i < KILLS_EACH; i++) {
                Chunks now = killed(program, arguments(dump, target, plan, 1_000), random.nextLong(300));
                amidCopy += now.data() > 0 && now.dataOpen() > 0 ? 1 : 0;
            }
            int amidReplay = 0;
            for (int kills = 0; amidReplay < KILLS_EACH; kills++) {
                assertThat(kills).as("seed %d: kills", seed).isLessThan(60);
                boolean copied = chunks().dataOpen() <= 3;
                Chunks now = killed(
                        program,
                        arguments(dump, target, plan, copied ? 100 : 6_000),
                        random.nextLong(copied ? 300 : 1));
                amidReplay += now.changed() > 0 && now.changedOpen() > 0 ? 1 : 0;
                if (now.changed() + now.data() > 0 && now.changedOpen() <= 1) {
                    break;
                }
            }
            Chunks left = chunks();
            Program other = new Program(folder, "512m"); // would divide the changes otherwise
            assertThat(other.run(arguments(dump, target, plan, 1_000_000)))
                    .as("seed %d%n%s", seed, other.log())
                    .isZero();
            assertThat(Shop.contents(pg)).as("seed %d", seed).isEqualTo(shop.expected());
            LOG.atWarn()
                    .addKeyValue("seed", seed)
                    .addKeyValue("amidCopy", amidCopy)
                    .addKeyValue("amidReplay", amidReplay)
                    .addKeyValue("left", left)
                    .log("killed and ended exact");
            assertThat(amidCopy).as("seed %d: kills amid the copy", seed).isEqualTo(KILLS_EACH);
            assertThat(amidReplay).as("seed %d: kills amid the replay", seed).isGreaterThanOrEqualTo(3);
        }
    }

    private static String[] arguments(Path dump, String target, Path plan, int documentsPerSecond) {
        return new String[] {
            "run",
            "--from",
            dump.toString(),
            "--workers",
            "2",
            "--chunk-mb",
            "0.01",
            "--plan",
            plan.toString(),
            "--pg",
            target,
            "--max-docs-per-second",
            "" + documentsPerSecond
        };
    }
}
