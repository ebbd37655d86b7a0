package dev.changeover.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoCollection;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.bson.BsonBinarySubType;
import org.bson.Document;
import org.bson.types.Binary;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** I12: a verification finds every difference and no other, while both sides are written to. */
class VerificationServerTest {
    private static final Logger LOG = LoggerFactory.getLogger(VerificationServerTest.class);
    private static final FollowSettings USUAL = new FollowSettings(10_000, 1_000);

    /** More random damages with {@code -Ddamages=}. */
    private static final int DAMAGES = Integer.getInteger("damages", 60);

    private static final long SEED = Long.getLong("seed", 1);
    private static final int THINGS = Math.max(1_000, 4 * DAMAGES);

    private final Following following = new Following();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Future<?>> running = new ArrayList<>();

    @AfterEach
    void close() throws InterruptedException {
        stop.set(true);
        threads.close();
        following.close();
    }

    private MongoCollection<Document> things() {
        return following.source.getCollection("things");
    }

    private static Document thing(int n) {
        return new Document("_id", new ObjectId())
                .append("small", n)
                .append("text", "thing " + n)
                .append("big", 5_000_000_000L + n)
                .append("real", n + 0.5)
                .append("exact", new Decimal128(n * 100L + 50))
                .append("flag", n % 3 == 0)
                .append("at", Date.from(Instant.ofEpochSecond(1_700_000_000L + n)))
                .append("uid", new Binary(BsonBinarySubType.UUID_STANDARD, uuid(n)))
                .append("raw", new Binary(new byte[] {1, 2, (byte) n}))
                .append(
                        "nested",
                        new Document("price", 1.5).append("list", List.of(1, 2)).append("name", "é\"\\ \u0001"))
                .append("words", List.of("a", "b"))
                .append("items", List.of(item("one", n), item("two", n + 1)));
    }

    private static byte[] uuid(int n) {
        byte[] bytes = new byte[16];
        bytes[15] = (byte) n;
        return bytes;
    }

    private static Document item(String name, int price) {
        return new Document("name", name).append("price", price);
    }

    private static FieldPlan chosen(FieldPlan planned) {
        return switch (planned.field()) {
            case "items" -> items();
            case "words" ->
                FieldPlan.Column.of("words", "words", ColumnType.arrayOf(ColumnType.Scalar.TEXT), BsonType.STRING);
            default -> planned;
        };
    }

    /** Items in a table of their own, words in an array. */
    private static Plan withItems(Plan plan) {
        return new Plan(
                plan.collections().stream()
                        .map(of -> new CollectionPlan(
                                of.namespace(),
                                of.table(),
                                of.idType(),
                                of.fields().stream()
                                        .map(VerificationServerTest::chosen)
                                        .toList(),
                                of.indexes(),
                                of.notes()))
                        .toList(),
                plan.leftOut());
    }

    private static FieldPlan items() {
        return new FieldPlan.Child(
                "items",
                new TableName("public", "things_items"),
                true,
                List.of(
                        FieldPlan.Column.of("name", "name", ColumnType.TEXT, BsonType.STRING),
                        FieldPlan.Column.of("price", "price", ColumnType.INTEGER, BsonType.INT32)),
                Optional.empty(),
                FieldPlan.Absent.MISSING,
                Notes.NONE);
    }

    private void copied() throws InterruptedException {
        List<Document> all = new ArrayList<>();
        for (int n = 0; n < THINGS; n++) {
            all.add(thing(n));
        }
        things().insertMany(all);
        List<Document> keyed = new ArrayList<>();
        for (int n = 0; n < 200; n++) {
            keyed.add(new Document("_id", n % 2 == 0 ? "k".repeat(3_000) + n : (Object) n).append("v", n));
        }
        following.source.getCollection("keyed").insertMany(keyed);
        following.copied(VerificationServerTest::withItems);
    }

    /** Follows, and writes documents with an even n, until {@link #close} or {@link #end}. */
    private void live() throws InterruptedException {
        Follow follow = following.start(USUAL, Station.Listener.NONE);
        running.add(threads.submit(() -> {
            while (!stop.get()) {
                follow.until(following.mongo.note("test"));
            }
            return true;
        }));
        running.add(threads.submit(() -> {
            SplittableRandom random = new SplittableRandom(SEED);
            while (!stop.get()) {
                write(random);
            }
        }));
    }

    private void write(SplittableRandom random) {
        int n = random.nextInt(THINGS / 2) * 2;
        switch (random.nextInt(4)) {
            case 0 -> things().deleteOne(new Document("small", n));
            case 1 -> things().insertOne(thing(n));
            case 2 ->
                things().updateOne(new Document("small", n), Document.parse("{$push: {items: {name: 'x', price: 3}}}"));
            default ->
                things().updateOne(new Document("small", n), Document.parse("{$inc: {big: 1, 'nested.price': 0.25}}"));
        }
    }

