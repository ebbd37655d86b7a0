package dev.changeover.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.dump.LargeArchive;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.servers.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An archive several times the heap is planned, copied, its oplog replayed, and verified (I19). More with -Dmegabytes=. */
class LargeDumpServerTest {
    private static final Logger LOG = LoggerFactory.getLogger(LargeDumpServerTest.class);
    private static final String HEAP = "64m";
    private static final int COLLECTIONS = 4;
    private static final int DOCUMENTS = Integer.getInteger("megabytes", 200) * 1_000_000 / COLLECTIONS / 490;
    private static final int HOT = 20_000;
    private static final int TOUCHED = 20_000;

    @TempDir
    Path folder;

    @Test
    void anArchiveSeveralTimesTheHeapEndsWithTheRightRows() throws IOException, InterruptedException {
        String target = TestServers.freshPostgres();
        Path archive = new LargeArchive(COLLECTIONS, DOCUMENTS, HOT, TOUCHED).write(folder.resolve("x.archive"));
        Program program = new Program(folder, HEAP);
        String plan = folder.resolve("changeover.yaml").toString();
        String from = archive.toString();
        long begun = System.nanoTime();
        assertThat(program.run("plan", "--from", from, "--plan", plan))
                .as(program.log())
                .isZero();
        assertThat(program.run("run", "--from", from, "--plan", plan, "--pg", target, "--workers", "2"))
                .as(program.log())
                .isZero();
        long copied = System.nanoTime();
        try (Pg pg = Pg.connect(target, PgSettings.FEW)) {
            for (int i = 0; i < COLLECTIONS; i++) {
                assertThat(Look.number(pg, "SELECT count(*) FROM public.c" + i)).isEqualTo(DOCUMENTS);
                assertThat(Look.number(
                                pg,
                                "SELECT count(*) FROM public.c" + i
                                        + " WHERE payload = repeat(md5(mongo_id::jsonb->>'$numberInt'), "
                                        + LargeArchive.REPEATED + ")"))
                        .isEqualTo(DOCUMENTS);
            }
            assertThat(Look.number(pg, "SELECT sum(v) FROM public.c0")).isEqualTo(HOT + TOUCHED);
            assertThat(Look.number(pg, "SELECT max(v) FROM public.c0")).isEqualTo(HOT);
            assertThat(Look.number(pg, "SELECT sum(v) FROM public.c1")).isZero();
        }
        assertThat(program.run("verify", "--from", from, "--pg", target))
                .as(program.log())
                .isZero();
        LOG.atWarn()
                .addKeyValue("megabytes", Files.size(archive) / 1_000_000)
                .addKeyValue("heap", HEAP)
                .addKeyValue("entries", HOT + TOUCHED)
                .addKeyValue("copySeconds", (copied - begun) / 1_000_000_000)
                .log("copied and verified");
    }
}
