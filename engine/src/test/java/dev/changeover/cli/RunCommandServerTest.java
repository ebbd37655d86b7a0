package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.Shop;
import dev.changeover.servers.FaultyProxy;
import dev.changeover.servers.TestServers;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandServerTest {
    @TempDir
    Path folder;

    private Shop shop;
    private String target;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void begin() throws IOException {
        shop = new Shop().fill(1, 300, 200);
        target = TestServers.freshPostgres();
        Files.writeString(folder.resolve("changeover.yaml"), shop.planFile());
    }

    @AfterEach
    void end() {
        shop.close();
    }

    private int changeover(String... arguments) {
        return changeover(Map.of(), arguments);
    }

    private int changeover(Map<String, String> environment, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--pg", target));
        if (arguments[0].equals("run")) {
            all.addAll(List.of(
                    "--mongo",
                    shop.mongoUri,
                    "--plan",
                    folder.resolve("changeover.yaml").toString()));
        }
        if (arguments[0].equals("run") && !all.contains("--until")) {
            all.addAll(List.of("--until", "copied"));
        }
        return Main.run(Output.to(out, err, environment), all.toArray(String[]::new));
    }

    @Test
    void aRunEndsWithTheLedgerOfEachCollection() {
        assertThat(changeover("run", "--until", "copied")).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("300 documents = 300 rows")
                .contains("200 documents = 200 rows (and ")
                .contains("in child tables")
                .contains("age: ")
                .contains("e.g. _id")
                .contains("every value is accounted for");
    }

    @Test
    void aTerminalIsDrawnOnAndAnswersWithTheSameSummary() {
        assertThat(changeover(
                        Map.of("CHANGEOVER_TERMINAL", "out", "COLUMNS", "90"), "run", "--max-docs-per-second", "400"))
                .isZero();
        assertThat(out.toString()).contains("█").contains("\u001b[").contains("every value is accounted for");
        assertThat(out.toString().lines().filter(line -> line.contains("░")))
                .isNotEmpty()
                .allMatch(
                        line -> line.replaceAll("\u001b\\[[0-9;]*[A-Za-z]", "").length() < 90);
    }

    @Test
    void jsonIsAnObjectALineAndTheLastIsTheSummary() {
        assertThat(changeover("run", "--json")).isZero();
        List<String> lines = out.toString().lines().toList();
        assertThat(lines).allMatch(line -> line.startsWith("{") && line.endsWith("}"));
        assertThat(lines.getLast())
                .contains("\"event\":\"copied\"")
                .contains("\"documents\":300")
                .contains("\"values_kept\":");
    }

    @Test
    void indexesThatTheDataDoNotAllowEndInADifference() {
        shop.db()
                .getCollection("users")
                .insertMany(List.of(new Document("email", "same"), new Document("email", "same")));
        assertThat(changeover("run")).isEqualTo(1);
        assertThat(out.toString()).contains("not built: ").contains("mongo_ids that share a value");
        assertThat(changeover("status")).isZero();
        assertThat(out.toString()).contains("not built");
    }

    @Test
    void aSignalRollsBackAndTheSameCommandGoesOn() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.changeover.cli.Main",
                        "run",
                        "--pg",
                        target,
                        "--mongo",
                        shop.mongoUri,
                        "--plan",
                        folder.resolve("changeover.yaml").toString(),
                        "--max-docs-per-second",
                        "20")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile())
                .start();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> changeover("status") == 0 && out.toString().contains("is at it: copy"));
        assertThat(changeover("run")).isEqualTo(4);
        assertThat(err.toString()).contains("process " + process.pid()).contains("pg_terminate_backend");
        process.destroy();
        assertThat(process.waitFor()).isEqualTo(143);
        assertThat(Files.readString(folder.resolve("log"))).contains("the same command goes on");
        assertThat(changeover("status")).isZero();
        assertThat(out.toString()).contains("nobody is at it");
        assertThat(changeover("run", "--max-docs-per-second", "100000")).isZero();
        assertThat(out.toString()).contains("300 documents = 300 rows");
    }

    @Test
    void theLogIsJsonWhereItIsWanted() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.changeover.cli.Main",
                        "run",
                        "--until",
                        "copied",
                        "-v",
                        "--log",
                        "json",
                        "--pg",
                        target,
                        "--mongo",
                        shop.mongoUri,
                        "--plan",
                        folder.resolve("changeover.yaml").toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("log").toFile())
                .start();
        assertThat(process.waitFor()).isZero();
        assertThat(Files.readAllLines(folder.resolve("log")))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("{\"time\":\"") && line.endsWith("}"))
                .anyMatch(line -> line.contains("\"message\":\"noted\",\"values\":{\"t0\":\""));
    }

    /** MongoDB stores no such document; a damaged disk or memory makes them. */
    @Test
    void aDocumentThatCannotBeReadIsRefusedByItsIdAndTheRunGoesOnOnceItIsMended() throws InterruptedException {
        shop.db().getCollection("orders").insertOne(new Document("_id", "broken").append("mark", 7));
        try (FaultyProxy proxy = FaultyProxy.before(shop.mongoUri);
                Pg pg = Pg.connect(target, PgSettings.FEW)) {
            String[] run = {
                "run",
                "--until",
                "copied",
                "--pg",
                target,
                "--mongo",
                proxy.through(shop.mongoUri),
                "--plan",
                folder.resolve("changeover.yaml").toString()
            };
            byte[] int32 = "\u0010mark".getBytes(StandardCharsets.ISO_8859_1);
            byte[] unknown = "\u001dmark".getBytes(StandardCharsets.ISO_8859_1);
            proxy.garble(int32, unknown);
            assertThat(Main.run(Output.to(out, err, Map.of()), run)).isEqualTo(4);
            assertThat(err.toString())
                    .contains(shop.orders().toString())
                    .contains("its _id is \"broken\"")
                    .contains("Mend or delete the document")
                    .contains("goes on where it stopped");
            assertThat(Look.number(pg, "SELECT count(*) FROM shop.orders")).isZero();
            proxy.mend();
            assertThat(Main.run(Output.to(out, err, Map.of()), run)).isZero();
            assertThat(Look.number(pg, "SELECT count(*) FROM shop.orders")).isEqualTo(201);
        }
    }

    @Test
    void statusIsRefusedBeforeARunAndTellsOfItAfterwards() {
        assertThat(changeover("status")).isEqualTo(4);
        assertThat(err.toString()).contains("changeover run");
        assertThat(changeover("run")).isZero();
        assertThat(changeover("status", "--watch")).isZero();
        assertThat(out.toString()).contains("copied at").contains("300 rows of about 300");
        assertThat(changeover("status", "--json")).isZero();
        assertThat(out.toString()).contains("\"rows\":300").doesNotContain("password");
    }

    @Test
    void limitsAreStoredForTheRunThatGoesOn() {
        assertThat(changeover("limit", "--max-docs-per-second", "5000", "--max-mb-per-second", "2"))
                .isZero();
        assertThat(out.toString()).contains("5,000 rows/s").contains("2.0 MB/s");
        assertThat(changeover("limit")).isZero();
        assertThat(out.toString()).contains("no limit");
        assertThat(changeover("limit", "--max-docs-per-second", "-1")).isEqualTo(2);
    }

    @Test
    void wrongUseIsSaidWithTheRemedy() throws IOException {
        assertThat(changeover("run", "--workers", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--workers");
        assertThat(changeover("run", "--until", "tomorrow")).isEqualTo(2);
        Files.delete(folder.resolve("changeover.yaml"));
        assertThat(changeover("run")).isEqualTo(2);
        assertThat(err.toString()).contains("changeover plan");
    }

    @Test
    void aRoleThatMayNotCreateIsRefusedWithTheRemedyAndGoesOnOnceItMay() throws InterruptedException {
        String owner = target;
        try (Pg pg = Pg.connect(owner, PgSettings.FEW)) {
            pg.change(
                    "make a poor role",
                    tx -> tx.execute(
                            "DO $$ BEGIN CREATE ROLE poor2 LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$"));
            target = owner.replaceFirst("//[^@]+@", "//poor2@");
            assertThat(changeover("run")).isEqualTo(4);
            assertThat(err.toString()).contains("Grant");
            pg.change(
                    "grant",
                    tx -> tx.execute("DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO poor2',"
                            + " current_database()); END $$"));
            assertThat(changeover("run")).as(err.toString()).isZero();
            assertThat(Look.number(pg, "SELECT count(*) FROM shop.users")).isEqualTo(300);
        }
    }
}
