package dev.changeover.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.copy.CopySettings;
import dev.changeover.mongo.Mongo;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.Run;
import dev.changeover.run.RunSettings;
import dev.changeover.run.Shop;
import dev.changeover.run.Until;
import dev.changeover.servers.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tables in a file system of two megabytes. Only root may mount one: elsewhere the test is left out. */
class FullDiskServerTest {
    private static final CopySettings SMALL_CHUNKS = new CopySettings(2, 50_000, Duration.ofSeconds(20), 256 << 20);

    private static boolean runs(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    }

    /** What is done on a disk that is nearly full: {@code uri} is of a database whose tables are there. */
    private interface OnSmallDisk {
        void go(Shop shop, Mongo mongo, Pg pg, Room room) throws IOException, InterruptedException, ExecutionException;
    }

    /** Makes the disk larger. */
    private interface Room {
        void make() throws IOException, InterruptedException;
    }

    private static void onSmallDisk(Shop filled, OnSmallDisk work)
            throws IOException, InterruptedException, ExecutionException {
        Path disk = Files.createTempDirectory("changeover-disk");
        assumeTrue(runs("mount", "-t", "tmpfs", "-o", "size=2m,mode=777", "tmpfs", disk.toString()), "needs root");
        String uri = TestServers.freshPostgres();
        try (Shop shop = filled;
                Pg pg = Pg.connect(uri, PgSettings.FEW);
                Mongo mongo = Mongo.connect(shop.mongoUri)) {
            Path data = Files.createDirectory(disk.resolve("data"));
            String owner =
                    Look.texts(pg, "SELECT current_setting('data_directory')").getFirst();
            Files.setOwner(data, Files.getOwner(Path.of(owner)));
            pg.outsideTransaction(
                    "make a tablespace",
                    List.of("CREATE TABLESPACE small LOCATION '" + data + "'", "CREATE SCHEMA shop"));
            pg.change(
                    "use it",
                    tx -> tx.execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET"
                            + " default_tablespace = small', current_database()); END $$"));
            try (Pg small = Pg.connect(uri, new PgSettings(6, Duration.ofSeconds(10)))) {
                work.go(
                        shop,
                        mongo,
                        small,
                        () -> assertThat(runs("mount", "-o", "remount,size=200m", disk.toString()))
                                .isTrue());
            }
            pg.change("free it", tx -> tx.execute("DROP SCHEMA shop, changeover CASCADE"));
            pg.outsideTransaction("drop the tablespace", List.of("DROP TABLESPACE small"));
        } finally {
            assertThat(runs("umount", "-l", disk.toString())).isTrue();
        }
    }

    private static void run(Mongo mongo, Pg pg, Shop shop, Until until) throws InterruptedException {
        RunSettings settings = new RunSettings(SMALL_CHUNKS, false, false, Optional.empty(), "test");
        new Run(mongo, pg, settings, Station.Listener.NONE).until(until, "test", shop.planFile());
    }

    private static void requireRemedy(@Nullable Throwable full) {
        assertThat(full)
                .isInstanceOfSatisfying(
                        FailedException.class,
                        e -> assertThat(e.failure())
                                .isInstanceOfSatisfying(
                                        Failure.Refused.class,
                                        refused -> assertThat(refused.remedy())
                                                .contains("disk space", "goes on where it stopped")));
    }

    @Test
    void aFullDiskStopsWithTheRemedyAndTheRunGoesOnOnceThereIsRoom()
            throws IOException, InterruptedException, ExecutionException {
        onSmallDisk(new Shop().fill(1, 10_000, 10_000), (shop, mongo, pg, room) -> {
            requireRemedy(catchThrowable(() -> run(mongo, pg, shop, Until.COPIED)));
            assertThat(Look.number(pg, "SELECT count(*) FROM changeover.chunk WHERE done"))
                    .isPositive();
            room.make();
            run(mongo, pg, shop, Until.COPIED);
            assertThat(Shop.contents(pg)).isEqualTo(shop.expected());
        });
    }

    private static long rows(Pg pg, String table) throws InterruptedException {
        return Look.number(pg, "SELECT count(*) FROM shop." + table);
    }

    @Test
    void aDiskThatGetsFullWhileFollowingStopsItAtACutAndItGoesOnOnceThereIsRoom()
            throws IOException, InterruptedException, ExecutionException {
        onSmallDisk(new Shop().fill(1, 100, 100), (shop, mongo, pg, room) -> {
            run(mongo, pg, shop, Until.COPIED);
            FutureTask<@Nullable Throwable> following =
                    new FutureTask<>(() -> catchThrowable(() -> run(mongo, pg, shop, Until.STOPPED)));
            Thread.ofPlatform().start(following);
            long written = 0;
            for (; !following.isDone(); written++) {
                String text = "a line of some length in document " + written;
                shop.db().getCollection("users").insertOne(new Document("_id", "full" + written).append("email", text));
                shop.db().getCollection("orders").insertOne(new Document("_id", "full" + written).append("note", text));
            }
            requireRemedy(following.get());
            assertThat(rows(pg, "users"))
                    .isBetween(rows(pg, "orders"), rows(pg, "orders") + 1) // a cut may be between the two inserts
                    .isGreaterThan(100);
            room.make();
            run(mongo, pg, shop, Until.CAUGHT_UP);
            assertThat(rows(pg, "users")).isEqualTo(100 + written);
            assertThat(Shop.contents(pg)).isEqualTo(shop.expected());
        });
    }
}
