package dev.changeover.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoCollection;
import dev.changeover.FailedException;
import dev.changeover.Station;
import dev.changeover.bson.BsonType;
import dev.changeover.copy.CopySettings;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.FieldPlan.Absent;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import dev.changeover.planfile.PlanFile;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.postgres.Tx;
import dev.changeover.servers.TestServers;
import dev.changeover.state.State;
import dev.changeover.verify.Comparison;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Fields that come up while following, and get columns while following. */
class NewColumnsServerTest {
    private static final CopySettings COPY = new CopySettings(2, 50_000, Duration.ofSeconds(20), 256L << 20);

    private final Shop shop = new Shop();
    private final Pg pg = Pg.connect(TestServers.freshPostgres(), new PgSettings(10, Duration.ofSeconds(10)));
    private Mongo mongo;

    @BeforeEach
    void copy() throws InterruptedException {
        shop.fill(7, 600, 300);
        users().insertOne(new Document("_id", "a.b").append("name", "x").append("old", 1));
        mongo = Mongo.connect(shop.mongoUri);
        run(Until.COPIED, shop.plan(), Station.Listener.NONE);
    }

    @AfterEach
    void close() {
        mongo.close();
        pg.close();
        shop.close();
    }

    private MongoCollection<Document> users() {
        return shop.db().getCollection("users");
    }

    private MongoCollection<Document> orders() {
        return shop.db().getCollection("orders");
    }

    private void run(Until until, Plan plan, Station.Listener stations) throws InterruptedException {
        RunSettings settings = new RunSettings(COPY, false, false, Optional.empty(), "test");
        Summary unused = new Run(mongo, pg, settings, stations).until(until, "test", PlanFile.write(plan));
    }

    private static FieldPlan.Column text(String field, String column) {
        return FieldPlan.Column.of(field, column, ColumnType.TEXT, BsonType.STRING);
    }

    private static CollectionPlan with(CollectionPlan plan, List<FieldPlan> more) {
        List<FieldPlan> fields = new ArrayList<>(more);
        fields.addAll(plan.fields());
        return new CollectionPlan(plan.namespace(), plan.table(), plan.idType(), fields, plan.indexes(), Notes.NONE);
    }

    /** A column, columns of a document, a child table, and a column in a child table that is there. */
    private Plan extended() {
        List<FieldPlan> user = List.of(
                text("nickname", "nickname"),
                new FieldPlan.Flatten(
                        "address",
                        List.of(text("city", "address_city"), text("zip", "address_zip")),
                        Absent.MISSING,
                        Notes.NONE),
                new FieldPlan.Child(
                        "tags",
                        new TableName("shop", "users_tags"),
                        true,
                        List.of(),
                        Optional.of(text("tags", "value")),
                        Absent.MISSING,
                        Notes.NONE));
        List<CollectionPlan> collections = new ArrayList<>();
        for (CollectionPlan plan : shop.plan().collections()) {
            if (plan.namespace().equals(shop.users())) {
                collections.add(with(plan, user));
            } else {
                List<FieldPlan> fields = plan.fields().stream()
                        .map(field -> field instanceof FieldPlan.Child items ? withColor(items) : field)
                        .toList();
                collections.add(new CollectionPlan(
                        plan.namespace(), plan.table(), plan.idType(), fields, plan.indexes(), Notes.NONE));
            }
        }
        return new Plan(collections, List.of());
    }

    private static FieldPlan withColor(FieldPlan.Child items) {
        List<FieldPlan> fields = new ArrayList<>(items.fields());
        fields.addFirst(text("color", "color"));
        return new FieldPlan.Child(
                items.field(), items.table(), true, fields, items.value(), items.absent(), Notes.NONE);
    }

