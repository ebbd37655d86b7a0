package dev.changeover.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.Station;
import dev.changeover.follow.FollowSettings;
import dev.changeover.follow.Following;
import dev.changeover.state.Difference;
import dev.changeover.state.State;
import dev.changeover.state.Verifications;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A verification that was stopped goes on where it was. */
class VerificationResumeServerTest {
    private static final int THINGS = 2_000;
    private static final VerifyLimits SMALL = new VerifyLimits(10_000, 100, Duration.ofSeconds(10));

    private final Following following = new Following();

    @BeforeEach
    void copied() throws InterruptedException {
        List<Document> all = new ArrayList<>();
        for (int i = 0; i < THINGS; i++) {
            all.add(new Document("_id", i).append("n", i).append("filler", "x".repeat(200)));
        }
        following.source.getCollection("things").insertMany(all);
        following.copied();
        following.start(new FollowSettings(10_000, 1_000), Station.Listener.NONE);
        following.catchUp();
        following.stop();
    }

    @AfterEach
    void close() throws InterruptedException {
        following.close();
    }

    private Verification verification(OptionalInt sample, boolean fresh, Station.Listener stations)
            throws InterruptedException {
        VerifySettings settings = new VerifySettings(namespace -> true, sample, 1, fresh, "tester", SMALL);
        return new Verification(
                new Sides(following.mongo, following.pg, State.open(following.pg)),
                following.plan(),
                settings,
                stations);
    }

    private Verifications verifications() throws InterruptedException {
        return State.open(following.pg).verifications();
    }

    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** False if it was stopped when it had been at that station so often. */
    private boolean runs(boolean fresh, Station where, int times) throws InterruptedException {
        AtomicInteger left = new AtomicInteger(times);
        try {
            Verifications.Verification unused = verification(OptionalInt.empty(), fresh, station -> {
                        if (station == where && left.decrementAndGet() < 0) {
                            throw new Stopped();
                        }
                    })
                    .run(Verification.Progress.NONE);
            return true;
        } catch (IllegalStateException e) {
            assertThat(e).hasRootCauseInstanceOf(Stopped.class);
            return false;
        }
    }

    private void damage(String sql) throws InterruptedException {
        following.pg.change("damage", tx -> tx.execute(sql));
    }

    private static String wrong(int n) {
        return "UPDATE public.things SET n = -n WHERE n = " + n;
    }

    /** Before a part or page is read, before it is noted, or after that, which is before the next one. */
    @Test
    void whereverItIsStoppedEachDocumentAndRowIsComparedOnce() throws InterruptedException {
        long seed = Long.getLong("seed", System.nanoTime());
        SplittableRandom random = new SplittableRandom(seed);
        Set<Integer> differing = new TreeSet<>();
        for (int n = 7; n < THINGS; n += 1 + random.nextInt(120)) {
            damage(wrong(n));
            differing.add(n);
        }
        damage(
                "INSERT INTO public.things (id, mongo_id, n) SELECT gen_random_uuid(), '{\"$numberInt\":\"' || -i || '\"}',"
                        + " 0 FROM generate_series(1, 40) i");
        damage("DELETE FROM public.things WHERE n IN (3, 903, 1903)");
        int stops = 0;
        while (!runs(
                stops == 0,
                random.nextBoolean() ? Station.VERIFY_READ : Station.VERIFY_SNAPSHOT,
                random.nextInt(1, 12))) {
            stops++;
            assertThat(stops).as("it gets no further").isLessThan(60);
            int ahead = THINGS - stops; // in the last part: what comes up before its turn is found too
            if (stops < 4) {
                damage(wrong(ahead));
                differing.add(ahead);
            }
        }
        assertThat(stops).as("seed %d", seed).isGreaterThan(5);
        Verifications.Verified found =
                verifications().newest().getFirst().verified().orElseThrow();
        assertThat(found.counts())
                .as("seed %d", seed)
                .isEqualTo(new Verifications.Counts(THINGS, THINGS - 3 + 40, 0, differing.size(), 3, 40, 0, 0));
        List<Difference> told =
                verifications().differences(verifications().last(1).getFirst().id(), 1_000);
        assertThat(told).extracting(Difference::id).as("seed %d", seed).doesNotHaveDuplicates();
        assertThat(told)
                .filteredOn(one -> one.kind() == Difference.Kind.DIFFERS)
                .extracting(one -> Integer.parseInt(one.expected()))
                .as("seed %d", seed)
                .containsExactlyInAnyOrderElementsOf(differing);
        assertThat(verifications().last(10)).hasSize(1);
    }

    @Test
    void aSampleInBetweenDoesNotEndTheResuming() throws InterruptedException {
        assertThat(runs(true, Station.VERIFY_READ, 5)).isFalse();
        Verifications.Verification sampled =
                verification(OptionalInt.of(10), true, Station.Listener.NONE).run(Verification.Progress.NONE);
        assertThat(sampled.mode()).isEqualTo(Verifications.Mode.SAMPLE);
        assertThat(runs(false, Station.VERIFY_READ, Integer.MAX_VALUE)).isTrue();
        assertThat(verifications().last(10))
                .extracting(Verifications.Verification::mode)
                .hasSize(2);
        assertThat(verifications().newest())
                .allSatisfy(
                        one -> assertThat(one.verified().orElseThrow().counts().documents())
                                .isEqualTo(THINGS));
    }

    /** What it compared first may have changed most. */
    @Test
    void itIsAsOldAsItsFirstCut() throws InterruptedException {
        assertThat(runs(true, Station.VERIFY_READ, 5)).isFalse();
        following.pg.change(
                "a day passes",
                tx -> tx.execute("UPDATE changeover.verified SET first_cut = first_cut - 86400 * 4294967296"));
        assertThat(runs(false, Station.VERIFY_READ, Integer.MAX_VALUE)).isTrue();
        assertThat(verifications().newest())
                .allSatisfy(one -> assertThat(one.age()).isBetween(Duration.ofHours(24), Duration.ofHours(25)));
    }
}
