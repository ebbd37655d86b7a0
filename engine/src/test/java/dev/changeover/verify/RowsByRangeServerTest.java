package dev.changeover.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.Chunk;
import dev.changeover.Station;
import dev.changeover.bson.BsonType;
import dev.changeover.follow.FollowSettings;
import dev.changeover.follow.Following;
import dev.changeover.postgres.Look;
import dev.changeover.state.Difference;
import dev.changeover.state.State;
import dev.changeover.state.Verifications;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** I12: rows without a document are found wherever their ids lie, also where few keys are no ObjectIds. */
class RowsByRangeServerTest {
    private static final long SEED = Long.getLong("seed", System.nanoTime());
    private static final VerifyLimits SMALL = new VerifyLimits(10_000, 100, Duration.ofSeconds(10));
    private static final UUID LEAST = new UUID(0, 0);
    private static final UUID MOST = new UUID(-1, -1);

    private final Following following = new Following();
    private final SplittableRandom random = new SplittableRandom(SEED);

    @BeforeEach
    void copied() throws InterruptedException {
        List<Document> all = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) { // of every age, after 2038 too
            all.add(thing(new ObjectId(random.nextInt(), random.nextInt(1 << 24))));
        }
        for (int i = 0; i < 60; i++) {
            all.add(thing(i));
            all.add(thing("key " + i));
            all.add(thing(Instant.ofEpochMilli(i)));
        }
        all.add(thing(true));
        all.add(thing(null));
        following.source.getCollection("things").insertMany(all);
        following.copied();
        following.start(new FollowSettings(10_000, 1_000), Station.Listener.NONE);
        following.catchUp();
        following.stop();
        assertThat(following.plan().collections().getFirst().idType()).isEqualTo(BsonType.OBJECT_ID);
    }

    private static Document thing(@Nullable Object id) {
        return new Document("_id", id).append("filler", "x".repeat(200));
    }

    @AfterEach
    void close() throws InterruptedException {
        following.close();
    }

    private Verifications.Verification verify() throws InterruptedException {
        VerifySettings settings = new VerifySettings(namespace -> true, OptionalInt.empty(), 2, true, "tester", SMALL);
        return new Verification(
                        new Sides(following.mongo, following.pg, State.open(following.pg)),
                        following.plan(),
                        settings,
                        Station.Listener.NONE)
                .run(Verification.Progress.NONE);
    }

    private Verifications verifications() throws InterruptedException {
        return State.open(following.pg).verifications();
    }

    @Test
    void rowsTooManyAreFoundWhereverTheirIdsLie() throws InterruptedException {
        Verifications.Counts clean =
                verifications().collections(verify().id()).getFirst().counts();
        assertThat(clean.isClean()).isTrue();
        assertThat(clean.rows()).as("each row counts once").isEqualTo(clean.documents());
        Set<UUID> surplus = new TreeSet<>(List.of(LEAST, MOST));
        while (surplus.size() < 40) {
            surplus.add(new UUID(random.nextLong(), random.nextLong()));
            surplus.add(new UUID(random.nextLong(1L << 58), random.nextLong())); // among those of ObjectIds
        }
        for (UUID id : surplus) {
            String row = "INSERT INTO public.things (id, mongo_id) VALUES ('" + id + "', 'none " + id + "')";
            following.pg.change("damage", tx -> tx.execute(row));
        }
        following.pg.change( // some parts have as many rows as documents
                "damage",
                tx -> tx.execute("DELETE FROM public.things t WHERE id IN (SELECT lead FROM (SELECT id, lead(id) OVER"
                        + " (ORDER BY id), mongo_id FROM public.things) n WHERE mongo_id LIKE 'none%' AND random() < 0.5)"
                        + " AND mongo_id NOT LIKE 'none%'"));
        long missing = clean.rows() + surplus.size() - Look.number(following.pg, "SELECT count(*) FROM public.things");
        Verifications.Verification found = verify();
        Verifications.Counts counts =
                verifications().collections(found.id()).getFirst().counts();
        assertThat(verifications().differences(found.id(), 1_000))
                .as("seed %d", SEED)
                .filteredOn(one -> one.kind() == Difference.Kind.SURPLUS)
                .extracting(Difference::id)
                .containsExactlyInAnyOrderElementsOf(surplus);
        assertThat(List.of(counts.missing(), counts.surplus(), counts.differing()))
                .as("seed %d", SEED)
                .containsExactly(missing, (long) surplus.size(), 0L);
        assertThat(missing).isPositive();
    }

    @Test
    void everyIdIsOfOnePart() throws InterruptedException {
        var things = following.plan().collections().getFirst();
        List<Chunk> parts = following.mongo.split(things.namespace(), SMALL.partBytes());
        assertThat(parts.stream()
                        .map(part -> IdRange.of(things, part).from().getClass())
                        .distinct())
                .as("edges of every kind")
                .hasSize(3);
        List<UUID> ids = new ArrayList<>(List.of(LEAST, MOST));
        while (ids.size() < 5_000) {
            ids.add(new UUID(random.nextLong(), random.nextLong()));
        }
        String rows = ids.stream().map(id -> "('" + id + "'::uuid)").collect(Collectors.joining(","));
        long all = 0;
        for (Chunk part : parts) {
            IdRange range = IdRange.of(things, part);
            long have = ids.stream().filter(range::has).count();
            assertThat(Look.number(
                            following.pg,
                            "SELECT count(*) FROM (VALUES " + rows + ") v (id) WHERE " + range.condition()))
                    .as("seed %d, PostgreSQL's order", SEED)
                    .isEqualTo(have);
            all += have;
        }
        assertThat(all).isEqualTo(ids.size());
    }
}
