package dev.changeover.follow;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoNamespace;
import com.mongodb.client.model.RenameCollectionOptions;
import dev.changeover.ClusterTime;
import dev.changeover.Station;
import dev.changeover.postgres.Look;
import dev.changeover.state.Spool;
import dev.changeover.state.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** I8: what happens to whole collections is applied by what it means; no read across it takes rows away. */
class FollowSchemaServerTest {
    private static final FollowSettings SMALL = new FollowSettings(50, 7);

    private final Following following = new Following();

    @AfterEach
    void close() throws InterruptedException {
        following.close();
    }

    private void fill(String name, int from, int to) {
        List<Document> some = new ArrayList<>();
        for (int i = from; i < to; i++) {
            some.add(new Document("_id", i)
                    .append("name", name + i)
                    .append("tags", List.of(new Document("n", i), new Document("n", i + 1))));
        }
        following.source.getCollection(name).insertMany(some);
    }

    static Stream<Arguments> changes() {
        Map<String, Consumer<FollowSchemaServerTest>> all = Map.ofEntries(
                Map.entry("drop", test -> test.following.users().drop()),
                Map.entry("drop and create again", test -> {
                    test.following.users().drop();
                    test.fill("users", 50, 120);
                }),
                Map.entry("twice dropped and created", test -> {
                    test.following.users().drop();
                    test.fill("users", 50, 120);
                    test.following.users().drop();
                    test.fill("users", 0, 20);
                }),
                Map.entry("rename away", test -> test.following.users().renameCollection(test.named("old_users"))),
                Map.entry("rename away and back", test -> {
                    test.following.users().renameCollection(test.named("old_users"));
                    test.following.source.getCollection("old_users").renameCollection(test.named("users"));
                    test.following.users().deleteOne(new Document("_id", 5));
                }),
                Map.entry("rename of an unplanned collection onto it", test -> {
                    test.fill("new_users", 40, 300);
                    test.following
                            .source
                            .getCollection("new_users")
                            .renameCollection(test.named("users"), new RenameCollectionOptions().dropTarget(true));
                }),
                Map.entry(
                        "rename of a planned collection onto it",
                        test -> test.following
                                .source
                                .getCollection("orders")
                                .renameCollection(test.named("users"), new RenameCollectionOptions().dropTarget(true))),
                Map.entry(
                        "$out",
                        test -> test.following
                                .source
                                .getCollection("orders")
                                .aggregate(List.of(
                                        new Document("$match", new Document("_id", new Document("$lt", 30))),
                                        new Document("$out", "users")))
                                .toCollection()),
                Map.entry(
                        "convertToCapped",
                        test -> test.following.source.runCommand(
                                new Document("convertToCapped", "users").append("size", 1 << 20))),
                Map.entry("dropDatabase", test -> test.following.source.drop()),
                Map.entry("dropDatabase and create again", test -> {
                    test.following.source.drop();
                    test.fill("users", 5, 15);
                }),
                Map.entry("an index and a validator", test -> {
                    test.following.users().createIndex(new Document("name", 1));
                    test.following.source.runCommand(new Document("collMod", "users")
                            .append("validator", new Document("name", new Document("$exists", true))));
                    test.following.users().dropIndexes();
                }));
        return all.entrySet().stream().map(entry -> Arguments.of(entry.getKey(), entry.getValue()));
    }

    private MongoNamespace named(String name) {
        return new MongoNamespace(following.source.getName(), name);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("changes")
    void whatHappensToACollectionHappensToItsTables(String name, Consumer<FollowSchemaServerTest> change)
            throws InterruptedException {
        fill("users", 0, 100);
        fill("orders", 0, 200);
        following.copied().start(SMALL, Station.Listener.NONE);
        following.users().updateMany(new Document(), new Document("$set", new Document("name", "before")));
        change.accept(this);
        following.catchUp();
        following.requireEqual(name);

        fill("users", 1_000, 1_010); // and it goes on
        following.users().updateMany(new Document(), new Document("$set", new Document("name", "after")));
        following.catchUp();
        following.requireEqual(name + ", afterwards");
    }

    /** The collection is gone while the cut before its drop is being read: that cut must not take its rows away. */
    @Test
    void aReadAcrossADropTakesNothingAway() throws InterruptedException {
        fill("users", 0, 100);
        following.copied();
        following.users().updateMany(new Document(), new Document("$set", new Document("name", "changed")));
        AtomicReference<ClusterTime> beforeDrop = new AtomicReference<>();
        List<String> wrong = new ArrayList<>();
        Follow follow = following.start(new FollowSettings(1_000, 30), station -> {
            if (station == Station.CUT_BEGUN && beforeDrop.get() == null) {
                beforeDrop.set(following.mongo.note("drop"));
                following.users().drop();
            }
            if (station == Station.CUT_COMMITTED && rows() < 100 && !cut().isAfter(beforeDrop.get())) {
                wrong.add(rows() + " rows at " + cut() + ", dropped after " + beforeDrop);
            }
        });
        following.awaitRead(100); // so that the first cut has them
        Spool.Cut unused = follow.until(following.mongo.note("test"));
        assertThat(beforeDrop.get()).isNotNull();
        Spool.Cut last = following.catchUp();
        assertThat(last.at().isAfter(beforeDrop.get())).isTrue();
        assertThat(wrong).isEmpty();
        following.requireEqual("drop");
    }

    private ClusterTime cut() {
        try {
            return State.open(following.pg).spool().cut().orElseThrow().at();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private long rows() {
        try {
            return Look.number(following.pg, "SELECT count(*) FROM public.users");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
