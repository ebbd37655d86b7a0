package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.model.InsertOneOptions;
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
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees who finishes the tables while a run follows. */
class FinishCommandServerTest {
    @TempDir
    Path folder;

    private final Shop shop = new Shop();
    private final String target = TestServers.freshPostgres();
    private final Pg pg = Pg.connect(target, PgSettings.FEW);

    @BeforeEach
    void copy() throws IOException {
        shop.fill(1, 100, 50);
        shop.db()
                .runCommand(new Document("collMod", "users")
                        .append(
                                "validator",
                                Document.parse("{$jsonSchema: {required: ['email'], properties: {email:"
                                        + " {bsonType: 'string', minLength: 3}, age: {maximum: 200}}}}")));
        Files.writeString(folder.resolve("changeover.yaml"), shop.planFile());
        assertThat(changeover("run", "--until", "copied")).endsWith("exit 0");
    }

    @AfterEach
    void close() {
        pg.close();
        shop.close();
    }

    private String changeover(String command, String... options) {
        List<String> all = new ArrayList<>(List.of(command, "--pg", target));
        if (!command.equals("status")) {
            all.addAll(List.of("--mongo", shop.mongoUri));
        }
        if (!List.of("status", "verify").contains(command)) {
            all.addAll(List.of("--plan", folder.resolve("changeover.yaml").toString()));
        }
        all.addAll(List.of(options));
        return Typed.changeover(all);
    }

    @Test
    void aPersonLooksAppliesAndSeesWhatIsTakenBack() throws InterruptedException {
        assertThat(changeover("finish", "--sql"))
                .contains("No verification of all rows is on record")
                .contains("ready       not-null shop.users email: validator: email: required")
                .contains("ALTER TABLE \"shop\".\"users\" ADD CONSTRAINT \"users_email_not_null\"")
                .contains("VALIDATE CONSTRAINT \"orders_items_parent_id_fkey\"")
                .endsWith("exit 1");
        assertThat(changeover("finish", "--json", "--only", "not-null"))
                .contains("\"kind\":\"not-null\"", "\"state\":\"ready\"")
                .doesNotContain("\"kind\":\"check\"");
        Thread run = Thread.ofPlatform().daemon().start(() -> {
            String unused = changeover("run", "--json");
        });
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> changeover("status", "--json").contains("\"step\":\"follow\""));
        assertThat(changeover("finish", "--apply", "--foreign-keys"))
                .contains("done        check shop.users users_age_maximum_check")
                .endsWith("exit 0");
        assertThat(changeover("finish", "--drop", "changeover", "--yes"))
                .contains("is at it")
                .endsWith("exit 4");
        shop.db()
                .getCollection("users")
                .insertOne(
                        new Document("_id", "bad").append("email", "x"),
                        new InsertOneOptions().bypassDocumentValidation(true));
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() -> Look.number(pg, "SELECT count(*) FROM shop.users WHERE mongo_id = '\"bad\"'") == 1);
        assertThat(changeover("status"))
                .contains("taken back: users_email_min_length_check on shop.users", "\"bad\" of ");
        assertThat(changeover("finish", "--apply", "--foreign-keys"))
                .contains("blocked     check shop.users users_email_min_length_check: 1 row do not hold")
                .contains("documents: \"bad\"")
                .contains("taken back at ")
                .endsWith("exit 1");
        run.interrupt();
        assertThat(run.join(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void whatServesTheMigrationGoesOnlyWhenToldTo() throws InterruptedException {
        assertThat(changeover("finish", "--drop", "mongo_id"))
                .contains("ALTER TABLE \"shop\".\"users\" DROP COLUMN mongo_id;", "Add --yes")
                .endsWith("exit 4");
        assertThat(changeover("finish", "--drop", "mongo_id", "--yes"))
                .contains("no verification has compared all rows at the last cut", "changeover verify")
                .endsWith("exit 4");
        assertThat(Look.number(pg, "SELECT count(mongo_id) FROM shop.users")).isEqualTo(100);
        assertThat(changeover("verify")).endsWith("exit 0");
        assertThat(changeover("finish")).doesNotContain("No verification of all rows");
        assertThat(changeover("finish", "--drop", "mongo_id", "--yes"))
                .contains("Done.")
                .endsWith("exit 0");
        assertThat(changeover("finish", "--drop", "mongo_id", "--yes")).endsWith("exit 0");
        assertThat(changeover("finish", "--drop", "all")).endsWith("exit 2");
        pg.change("depend on it", tx -> tx.execute("CREATE VIEW public.at AS SELECT at FROM changeover.cut"));
        assertThat(changeover("finish", "--drop", "changeover", "--yes")).endsWith("exit 4");
        pg.change("depend no more", tx -> tx.execute("DROP VIEW public.at"));
        assertThat(changeover("finish", "--drop", "changeover", "--yes")).endsWith("exit 0");
        assertThat(Look.number(pg, "SELECT count(*) FROM pg_namespace WHERE nspname = 'changeover'"))
                .isZero();
        assertThat(changeover("finish")).contains("no run has begun there").endsWith("exit 4");
    }
}
