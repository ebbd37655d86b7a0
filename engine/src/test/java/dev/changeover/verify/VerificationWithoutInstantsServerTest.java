package dev.changeover.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.CreateCollectionOptions;
import dev.changeover.Station;
import dev.changeover.bson.BsonType;
import dev.changeover.follow.Follow;
import dev.changeover.follow.FollowSettings;
import dev.changeover.follow.Following;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Look;
import dev.changeover.state.Difference;
import dev.changeover.state.State;
import dev.changeover.state.Verifications;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** I12 where documents cannot be read as of a cut: what is on its way must not be taken for a difference. */
class VerificationWithoutInstantsServerTest {
    private final Following following = new Following();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();
    private final MongoCollection<Document> log = following.source.getCollection("log");

    @BeforeEach
    void copied() throws InterruptedException {
        following.source.createCollection(
                "log", new CreateCollectionOptions().capped(true).sizeInBytes(10 << 20));
        for (int i = 0; i < 300; i++) {
            log.insertOne(new Document("_id", i).append("n", i).append("items", List.of(new Document("name", "a"))));
        }
        following.copied(VerificationWithoutInstantsServerTest::withItems);
    }

    @AfterEach
    void close() throws InterruptedException {
        stop.set(true);
        threads.close();
        following.close();
    }

    private static Plan withItems(Plan plan) {
        CollectionPlan of = plan.collections().getFirst();
        return new Plan(
                List.of(new CollectionPlan(
                        of.namespace(),
                        of.table(),
                        of.idType(),
                        of.fields().stream()
                                .map(field -> field.field().equals("items") ? items() : field)
                                .toList(),
                        of.indexes(),
                        of.notes())),
                plan.leftOut());
    }

    private static FieldPlan items() {
        return new FieldPlan.Child(
                "items",
                new TableName("public", "log_items"),
                true,
                List.of(FieldPlan.Column.of("name", "name", ColumnType.TEXT, BsonType.STRING)),
                Optional.empty(),
                FieldPlan.Absent.MISSING,
                Notes.NONE);
    }

    /** Until {@link #end} or {@link #close}. */
    private void follow() throws InterruptedException {
        Follow follow = following.start(new FollowSettings(10_000, 1_000), Station.Listener.NONE);
        running.add(threads.submit(() -> {
            while (!stop.get()) {
                follow.until(following.mongo.note("test"));
            }
            return true;
        }));
    }

    private void end() throws ExecutionException, InterruptedException {
        stop.set(true);
        for (Future<?> one : running) {
            Object unused = one.get();
        }
    }

    private Verifications.Verification verify(Station.Listener stations) throws InterruptedException {
        VerifySettings settings =
                new VerifySettings(namespace -> true, OptionalInt.empty(), 1, true, "tester", VerifyLimits.USUAL);
        Sides sides = new Sides(following.mongo, following.pg, State.open(following.pg));
        return new Verification(sides, following.plan(), settings, stations).run(Verification.Progress.NONE);
    }

    /** Waits until the rows are at or after now. */
    private void awaitCut() {
        long now = following.mongo.note("awaited by the test").bits();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> Look.number(following.pg, "SELECT at FROM changeover.cut") >= now);
    }

    /** A capped collection cannot be read as of a cut: what is on its way must not be taken for a difference. */
    @Test
    void withoutReadsAtAnInstantOnlyWhatStaysIsADifference() throws ExecutionException, InterruptedException {
        follow();
        running.add(threads.submit(() -> {
            for (int n = 1; !stop.get(); n++) {
                log.updateOne(new Document("_id", n % 100), new Document("$set", new Document("n", 1_000 + n)));
            }
        }));
        following.pg.change("damage", tx -> {
            tx.execute("UPDATE public.log SET n = -1 WHERE mongo_id LIKE '%\"250\"%'");
            tx.execute("DELETE FROM public.log WHERE mongo_id LIKE '%\"251\"%'");
            tx.execute("UPDATE public.log SET id = gen_random_uuid() WHERE mongo_id LIKE '%\"252\"%'");
        });
        Verifications.Verification found = verify(Station.Listener.NONE);
        assertThat(State.open(following.pg).verifications().differences(found.id(), 100))
                .filteredOn(one -> one.kind() != Difference.Kind.ORPHAN)
                .extracting(Difference::mongoId)
                .allMatch(id -> id.contains("\"250\"") || id.contains("\"251\"") || id.contains("\"252\""));
        assertThat(State.open(following.pg)
                        .verifications()
                        .collections(found.id())
                        .getFirst()
                        .counts())
                .satisfies(counts -> {
                    assertThat(counts.differing()).isOne();
                    assertThat(counts.missing()).isEqualTo(2);
                });
        end();
    }

    /** Each time that it is looked at it is as the follower does not have it yet, and in the same way. */
    @Test
    void whatLooksTheSameTwiceAndIsOnItsWayIsNoDifference() throws ExecutionException, InterruptedException {
        follow();
        AtomicInteger looks = new AtomicInteger();
        Verifications.Verification found = verify(station -> {
            if (station == Station.VERIFY_SNAPSHOT && looks.incrementAndGet() <= 4) {
                log.updateOne(new Document("_id", 5), new Document("$set", new Document("n", -5)));
                log.insertOne(new Document("_id", "lock").append("n", 1));
            } else if (station == Station.VERIFY_READ && looks.get() <= 4) {
                log.updateOne(new Document("_id", 5), new Document("$set", new Document("n", 5)));
                log.deleteOne(new Document("_id", "lock"));
                awaitCut(); // else the next look may find the row as its document was meanwhile
            }
        });
        end();
        assertThat(State.open(following.pg).verifications().differences(found.id(), 100))
                .isEmpty();
        assertThat(State.open(following.pg)
                        .verifications()
                        .collections(found.id())
                        .getFirst()
                        .counts())
                .satisfies(counts -> assertThat(counts.isClean()).isTrue());
        assertThat(looks.get()).isGreaterThan(4);
        assertThat(Look.number(following.pg, "SELECT count(*) FROM changeover.suspect"))
                .isZero();
    }

    @Test
    void childRowsWithoutAParentAreToldBesideRowsInDoubt() throws ExecutionException, InterruptedException {
        follow();
        following.pg.change("damage", tx -> {
            tx.execute("UPDATE public.log SET id = gen_random_uuid() WHERE mongo_id LIKE '%\"252\"%'");
            tx.execute("INSERT INTO public.log_items (parent_id, ord, name) VALUES (gen_random_uuid(), 0, 'orphan')");
        });
        Verifications.Verification found = verify(Station.Listener.NONE);
        end();
        assertThat(State.open(following.pg).verifications().differences(found.id(), 100))
                .extracting(Difference::kind)
                .containsExactlyInAnyOrder(
                        Difference.Kind.MISSING,
                        Difference.Kind.SURPLUS,
                        Difference.Kind.ORPHAN,
                        Difference.Kind.ORPHAN);
        assertThat(State.open(following.pg)
                        .verifications()
                        .collections(found.id())
                        .getFirst()
                        .counts()
                        .orphans())
                .isEqualTo(2);
    }
}
