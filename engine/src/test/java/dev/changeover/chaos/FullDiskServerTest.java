package dev.changeover.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
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
import java.util.Optional;
import java.util.concurrent.TimeUnit;
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

    @Test
    void aFullDiskStopsWithTheRemedyAndTheRunGoesOnOnceThereIsRoom() throws IOException, InterruptedException {
        Path disk = Files.createTempDirectory("changeover-disk");
        assumeTrue(runs("mount", "-t", "tmpfs", "-o", "size=2m,mode=777", "tmpfs", disk.toString()), "needs root");
        try (Shop shop = new Shop().fill(1, 10_000, 10_000);
                Pg pg = Pg.connect(TestServers.freshPostgres(), new PgSettings(6, Duration.ofSeconds(10)));
                Mongo mongo = Mongo.connect(shop.mongoUri)) {
            Path data = Files.createDirectory(disk.resolve("data"));
            String owner =
                    Look.texts(pg, "SELECT current_setting('data_directory')").getFirst();
            Files.setOwner(data, Files.getOwner(Path.of(owner)));
            pg.outsideTransaction(
                    "make a tablespace",
                    java.util.List.of("CREATE TABLESPACE small LOCATION '" + data + "'", "CREATE SCHEMA shop"));
            pg.change(
                    "use it",
                    tx -> tx.execute("DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET"
                            + " default_tablespace = small', current_database()); END $$"));
            copyUntilTheDiskIsFullThenGoOn(
                    shop,
                    mongo,
                    disk,
                    Look.texts(pg, "SELECT current_database()").getFirst());
            pg.change("free it", tx -> tx.execute("DROP SCHEMA shop, changeover CASCADE"));
            pg.outsideTransaction("drop the tablespace", java.util.List.of("DROP TABLESPACE small"));
        } finally {
            assertThat(runs("umount", "-l", disk.toString())).isTrue();
        }
    }

    private static void copyUntilTheDiskIsFullThenGoOn(Shop shop, Mongo mongo, Path disk, String database)
            throws IOException, InterruptedException {
        String uri = TestServers.freshPostgres().replaceFirst("/[^/]*$", "/" + database);
        RunSettings settings = new RunSettings(SMALL_CHUNKS, false, false, Optional.empty(), "test");
        try (Pg pg = Pg.connect(uri, new PgSettings(6, Duration.ofSeconds(10)))) {
            FailedException full = catchThrowableOfType(
                    FailedException.class,
                    () -> new Run(mongo, pg, settings, Station.Listener.NONE)
                            .until(Until.COPIED, "test", shop.planFile()));
            assertThat(full.failure())
                    .isInstanceOfSatisfying(
                            Failure.Refused.class,
                            refused -> assertThat(refused.remedy()).contains("disk space"));
            assertThat(Look.number(pg, "SELECT count(*) FROM changeover.chunk WHERE done"))
                    .isPositive();
            assertThat(runs("mount", "-o", "remount,size=200m", disk.toString()))
                    .isTrue();
            new Run(mongo, pg, settings, Station.Listener.NONE).until(Until.COPIED, "test", shop.planFile());
            assertThat(Shop.contents(pg)).isEqualTo(shop.expected());
        }
    }
}
