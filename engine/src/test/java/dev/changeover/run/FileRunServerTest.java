package dev.changeover.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.Station;
import dev.changeover.copy.CopySettings;
import dev.changeover.dump.Dump;
import dev.changeover.dump.Dumped;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.servers.TestServers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileRunServerTest {
    private static final CopySettings SMALL_CHUNKS = new CopySettings(
            3, 20_000, Duration.ofSeconds(20), Runtime.getRuntime().maxMemory());

    @TempDir
    Path files;

    private Shop shop;
    private Pg pg;

    @BeforeEach
    void begin() {
        shop = new Shop();
        pg = Pg.connect(TestServers.freshPostgres(), new PgSettings(8, Duration.ofSeconds(10)));
    }

    @AfterEach
    void end() {
        pg.close();
        shop.close();
    }

    private Summary run(Path from, CopySettings copy, Station.Listener stations) throws InterruptedException {
        RunSettings settings = new RunSettings(copy, false, false, Optional.empty(), "test");
        try (Dump dump = Dump.open(from.toString())) {
            return new FileRun(dump, pg, settings, stations).run(shop.planFile());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFolderOfMongodumpGivesTheRowsOfTheLiveCopy(boolean gzip) throws InterruptedException {
        shop.fill(1, 2_000, 3_000);
        Path dump = Dumped.folder(files, shop.db(), gzip);
        Summary summary = run(dump, SMALL_CHUNKS, Station.Listener.NONE);
        assertThat(Shop.contents(pg)).isEqualTo(shop.expected());
        assertThat(summary.notBuilt()).isEmpty();
        assertThat(summary.ledgers()).allSatisfy(Summary.Ledger::check);
        assertThat(Look.number(pg, "SELECT count(*) FROM changeover.chunk")).isGreaterThan(gzip ? 1 : 10);
    }

    @Test
    void aCompressedFileIsDividedByTimeAndReadOnce() throws InterruptedException {
        shop.fill(2, 60_000, 10);
        Path dump = Dumped.folder(files, shop.db(), true);
        CopySettings hasty = new CopySettings(2, 20_000, Duration.ZERO, SMALL_CHUNKS.heapBytes());
        run(dump, hasty, Station.Listener.NONE);
        assertThat(Shop.contents(pg)).isEqualTo(shop.expected());
        assertThat(Look.number(pg, "SELECT count(*) FROM changeover.chunk")).isGreaterThan(3);
    }
}
