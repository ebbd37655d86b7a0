package dev.changeover.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexOptions;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.bson.BsonType;
import dev.changeover.finish.Finding;
import dev.changeover.finish.Finish;
import dev.changeover.finish.FinishSettings;
import dev.changeover.finish.Source;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.state.Promises;
import dev.changeover.state.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** MongoDB is the authority: what the tables promise must not keep its documents out. */
class PromisesServerTest {
    private static final FollowSettings USUAL = new FollowSettings(10_000, 1_000);
    private static final FollowSettings TINY = new FollowSettings(200, 70);

    private final Following following = new Following();

    @BeforeEach
    void fill() {
        List<Document> users = new ArrayList<>();
        List<Document> orders = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            ObjectId id = new ObjectId();
            users.add(new Document("_id", id)
                    .append("email", "e" + i)
                    .append("n", i)
                    .append("items", List.of("a", "b")));
            orders.add(new Document("userId", id).append("total", i));
        }
        following.users().insertMany(users);
        orders().insertMany(orders);
        following.users().createIndex(new Document("email", 1), new IndexOptions().unique(true));
    }

    @AfterEach
    void close() throws InterruptedException {
        following.close();
    }

    private MongoCollection<Document> orders() {
        return following.source.getCollection("orders");
    }

    /** With the items in a table of their own. */
    private static Plan withChildren(Plan plan) {
        return new Plan(
                plan.collections().stream()
                        .map(of -> new CollectionPlan(
                                of.namespace(),
                                of.table(),
                                of.idType(),
                                of.fields().stream()
                                        .map(field -> field.field().equals("items") ? items() : field)
                                        .toList(),
                                of.indexes(),
                                of.notes()))
                        .toList(),
                plan.leftOut());
    }

    private static FieldPlan items() {
        return new FieldPlan.Child(
                "items",
                new TableName("public", "users_items"),
                true,
                List.of(),
                Optional.of(FieldPlan.Column.of("value", "value", ColumnType.TEXT, BsonType.STRING)),
                FieldPlan.Absent.MISSING,
                Notes.NONE);
    }

    private void promiseAll() throws InterruptedException {
        State state = State.open(following.pg);
        Source source = new Source(following.plan(), Map.of());
        Finish finish = new Finish(following.pg, state, source, new FinishSettings(true, true), Station.Listener.NONE);
        try (Pg.Session alone = state.promises().own()) {
            for (Finding finding : finish.look(table -> {}).findings()) {
                if (finding.state() == Finding.State.READY) {
                    assertThat(finish.apply(finding).state())
                            .as(finding.step().shown())
                            .isEqualTo(Finding.State.DONE);
                }
            }
        }
    }

    private List<String> takenBack() throws InterruptedException {
        return State.open(following.pg).promises().takenBack().stream()
                .map(one -> one.promise().constraint())
                .toList();
    }

    @Test
    void whatADocumentBreaksIsTakenBackAndTheFollowingGoesOn() throws InterruptedException {
        following.copied(PromisesServerTest::withChildren).start(USUAL, Station.Listener.NONE);
        following.catchUp();
        promiseAll();
        assertThat(Look.number(
                        following.pg,
                        "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND convalidated"
                                + " AND connamespace = 'public'::regnamespace"))
                .isEqualTo(2);
        ObjectId bare = new ObjectId();
        following
                .users()
                .insertOne(new Document("_id", bare)
                        .append("email", "bare")
                        .append("n", 1)
                        .append("items", List.of()));
        following.catchUp();
        assertThat(takenBack()).isEmpty();
        following.users().updateOne(new Document("_id", bare), new Document("$unset", new Document("n", "")));
        following.catchUp();
        assertThat(takenBack()).containsExactly("users_n_not_null");
        assertThat(State.open(following.pg).promises().takenBack().getFirst().reason())
                .contains("document " + bare)
                .doesNotContain("bare,");
        orders().insertOne(new Document("userId", new ObjectId()).append("total", 1));
        following.catchUp();
        assertThat(takenBack()).containsExactlyInAnyOrder("users_n_not_null", "orders_user_id_fkey");
        following.users().deleteMany(new Document("n", new Document("$gt", 1_000)));
        following.catchUp();
        following.requireEqual("after all");
        assertThat(Look.number(
                        following.pg,
                        "SELECT count(*) FROM pg_constraint WHERE conname = 'users_items_parent_id_fkey'"))
                .isOne();
    }

    /** A unique value goes round while more has changed than a pass holds: rows go before others come. */
    @Test
    void childrenGoWithTheirParentsHoweverManyPassesACutNeeds() throws InterruptedException {
        following.copied(PromisesServerTest::withChildren).start(USUAL, Station.Listener.NONE);
        following.catchUp();
        promiseAll();
        following.stop();
        following
                .users()
                .updateMany(
                        new Document(),
                        List.of(new Document(
                                "$set", new Document("email", new Document("$concat", List.of("aside ", "$email"))))));
        for (int i = 0; i < 2_000; i++) {
            following
                    .users()
                    .updateOne(
                            new Document("n", i),
                            new Document("$set", new Document("email", "e" + (i + 1_000) % 2_000)));
        }
        following.start(TINY, Station.Listener.NONE);
        following.awaitRead(4_000); // so that one cut has them all, in many passes
        following.catchUp();
        following.requireEqual("after many passes");
        assertThat(takenBack()).doesNotContain("users_items_parent_id_fkey");
    }

    /** What we did not make is not ours to take away. */
    @Test
    void aConstraintOfSomebodyElseStopsTheFollowingAndIsNamed() throws InterruptedException {
        following.copied().start(USUAL, Station.Listener.NONE);
        following.catchUp();
        following.pg.change(
                "be strict", tx -> tx.execute("ALTER TABLE public.orders ADD CONSTRAINT cheap CHECK (total < 5000)"));
        ObjectId dear = new ObjectId();
        orders().insertOne(new Document("_id", dear).append("total", 6_000));
        assertThatThrownBy(following::catchUp)
                .isInstanceOfSatisfying(
                        FailedException.class,
                        e -> assertThat(e.failure())
                                .isInstanceOfSatisfying(
                                        Failure.Refused.class,
                                        refused -> assertThat(refused.remedy()).contains("DROP CONSTRAINT")))
                .hasMessageContaining("\"cheap\"")
                .hasMessageContaining("document " + dear)
                .hasMessageNotContaining("6000");
        following.stop();
        following.pg.change("be kind", tx -> tx.execute("ALTER TABLE public.orders DROP CONSTRAINT cheap"));
        following.start(USUAL, Station.Listener.NONE);
        following.catchUp();
        following.requireEqual("after the constraint");
    }

    @Test
    void promisesAreRemembered() throws InterruptedException {
        following.copied();
        Promises.Promise one =
                new Promises.Promise(new TableName("public", "users"), Promises.Kind.CHECK, "", "users_n_check");
        Promises promises = State.open(following.pg).promises();
        following.pg.change("promise", tx -> {
            assertThat(promises.stands(tx, one)).isFalse();
            promises.make(tx, one);
            assertThat(promises.stands(tx, one)).isTrue();
        });
    }
}
