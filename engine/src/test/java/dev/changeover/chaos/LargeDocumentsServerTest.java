package dev.changeover.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.Shop;
import dev.changeover.servers.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents at MongoDB's limits through a heap of 256 MB (I19). */
class LargeDocumentsServerTest {
    private static final int NEARLY_16_MB = (16 << 20) - 200;

    @TempDir
    Path folder;

    private Path plan() {
        return folder.resolve("changeover.yaml");
    }

    private String[] arguments(Shop shop, String target, String... others) {
        List<String> arguments = new ArrayList<>(List.of("run", "--plan", plan().toString()));
        arguments.addAll(List.of("--mongo", shop.mongoUri, "--pg", target));
        arguments.addAll(List.of(others));
        return arguments.toArray(String[]::new);
    }

    private static Document deep(int levels) {
        Document document = new Document("end", "here");
        for (int i = 1; i < levels; i++) {
            document = i % 2 == 0 ? new Document("d", document) : new Document("d", List.of(document));
        }
        return document;
    }

    private static Document wide(int fields) {
        Document document = new Document("_id", "wide");
        for (int i = 0; i < fields; i++) {
            document.append("field " + i, i);
        }
        return document;
    }

    @Test
    void documentsAtEveryLimitPassThroughASmallHeapWithSeveralWorkers() throws IOException, InterruptedException {
        String target = TestServers.freshPostgres();
        Program program = new Program(folder);
        try (Shop shop = new Shop();
                Pg pg = Pg.connect(target, PgSettings.FEW)) {
            for (int i = 0; i < 12; i++) {
                shop.db()
                        .getCollection("orders")
                        .insertOne(new Document("_id", i).append("note", "x".repeat(NEARLY_16_MB)));
                shop.db()
                        .getCollection("users")
                        .insertOne(new Document("_id", i)
                                .append("email", "u" + i)
                                .append("unknown", List.of("y".repeat(NEARLY_16_MB - 100))));
            }
            shop.db().getCollection("users").insertOne(wide(5_000));
            shop.db()
                    .getCollection("users")
                    .insertOne(
                            new Document("_id", "deep").append("email", "deep").append("deep", deep(95)));
            Files.writeString(plan(), shop.planFile());
            int code = program.run(arguments(shop, target, "--until", "copied", "--workers", "4"));
            assertThat(code).as(program.log()).isZero();
            assertThat(Look.number(pg, "SELECT sum(length(note)) FROM shop.orders"))
                    .isEqualTo(12L * NEARLY_16_MB);
            assertThat(Look.number(
                            pg, "SELECT min(length(mongo_extra->'unknown'->>0)) FROM shop.users WHERE email LIKE 'u%'"))
                    .isEqualTo(NEARLY_16_MB - 100);
            assertThat(
                            Look.number(
                                    pg,
                                    "SELECT count(*) FROM shop.users, jsonb_object_keys(mongo_extra) WHERE mongo_id LIKE '%wide%'"))
                    .isGreaterThanOrEqualTo(5_000);
            assertThat(Look.number(pg, "SELECT count(*) FROM shop.users")).isEqualTo(14);
        }
    }

    @Test
    void documentsOf16MegabytesAreFollowedThroughASmallHeap() throws IOException, InterruptedException {
        String target = TestServers.freshPostgres();
        Program program = new Program(folder);
        try (Shop shop = new Shop();
                Pg pg = Pg.connect(target, PgSettings.FEW)) {
            Files.writeString(plan(), shop.planFile());
            Process following = program.start(arguments(shop, target));
            for (int i = 0; i < 12; i++) {
                shop.db()
                        .getCollection("orders")
                        .insertOne(new Document("_id", i).append("note", "x".repeat(NEARLY_16_MB)));
            }
            for (int i = 0; i < 12; i++) { // each replaced, and read anew, whole
                shop.db()
                        .getCollection("orders")
                        .replaceOne(new Document("_id", i), new Document("note", "y".repeat(NEARLY_16_MB)));
            }
            following.destroy();
            assertThat(following.waitFor()).as(program.log()).isEqualTo(143);
            int code = program.run(arguments(shop, target, "--until", "caught-up"));
            assertThat(code).as(program.log()).isZero();
            assertThat(Look.number(pg, "SELECT sum(length(note)) FROM shop.orders WHERE note LIKE 'yyy%'"))
                    .isEqualTo(12L * NEARLY_16_MB);
        }
    }

    /** Control characters take six letters each in JSON. */
    @Test
    void aDocumentThatTakesMoreMemoryThanThereIsEndsInAClearLineOrInItsRow() throws IOException, InterruptedException {
        String target = TestServers.freshPostgres();
        Program program = new Program(folder);
        try (Shop shop = new Shop()) {
            shop.db()
                    .getCollection("users")
                    .insertOne(new Document("_id", "bells").append("unknown", "\u0007".repeat(NEARLY_16_MB - 100)));
            Files.writeString(plan(), shop.planFile());
            int code = program.run(arguments(shop, target, "--until", "copied"));
            if (code != 0) {
                assertThat(code).as(program.log()).isEqualTo(4);
                assertThat(program.log()).contains("memory is not enough").contains("-Xmx");
            }
        }
    }
}
