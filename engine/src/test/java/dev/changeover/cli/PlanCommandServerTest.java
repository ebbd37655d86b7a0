package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import dev.changeover.servers.Mongod;
import dev.changeover.servers.TestServers;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlanCommandServerTest {
    private final Path folder;
    private final String mongo = TestServers.freshMongoDatabase();
    private StringWriter out = new StringWriter();
    private StringWriter err = new StringWriter();

    PlanCommandServerTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Path file() {
        return folder.resolve("changeover.yaml");
    }

    private int plan(String... more) {
        out = new StringWriter();
        err = new StringWriter();
        List<String> args = new ArrayList<>(List.of("plan", "--mongo", mongo, "--plan", file().toString()));
        args.addAll(List.of(more));
        return Main.run(Output.to(out, err, Map.of()), args.toArray(String[]::new));
    }

    private String text() throws IOException {
        return Files.readString(file());
    }

    private static String database(String uri) {
        return uri.replaceFirst("^.*/([^/?]+)(\\?.*)?$", "$1");
    }

    @BeforeEach
    void loadAShop() {
        try (MongoClient client = MongoClients.create(mongo)) {
            MongoDatabase shop = client.getDatabase(database(mongo));
            List<Document> customers = new ArrayList<>();
            List<Document> orders = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                Document customer = new Document("_id", new ObjectId()).append("name", "n" + i);
                customers.add(customer);
                orders.add(new Document("customerId", customer.get("_id"))
                        .append("total", i % 100 == 0 ? "n/a" : (Object) i)
                        .append("ship", new Document("city", "c").append("zip", "z")));
            }
            shop.getCollection("customers").insertMany(customers);
            shop.getCollection("orders").insertMany(orders);
            shop.getCollection("orders").createIndex(Indexes.ascending("ship.city"), new IndexOptions());
            shop.createView("recent", "orders", List.of());
            shop.createCollection(
                    "log", new CreateCollectionOptions().capped(true).sizeInBytes(4_096));
        }
    }

    @Test
    void theFileIsWrittenAndWhatIsInItTold() throws IOException {
        assertThat(plan()).as(() -> err.toString()).isZero();
        String shop = database(mongo);
        assertThat(out.toString())
                .contains(
                        "collection",
                        "kept aside",
                        shop + ".orders",
                        "total: 3 values do not fit integer",
                        "a view on orders")
                .contains("Wrote " + file());
        assertThat(text())
                .contains("# What each MongoDB collection becomes")
                .contains("references: " + shop + ".customers", "100 % of 100 looked up", "btree ((ship #>> '{city}'))")
                .contains("all 300 documents read", "capped:", "left out:", shop + ".recent:");
    }

    @Test
    void planningAgainLeavesTheFileAsItIs() throws IOException {
        plan();
        String edited = text().replace("column: total", "column: amount  # as the books say");
        Files.writeString(file(), edited);
        assertThat(plan()).isZero();
        assertThat(text()).isEqualTo(edited);
        assertThat(out.toString()).contains("is up to date");
    }

    @Test
    void startingOverKeepsTheOldFile() throws IOException {
        plan();
        Files.writeString(file(), text().replace("column: total", "column: amount"));
        assertThat(plan("--fresh")).isZero();
        assertThat(text()).contains("column: total");
        assertThat(Files.readString(folder.resolve("changeover.yaml.bak"))).contains("column: amount");
        plan("--fresh");
        assertThat(folder.resolve("changeover.yaml.bak2")).exists();
    }

    @Test
    void collectionsNotAskedForAreLeftOutByName() throws IOException {
        assertThat(plan("--include", "orders", "--include", "*.log", "--exclude", "l*"))
                .isZero();
        assertThat(text())
                .contains(database(mongo) + ".customers: not asked for", database(mongo) + ".log: not asked for");
        assertThat(out.toString()).contains(".orders").doesNotContain(".customers  ");
    }

    @Test
    void aMistakeInTheFileIsToldWithItsPlaceAndNothingIsWritten() throws IOException {
        Files.writeString(file(), "collections:\n  shop.orders:\n    tabel: orders\n");
        assertThat(plan()).isEqualTo(2);
        assertThat(err.toString()).contains("line 3, column 5: 'tabel'", "did you mean 'table'?");
        assertThat(text()).startsWith("collections:\n  shop.orders:\n    tabel");
    }

    @Test
    void theStatementsArePrintedForADatabaseAdministrator() {
        assertThat(plan("--sql")).isZero();
        assertThat(out.toString()).startsWith("-- For PostgreSQL 18").contains("CREATE TABLE \"public\".\"orders\"");
        assertThat(plan("--sql")).isZero();
        assertThat(out.toString()).contains("CREATE TABLE \"public\".\"customers\"");
    }

    @Test
    void jsonHoldsTheSame() {
        assertThat(plan("--json", "--full")).isZero();
        assertThat(out.toString())
                .startsWith("{")
                .contains(
                        "\"kept_aside\" : 3",
                        "\"written\" : true",
                        "\"drift\" : [ ]",
                        "\"reason\" : \"a view on orders");
    }

    @Test
    void aSampleOfNothingIsRefused() {
        assertThat(plan("--sample", "0")).isEqualTo(2);
        assertThat(err.toString()).contains("--full");
    }

    @Test
    void theSourceIsRecommended() {
        assertThat(plan()).isZero();
        assertThat(out.toString()).contains("Source\n  follow MongoDB itself: change streams open");
        assertThat(plan("--json")).isZero();
        assertThat(out.toString()).contains("\"way\" : \"follow\"");
        try (Mongod alone = Mongod.start()) {
            out = new StringWriter();
            assertThat(Main.run(
                            Output.to(out, err, Map.of()),
                            "plan",
                            "--mongo",
                            alone.uri("shop"),
                            "--plan",
                            folder.resolve("alone.yaml").toString()))
                    .isZero();
            assertThat(out.toString()).contains("Source\n  a dump: a standalone", "→ mongodump --uri", "--from dump/");
        }
    }
}
