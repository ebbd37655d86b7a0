package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.Updates;
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
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page that a team reads before the next phase. */
class ReportCommandServerTest {
    @TempDir
    Path folder;

    private final Shop shop = new Shop().fill(1, 100, 50);
    private final String target = TestServers.freshPostgres();
    private final Pg pg = Pg.connect(target, PgSettings.FEW);

    @AfterEach
    void close() {
        pg.close();
        shop.close();
    }

    private String changeover(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--pg", target, "--mongo", shop.mongoUri));
        return Typed.changeover(all);
    }

    @Test
    void itTellsWhatStandsInTheWayAndWhatDiffers() throws IOException, InterruptedException {
        Path file = folder.resolve("report.html");
        assertThat(changeover("report", file.toString()))
                .contains("no run has begun")
                .endsWith("exit 4");
        Path plan = folder.resolve("changeover.yaml");
        Files.writeString(plan, shop.planFile());
        shop.db()
                .getCollection("users")
                .insertOne(new Document("_id", "odd").append("email", 42).append("<script>", "x"));
        assertThat(changeover("run", "--until", "copied", "--plan", plan.toString()))
                .endsWith("exit 0");
        pg.change(
                "damage",
                tx -> tx.execute("UPDATE shop.users SET email = '<b>wrong</b>' WHERE email ="
                        + " (SELECT min(email) FROM shop.users)"));
        assertThat(changeover("verify")).endsWith("exit 1");
        assertThat(changeover("report", file.toString()))
                .contains("in the way of the next phase: nobody follows MongoDB")
                .endsWith("exit 1");
        assertThat(changeover("report", "--json"))
                .contains("\"next\":\"both\",\"ready\":false", "\"name\":\"followed\",\"holds\":false")
                .contains("\"differing\":1", "\"mongo_id\":", "\"postgresql\":\"<b>wrong</b>\"")
                .contains("\"field\":\"<script>\"", "\"state\":\"present\"")
                .contains("\"kind\":\"foreign-key\"")
                .endsWith("\"advice\":[]}" + System.lineSeparator() + "exit 1");
        assertThat(changeover("report", "--json", file.toString()))
                .contains("--json writes no file")
                .endsWith("exit 2");
        String page = Files.readString(file);
        assertThat(page)
                .contains("Not ready for the next phase, both")
                .contains("<td>email</td>", "&lt;b&gt;wrong&lt;/b&gt;")
                .contains("a field that the plan does not know")
                .contains("<h2>Indexes</h2>", "<td>present</td>")
                .doesNotContain("<script", "<b>", "http://", "https://");
    }

    @Test
    void itTellsWhichFieldsInsideOfJsonbAreUpdatedMost() throws InterruptedException {
        for (int i = 0; i < 50; i++) {
            shop.db()
                    .getCollection("posts")
                    .insertOne(new Document("_id", new ObjectId())
                            .append("title", "post " + i)
                            .append("stats", new Document("views", 0).append("likes", 0)));
        }
        Path plan = folder.resolve("changeover.yaml");
        assertThat(changeover("plan", "--plan", plan.toString(), "--include", shop.database + ".posts"))
                .endsWith("exit 0");
        assertThat(changeover("run", "--until", "copied", "--plan", plan.toString()))
                .endsWith("exit 0");
        for (int i = 0; i < 3; i++) {
            shop.db().getCollection("posts").updateMany(new Document(), Updates.inc("stats.views", 1));
        }
        assertThat(changeover("report", "--json"))
                .contains(
                        "of the last 150 updates in MongoDB, 150 changed stats.views. Each of them writes this column anew");
    }
}
