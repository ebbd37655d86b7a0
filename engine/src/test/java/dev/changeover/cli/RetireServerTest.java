package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import dev.changeover.dump.Forms;
import dev.changeover.mongo.Mongo;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.servers.MongoWithUsers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a migration: refused while something speaks against it, and then whole or not at all. */
class RetireServerTest {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final String database = "retired" + DATABASES.incrementAndGet();

    @TempDir
    Path folder;

    private Followed followed;
    private Pg pg;
    private MongoClient application;

    @BeforeEach
    void cutOver() throws IOException {
        followed = new Followed(database, folder);
        pg = Pg.connect(followed.postgres, PgSettings.FEW);
        application = MongoClients.create(MongoWithUsers.application(database));
        accounts().insertMany(List.of(account("a"), account("b")));
        followed.run();
    }

    @AfterEach
    void close() throws InterruptedException {
        followed.close();
        try (Mongo mongo = Mongo.connect(followed.mongo())) {
            mongo.fence().lower();
        }
        accounts().drop();
        application.close();
        pg.close();
    }

    private MongoCollection<Document> accounts() {
        return application.getDatabase(database).getCollection("accounts");
    }

    private static Document account(String id) {
        return new Document("_id", id).append("balance", 100L);
    }

    private void postgresTakesCharge() {
        for (List<String> step : List.of(
                List.of("phase", "both"),
                List.of("phase", "pg-reads", "--force", "verified"),
                List.of("cutover", "--budget", "20", "--force", "verified"))) {
            assertThat(followed.changeover(step.toArray(String[]::new))).endsWith("exit 0");
        }
    }

    private String retire(String... more) {
        String[] words = new String[more.length + 3];
        words[0] = "retire";
        words[1] = "--mongo";
        words[2] = followed.mongo();
        System.arraycopy(more, 0, words, 3, more.length);
        return followed.changeover(words);
    }

    private void write(String sql) throws InterruptedException {
        pg.change("write as the application", tx -> tx.execute(sql));
    }

    private long triggers() throws InterruptedException {
        return Look.number(pg, "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'changeover%'");
    }

    @Test
    void eachThingThatSpeaksAgainstItIsToldAndNothingIsTouched() throws IOException, InterruptedException {
        assertThat(retire("--no-archive", "--yes", "--after", "0s"))
                .contains("NO  phase", "the phase is mongo")
                .endsWith("exit 4");
        postgresTakesCharge();
        assertThat(retire("--no-archive", "--yes"))
                .contains("yes phase", "NO  waited", "0 h, of 14 d", "--after")
                .endsWith("exit 4");
        assertThat(retire("--no-archive", "--yes", "--after", "0s"))
                .contains("yes waited", "is at it")
                .endsWith("exit 4");
        followed.stop();
        write("SELECT changeover.renew_lease('app-1', 0, '10 minutes')");
        assertThat(retire("--no-archive", "--yes", "--after", "0s"))
                .contains("still go by the phase: app-1", "plain data source")
                .endsWith("exit 4");
        write("SELECT changeover.end_lease('app-1')");
        assertThat(retire("--yes", "--after", "0s"))
                .contains("none was named", "mongodump --uri", "--no-archive")
                .endsWith("exit 4");
        Path none = folder.resolve("none.archive");
        assertThat(retire("--yes", "--after", "0s", "--archive", none.toString()))
                .contains("NO  archive")
                .endsWith("exit 4");
        Files.writeString(none, "not an archive");
        assertThat(retire("--yes", "--after", "0s", "--archive", none.toString()))
                .contains("NO  archive")
                .endsWith("exit 4");
        Path other = Forms.ARCHIVE.write(folder, application.getDatabase("nothing"));
        assertThat(retire("--yes", "--after", "0s", "--archive", other.toString()))
                .contains("is without [" + database + ".accounts]")
                .endsWith("exit 4");
        assertThat(followed.changeover("retire", "--no-archive", "--yes", "--after", "0s"))
                .contains("MongoDB was not asked")
                .endsWith("exit 4");
        assertThat(retire("--no-archive", "--after", "0s"))
                .contains("Add --yes")
                .endsWith("exit 4");
        assertThat(retire("--after", "soon")).endsWith("exit 2");
        assertThat(retire("--force", "phase")).endsWith("exit 2");
        write("CREATE VIEW public.at AS SELECT at FROM changeover.cut");
        long before = triggers();
        assertThat(before).isPositive();
        assertThat(retire("--no-archive", "--yes", "--after", "0s")).endsWith("exit 4");
        assertThat(triggers()).as("all or nothing").isEqualTo(before);
        assertThat(retire("--no-archive", "--dry-run", "--after", "0s"))
                .contains(
                        "DROP TRIGGER IF EXISTS changeover_fence ON \"public\".\"accounts\";",
                        "DROP SCHEMA changeover;")
                .endsWith("exit 0");
        assertThat(triggers()).isEqualTo(before);
    }

    @Test
    void whoWroteToMongoSinceTheCutoverIsFoundInTheOplog() throws InterruptedException {
        postgresTakesCharge();
        write("UPDATE public.accounts SET balance = 7 WHERE mongo_id = 'a'");
        followed.stop(); // after a last pass
        assertThat(retire("--no-archive", "--dry-run", "--after", "0s"))
                .contains("yes writers    MongoDB is fenced; the oplog from (", "has no write of others")
                .endsWith("exit 0");
        try (Mongo mongo = Mongo.connect(followed.mongo())) {
            mongo.fence().lower();
            assertThat(retire("--no-archive", "--dry-run", "--after", "0s"))
                    .as("the oplog reaches back to the cutover")
                    .contains("yes writers    the oplog from (")
                    .endsWith("exit 0");
            accounts().insertOne(account("stranger"));
            mongo.fence().raise(Duration.ofSeconds(20));
        }
        assertThat(retire("--no-archive", "--yes", "--after", "0s"))
                .contains("NO  writers    others have written to MongoDB: a write to " + database + ".accounts at (")
                .endsWith("exit 4");
        assertThat(retire("--no-archive", "--yes", "--after", "0s", "--force", "writers"))
                .endsWith("exit 0");
    }

    @Test
    void theApplicationGoesOnWritingAndNothingOfChangeoverIsLeft() throws InterruptedException {
        postgresTakesCharge();
        write("INSERT INTO public.accounts (balance) VALUES (1)");
        followed.stop();
        Path archive = Forms.ARCHIVE_GZ.write(folder, application.getDatabase(database));
        assertThat(retire("--archive", archive.toString(), "--yes", "--after", "0s"))
                .contains("has all collections", "DROP COLUMN mongo_id", "Done")
                .endsWith("exit 0");
        assertThat(triggers()).isZero();
        assertThat(Look.number(pg, "SELECT count(*) FROM pg_namespace WHERE nspname = 'changeover'"))
                .isZero();
        write("INSERT INTO public.accounts (balance) VALUES (2)");
        write("UPDATE public.accounts SET balance = balance + 1");
        write("DELETE FROM public.accounts WHERE balance = 2");
        assertThat(Look.number(pg, "SELECT sum(balance)::bigint FROM public.accounts"))
                .isEqualTo(101 + 101 + 3);
        assertThat(retire("--archive", archive.toString(), "--yes"))
                .contains("nothing is left to be done")
                .endsWith("exit 0");
    }
}