    private void newFields() {
        users().updateMany(
                        new Document("email", new Document("$regex", "[02468]@")),
                        List.of(new Document(
                                "$set",
                                new Document("nickname", new Document("$concat", List.of("nick ", "$email")))
                                        .append("address", new Document("city", "c").append("street", "s"))
                                        .append("tags", List.of("a", "b", 3)))));
        orders().updateMany(
                        new Document("items.0", new Document("$exists", true)),
                        new Document("$set", new Document("items.$[].color", "red")));
    }

    private void requireEqual(Plan plan) throws InterruptedException {
        for (CollectionPlan collection : plan.collections()) {
            Comparison.Result result = new Comparison(mongo, pg).compare(collection, mongo.note("compare"));
            assertThat(result.examples()).as("%s", collection.namespace()).isEmpty();
            assertThat(result.rows()).isEqualTo(result.documents()).isGreaterThan(100);
        }
    }

    private long number(String sql) throws InterruptedException {
        return Look.number(pg, sql);
    }

    private void requireFilled() throws InterruptedException {
        requireEqual(extended());
        assertThat(number("SELECT count(*) FROM shop.users WHERE"
                        + " jsonb_exists_any(mongo_extra, '{nickname,tags,address,address.city}')"))
                .isZero();
        assertThat(number("SELECT count(*) FROM shop.users WHERE nickname IS NOT NULL"))
                .isEqualTo(users().countDocuments(new Document("nickname", new Document("$exists", true))))
                .isGreaterThan(100);
        assertThat(number("SELECT count(*) FROM shop.users WHERE address_city = 'c'"))
                .isEqualTo(users().countDocuments(new Document("address", new Document("$exists", true))))
                .isGreaterThan(100);
        assertThat(number("SELECT count(*) FROM shop.orders_items WHERE color = 'red'"))
                .isGreaterThan(100);
        assertThat(number("SELECT count(*) FROM shop.users_tags")).isGreaterThan(200);
        assertThat(number("SELECT count(*) FROM changeover.backfill")).isZero();
        assertThat(number("SELECT count(*) FROM changeover.run WHERE next_plan IS NOT NULL"))
                .isZero();
        assertThat(number("SELECT count(*) FROM changeover.name WHERE field = 'nickname' AND column_name = 'nickname'"))
                .isOne();
        assertThat(number(
                        "SELECT count(*) FROM pg_index WHERE indrelid = 'shop.users_tags'::regclass AND indisprimary"))
                .isOne();
    }

    /** Each value is in its new column, or still aside. */
    private void requireNothingLost(boolean taken) throws InterruptedException {
        String aside = "SELECT count(*) FROM shop.users WHERE mongo_extra -> 'nickname' IS NOT NULL";
        assertThat(number(taken ? aside + " OR nickname IS NOT NULL" : aside))
                .isEqualTo(users().countDocuments(new Document("nickname", new Document("$exists", true))));
    }

    /** A run on a thread of its own. */
    private final class Follower implements AutoCloseable {
        private final FutureTask<Boolean> task;
        private final Thread thread;

        Follower(Plan plan, Station.Listener stations) {
            task = new FutureTask<>(() -> {
                run(Until.STOPPED, plan, stations);
                return true;
            });
            thread = Thread.ofPlatform().name("follower").start(task);
        }

        @Override
        public void close() throws InterruptedException {
            thread.interrupt();
            assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
        }
    }

