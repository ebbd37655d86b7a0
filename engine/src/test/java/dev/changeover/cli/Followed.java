package dev.changeover.cli;

import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import dev.changeover.planfile.PlanFile;
import dev.changeover.servers.MongoWithUsers;
import dev.changeover.servers.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Accounts with a balance in a MongoDB with users, a run that follows them, and a person at the command line. */
final class Followed implements AutoCloseable {
    final String database;
    final String postgres = TestServers.freshPostgres();
    private final Path plan;
    private @Nullable Thread run;

    Followed(String database, Path folder) throws IOException {
        this.database = database;
        plan = folder.resolve("changeover.yaml");
        CollectionPlan accounts = new CollectionPlan(
                new Namespace(database, "accounts"),
                new TableName("public", "accounts"),
                BsonType.STRING,
                List.of(FieldPlan.Column.of("balance", "balance", ColumnType.BIGINT, BsonType.INT64)),
                List.of(),
                Notes.NONE);
        Files.writeString(plan, PlanFile.write(new Plan(List.of(accounts), List.of())));
    }

    /** What it says, and how it ends. */
    String changeover(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--pg", postgres));
        return Typed.changeover(all);
    }

    String mongo() {
        return MongoWithUsers.changeover(database);
    }

    /** Until it follows. */
    void run() {
        run = Thread.ofPlatform().daemon().start(() -> {
            String unused = changeover("run", "--json", "--mongo", mongo(), "--plan", plan.toString());
        });
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> changeover("phase", "--json").contains("\"phase\":\"postgres\"")
                        || changeover("phase", "both", "--dry-run").endsWith("exit 0"));
    }

    void stop() throws InterruptedException {
        if (run != null) {
            run.interrupt();
            if (!run.join(Duration.ofSeconds(60))) {
                throw new AssertionError("the run does not end");
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
    }
}