    private void end() throws ExecutionException, InterruptedException {
        stop.set(true);
        for (Future<?> one : running) {
            Object unused = one.get();
        }
    }

    private Verification verification(VerifySettings settings) throws InterruptedException {
        Sides sides = new Sides(following.mongo, following.pg, State.open(following.pg));
        return new Verification(sides, following.plan(), settings, Station.Listener.NONE);
    }

    private static VerifySettings settings(OptionalInt sample, boolean fresh) {
        return new VerifySettings(namespace -> true, sample, 2, fresh, "tester", VerifyLimits.USUAL);
    }

    private Verifications.Verification verify() throws InterruptedException {
        return verification(settings(OptionalInt.empty(), true)).run(Verification.Progress.NONE);
    }

    private Verifications verifications() throws InterruptedException {
        return State.open(following.pg).verifications();
    }

    private void requireClean(Verifications.Verification of) throws InterruptedException {
        assertThat(verifications().differences(of.id(), 10)).isEmpty();
        assertThat(verifications().collections(of.id())).allSatisfy(one -> {
            assertThat(one.counts().isClean()).as("%s", one).isTrue();
            assertThat(one.ended()).isPresent();
        });
    }

    @Test
    void whatIsEqualIsFoundEqualWhileBothAreWrittenTo() throws ExecutionException, InterruptedException {
        copied();
        live();
        for (int i = 0; i < 5; i++) {
            requireClean(verify());
        }
        end();
        following.catchUp();
        Verifications.Verification last = verify();
        requireClean(last);
        assertThat(verifications().collections(last.id()))
                .extracting(one -> one.counts().documents())
                .containsExactly(following.source.getCollection("keyed").countDocuments(), things().countDocuments());
        assertThat(verifications().collections(last.id()))
                .allSatisfy(one ->
                        assertThat(one.counts().rows()).isEqualTo(one.counts().documents()));
        assertThat(verifications().provesLastCut()).isTrue();
    }

    @Test
    void everyKindOfDamageIsFoundAndNothingElse() throws ExecutionException, InterruptedException {
        copied();
        live();
        Damages damages = new Damages(following.pg, SEED);
        for (int kind = 0; kind < Damages.kinds(); kind++) {
            damages.plant(kind);
        }
        while (damages.planted() < DAMAGES) {
            damages.plantAny();
        }
        Verifications.Verification found = verify();
        Set<String> named = new TreeSet<>();
        List<Difference> differences = verifications().differences(found.id(), 100_000);
        for (Difference one : differences) {
            assertThat(damages.of(one.id())).as("a false difference: %s", one).isPresent();
            damages.of(one.id()).ifPresent(named::add);
        }
        assertThat(named).containsExactlyInAnyOrderElementsOf(damages.all());
        LOG.atWarn()
                .addKeyValue("damages", damages.planted())
                .addKeyValue("differences", differences.size())
                .addKeyValue("seed", SEED)
                .log("all found, nothing else");
        assertThat(verifications().provesLastCut()).isFalse();
        State state = State.open(following.pg);
        assertThat(state.repairs().ask(found.id())).isPositive();
        while (state.repairs().waiting() > 0) {
            Thread.sleep(Duration.ofMillis(20));
        }
        end();
        following.catchUp();
        requireClean(verify());
        following.requireEqual("repaired");
    }

    /** A row had no document when it was looked at; by the time it is put right it has. */
    @Test
    void aRepairTakesNoRowAwayWhoseDocumentHasComeMeanwhile() throws InterruptedException {
        copied();
        following.start(USUAL, Station.Listener.NONE);
        following.catchUp();
        following.stop();
        Document late = new Document("_id", new ObjectId()).append("v", 1);
        following.source.getCollection("keyed").insertOne(late);
        following.start(USUAL, Station.Listener.NONE);
        following.catchUp();
        following.stop();
        following.source.getCollection("keyed").deleteOne(late);
        following.pg.change(
                "forget",
                tx -> tx.execute(
                        "CREATE TABLE public.kept AS SELECT * FROM public.keyed" + " WHERE mongo_id LIKE '%$oid%'"));
        following.start(USUAL, Station.Listener.NONE);
        following.catchUp();
        following.stop();
        following.pg.change(
                "damage",
                tx -> tx.execute("INSERT INTO public.keyed SELECT * FROM public.kept;" + " DROP TABLE public.kept"));
        Verifications.Verification found = verify();
        assertThat(verifications().differences(found.id(), 10))
                .singleElement()
                .satisfies(one -> assertThat(one.kind()).isEqualTo(Difference.Kind.SURPLUS));
        assertThat(State.open(following.pg).repairs().ask(found.id())).isOne();
        following.source.getCollection("keyed").insertOne(late);
        following.start(USUAL, Station.Listener.NONE);
        following.catchUp();
        following.requireEqual("repaired");
        requireClean(verify());
    }

