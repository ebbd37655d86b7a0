package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.dump.Forms;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.Shop;
import dev.changeover.servers.TestServers;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FromCommandServerTest {
    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private Shop shop;
    private String target;

    @BeforeEach
    void begin() {
        shop = new Shop().fill(1, 300, 200);
        shop.db().getCollection("orders").createIndex(new Document("note", 1));
        target = TestServers.freshPostgres();
    }

    @AfterEach
    void end() {
        shop.close();
    }

    private int changeover(String command, Path from, String... more) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of(command, "--from", from.toString(), "--pg", target));
        if (!command.equals("verify")) {
            all.addAll(List.of("--plan", folder.resolve("changeover.yaml").toString()));
        }
        all.addAll(List.of(more));
        return Main.run(Output.to(out, err, Map.of()), all.toArray(String[]::new));
    }

    @Test
    void anArchiveIsPlannedCopiedAndVerified() throws InterruptedException {
        Path archive = Forms.ARCHIVE_GZ.write(folder, shop.db());
        assertThat(changeover("plan", archive)).as(err.toString()).isZero();
        assertThat(changeover("run", archive)).as(err.toString()).isZero();
        assertThat(out.toString()).contains("300 documents = 300 rows").contains("every value is accounted for");
        assertThat(changeover("verify", archive)).as(err.toString()).isZero();
        assertThat(out.toString()).contains("300 documents compared").contains("there are no other rows");
        try (Pg pg = Pg.connect(target, PgSettings.FEW)) {
            assertThat(Look.texts(pg, "SELECT indexdef FROM pg_indexes WHERE tablename = 'orders'"))
                    .anyMatch(index -> index.contains("(note"));
            pg.change(
                    "damage",
                    tx -> tx.execute(
                            "DELETE FROM public.orders WHERE id = (SELECT min(id::text)::uuid FROM public.orders)"));
        }
        assertThat(changeover("verify", archive)).isEqualTo(1);
        assertThat(out.toString()).contains("1 without a row").contains("--start-over");
    }

    @Test
    void anExportSaysWhatItLacksAndGivesTheSameIds() {
        Path exports = Forms.EXPORT_V2.write(folder, shop.db());
        assertThat(changeover("plan", exports)).as(err.toString()).isZero();
        assertThat(err.toString()).contains("no indexes, no validators");
        assertThat(changeover("run", exports)).as(err.toString()).isZero();
        assertThat(changeover("verify", exports)).as(err.toString()).isZero();
    }

    @Test
    void whatIsNoDumpIsRefused() {
        assertThat(changeover("plan", folder.resolve("nothing"))).isEqualTo(2);
        assertThat(err.toString()).contains("there is no such file");
        assertThat(changeover("plan", folder)).isEqualTo(2);
        assertThat(err.toString()).contains("neither a folder or an archive of mongodump");
    }
}