    @Test
    void newFieldsGetTheirColumnsWhileAWriterGoesOn()
            throws InterruptedException, ExecutionException, TimeoutException {
        AtomicBoolean stop = new AtomicBoolean();
        try (Follower follower = new Follower(shop.plan(), Station.Listener.NONE)) {
            newFields();
            PlanHandover handover = new PlanHandover(pg, State.open(pg));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> number("SELECT count(*) FROM shop.users WHERE mongo_extra -> 'nickname' IS NOT NULL")
                                    > 100
                            && number("SELECT count(*) FROM changeover.drift WHERE field = 'items.*.color'") == 1);
            FutureTask<Integer> writer = new FutureTask<>(() -> {
                int written = 0;
                for (; !stop.get(); written++) {
                    users().updateOne(
                                    new Document("email", "u" + written % 600 + "@example.com"),
                                    new Document("$set", new Document("nickname", "again " + written)));
                    users().insertOne(new Document("_id", "new" + written)
                            .append("email", "new" + written)
                            .append("nickname", "n" + written));
                }
                return written;
            });
            Thread.ofPlatform().name("writer").start(writer);
            assertThat(handover.offer(PlanFile.write(extended()))).hasSize(4);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(60))
                    .until(() -> number("SELECT (SELECT count(*) FROM changeover.run WHERE next_plan IS NOT NULL)"
                                    + " + (SELECT count(*) FROM changeover.backfill)")
                            == 0);
            assertThat(handover.offer(PlanFile.write(extended()))).isEmpty();
            stop.set(true);
            assertThat(writer.get(30, TimeUnit.SECONDS)).isGreaterThan(20);
            assertThat(follower.task.isDone()).isFalse();
        }
        run(Until.CAUGHT_UP, extended(), Station.Listener.NONE);
        requireFilled();
        assertThat(number("SELECT count(*) FROM changeover.drift WHERE field IN ('nickname', 'address', 'tags')"))
                .isZero();
    }

    /** Whatever is killed when: the plan is taken over whole, and no document that waits for it is forgotten. */
    @ParameterizedTest
    @EnumSource(
            value = Station.class,
            names = {"PLAN_WRITTEN", "PLAN_COMMITTED", "BACKFILL_SPOOLED", "BACKFILL_APPLIED"})
    void aRunKilledBetweenTheStepsGoesOnWithThem(Station killedAt) throws InterruptedException {
        newFields();
        run(Until.CAUGHT_UP, shop.plan(), Station.Listener.NONE);
        requireEqual(shop.plan());
        for (int kill = 0; kill < 2; kill++) {
            assertThatThrownBy(() -> run(Until.CAUGHT_UP, extended(), station -> {
                        if (station == killedAt) {
                            throw new IllegalStateException("killed at " + station);
                        }
                    }))
                    .hasMessageContaining("killed at ");
            boolean taken = killedAt != Station.PLAN_WRITTEN;
            assertThat(number("SELECT count(*) FROM changeover.run WHERE next_plan IS NULL"))
                    .isEqualTo(taken ? 1 : 0);
            assertThat(number("SELECT count(*) FROM pg_attribute WHERE attrelid = 'shop.users'::regclass"
                            + " AND attname IN ('nickname', 'address_city')"))
                    .isEqualTo(taken ? 2 : 0);
            requireNothingLost(taken);
            if (killedAt == Station.PLAN_COMMITTED) {
                break; // it is not taken over again
            }
        }
        run(Until.CAUGHT_UP, extended(), Station.Listener.NONE);
        requireFilled();
    }

    /** The followed tables must stay as they are. */
    @Test
    void whatIsNoAdditionIsRefusedBeforeTheRunHearsOfIt() throws InterruptedException {
        List<CollectionPlan> changed = extended().collections().stream()
                .map(plan -> new CollectionPlan(
                        plan.namespace(),
                        plan.table(),
                        plan.idType(),
                        plan.fields().stream()
                                .map(field -> field.field().equals("age") ? text("age", "age") : field)
                                .toList(),
                        plan.indexes(),
                        Notes.NONE))
                .toList();
        Plan plan = new Plan(changed, List.of());
        PlanHandover handover = new PlanHandover(pg, State.open(pg));
        run(Until.CAUGHT_UP, shop.plan(), Station.Listener.NONE);
        assertThatThrownBy(() -> handover.offer(PlanFile.write(plan)))
                .hasMessageContaining("field age of " + shop.users() + " becomes something else")
                .hasMessageNotContaining("nickname");
        assertThatThrownBy(() -> run(Until.CAUGHT_UP, plan, Station.Listener.NONE))
                .hasMessageContaining("field age of " + shop.users() + " becomes something else");
        assertThat(State.open(pg).nextPlan().waits()).isFalse();
    }

    /** Somebody has made such a column by hand: that must not end the following. */
    @Test
    void aPlanThatTheTablesCannotTakeIsRefusedAndTheRunGoesOn() throws InterruptedException {
        run(Until.CAUGHT_UP, shop.plan(), Station.Listener.NONE);
        pg.change("be in the way", tx -> tx.execute("ALTER TABLE shop.users ADD COLUMN address_zip text"));
        try (Follower follower = new Follower(shop.plan(), Station.Listener.NONE)) {
            assertThat(new PlanHandover(pg, State.open(pg)).offer(PlanFile.write(extended())))
                    .isNotEmpty();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> State.open(pg)
                            .nextPlan()
                            .texts()
                            .refused()
                            .orElse("")
                            .contains("a column address_zip that Changeover did not make"));
            users().insertOne(new Document("_id", "late").append("email", "late"));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> number("SELECT count(*) FROM shop.users WHERE email = 'late'") == 1);
            assertThat(follower.task.isDone()).isFalse();
        }
        assertThat(
                        number(
                                "SELECT count(*) FROM pg_attribute WHERE attrelid = 'shop.users'::regclass AND attname = 'nickname'"))
                .isZero();
        assertThatThrownBy(() -> run(Until.CAUGHT_UP, extended(), Station.Listener.NONE))
                .hasMessageContaining("address_zip");
        requireEqual(shop.plan());
        pg.change("make way", tx -> tx.execute("ALTER TABLE shop.users DROP COLUMN address_zip"));
        newFields();
        run(Until.CAUGHT_UP, extended(), Station.Listener.NONE);
        requireFilled();
    }

    /** Others who want the table wait behind the one who waits to change it: so it gives up in between. */
    @Test
    void aTableThatAnotherReadsIsWaitedForAPieceAtATime() throws InterruptedException {
        run(Until.CAUGHT_UP, shop.plan(), Station.Listener.NONE);
        newFields();
        String waiting = "SELECT count(*) FROM pg_locks WHERE relation = 'shop.users'::regclass AND NOT granted";
        try (Follower follower = new Follower(shop.plan(), Station.Listener.NONE)) {
            try (Tx reader = pg.begin("read for long")) {
                assertThat(reader.count(new TableName("shop", "users"))).isPositive();
                assertThat(new PlanHandover(pg, State.open(pg)).offer(PlanFile.write(extended())))
                        .isNotEmpty();
                Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> number(waiting) == 1);
                Awaitility.await()
                        .pollInterval(Duration.ofMillis(10))
                        .atMost(Duration.ofSeconds(6))
                        .until(() -> number(waiting) == 0);
                assertThat(State.open(pg).nextPlan().waits()).isTrue();
                reader.commit();
            }
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> !State.open(pg).nextPlan().waits());
            assertThat(follower.task.isDone()).isFalse();
        }
        run(Until.CAUGHT_UP, extended(), Station.Listener.NONE);
        requireFilled();
    }

    @Test
    void beforeTheCopyIsCompleteNothingMayBeAdded() throws InterruptedException {
        pg.change("be back in the copy", tx -> tx.execute("UPDATE changeover.run SET copied = NULL"));
        assertThatThrownBy(() -> new PlanHandover(pg, State.open(pg)).offer(PlanFile.write(extended())))
                .isInstanceOfSatisfying(
                        FailedException.class,
                        e -> assertThat(e.getMessage()).contains("field nickname of " + shop.users() + " is new"));
        assertThatThrownBy(() -> run(Until.COPIED, extended(), Station.Listener.NONE))
                .hasMessageContaining("field nickname of " + shop.users() + " is new");
    }
}