    /** What was written after the cut is not looked at. */
    @Test
    void documentAndRowsAreComparedAsOfTheCut() throws InterruptedException {
        copied();
        following.start(USUAL, Station.Listener.NONE);
        following.catchUp();
        following.stop();
        things().updateMany(new Document(), Document.parse("{$inc: {small: 1}}"));
        things().deleteOne(new Document("small", 7));
        things().insertOne(thing(1));
        following.source.getCollection("keyed").deleteOne(new Document("_id", 7)); // a key whose row is looked up
        requireClean(verify());
        following.start(USUAL, Station.Listener.NONE);
        following.catchUp();
        requireClean(verify());
    }

    @Test
    void theDifferencesAreToldWithBothValues() throws InterruptedException {
        copied();
        following.start(USUAL, Station.Listener.NONE);
        following.catchUp();
        following.pg.change("damage", tx -> {
            tx.execute("UPDATE public.things SET at = at + interval '1 microsecond', exact = 7.0 WHERE small = 1");
            tx.execute("UPDATE public.things SET nested = jsonb_set(nested, '{price}', '1.50') WHERE small = 3");
            tx.execute("UPDATE public.things_items SET price = 9 WHERE ord = 1 AND parent_id ="
                    + " (SELECT id FROM public.things WHERE small = 5)");
        });
        List<Difference> differences = verifications().differences(verify().id(), 10);
        assertThat(differences)
                .extracting(one -> one.column() + ": " + one.actual() + " for " + one.expected())
                .satisfiesExactlyInAnyOrder(
                        one -> assertThat(one).isEqualTo("exact: 7.0 for 150"),
                        one -> assertThat(one)
                                .isEqualTo(
                                        "at: 2023-11-14T22:13:21.000Z + 1 microseconds for 2023-11-14T22:13:21.000Z"),
                        one -> assertThat(one)
                                .startsWith("nested: {")
                                .contains("1.50")
                                .contains("1.5"),
                        one -> assertThat(one).isEqualTo("price[1]: 9 for 6"));
        following.stop();
    }

    @Test
    void aVerificationThatWasStoppedGoesOn() throws InterruptedException {
        copied();
        following.start(USUAL, Station.Listener.NONE);
        following.catchUp();
        following.stop();
        following.pg.change("damage", tx -> tx.execute("UPDATE public.things SET big = 0 WHERE small = 1"));
        Verification.Progress stopping = new Verification.Progress() {
            @Override
            public void begun(long parts) {}

            @Override
            public void compared(long parts) {
                throw new IllegalStateException("stopped");
            }

            @Override
            public void waits(String reason) {}
        };
        Verification stopped = verification(settings(OptionalInt.empty(), true));
        assertThatThrownBy(() -> stopped.run(stopping)).hasMessageContaining("stopped");
        long open = Look.number(following.pg, "SELECT count(*) FROM changeover.verification_part WHERE NOT done");
        Verifications.Verification ended =
                verification(settings(OptionalInt.empty(), false)).run(Verification.Progress.NONE);
        assertThat(open).as("parts that were left").isLessThan(2);
        assertThat(verifications().last(10)).hasSize(1);
        assertThat(verifications().collections(ended.id()))
                .extracting(one -> one.counts().documents(), one -> one.counts().rows())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(200L, 200L),
                        org.assertj.core.groups.Tuple.tuple((long) THINGS, (long) THINGS));
        assertThat(verifications().differences(ended.id(), 10)).hasSize(1);
    }

    @Test
    void aSampleComparesSomeDocumentsOfEachCollection() throws InterruptedException {
        copied();
        following.start(USUAL, Station.Listener.NONE);
        following.catchUp();
        following.pg.change("damage", tx -> tx.execute("UPDATE public.keyed SET v = -1"));
        Verifications.Verification sampled =
                verification(settings(OptionalInt.of(50), true)).run(Verification.Progress.NONE);
        assertThat(verifications().collections(sampled.id()))
                .extracting(one -> one.counts().documents(), one -> one.counts().differing())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(50L, 50L), org.assertj.core.groups.Tuple.tuple(50L, 0L));
        assertThat(verifications().newest())
                .as("a sample proves nothing")
                .allMatch(one -> one.verified().isEmpty());
    }
}
