package dev.changeover.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.Station;
import dev.changeover.postgres.Look;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.bson.types.MaxKey;
import org.bson.types.MinKey;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Documents that are read anew because of what PostgreSQL knows, not because they changed. */
class BackfillServerTest {
    /** Ten keys at a time. */
    private static final FollowSettings SMALL = new FollowSettings(20, 70);

    private final Following following = new Following();

    @BeforeEach
    void copy() throws InterruptedException {
        List<Document> some = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Object id = i % 3 == 0 ? (Object) i : i % 3 == 1 ? "s" + i : new ObjectId();
            Document document = new Document("_id", id).append("email", "e" + i);
            some.add(i % 2 == 0 ? document.append("part", new Document("n", i)) : document);
        }
        some.add(new Document("_id", new MinKey()).append("email", "first"));
        some.add(new Document("_id", new MaxKey()).append("email", "last"));
        following.source.getCollection("users").insertMany(some);
        following.copied();
    }

    @AfterEach
    void close() throws InterruptedException {
        following.close();
    }

    /** As if rows had been written by another plan. */
    private void wrong(String fields, String where) throws InterruptedException {
        following.pg.change("prepare a test", tx -> {
            tx.execute("UPDATE public.users SET email = 'wrong' WHERE " + where);
            tx.execute("INSERT INTO changeover.backfill (namespace, fields) VALUES ('"
                    + following.plan().collections().getFirst().namespace() + "', '" + fields + "')");
        });
    }

    private long number(String sql) throws InterruptedException {
        return Look.number(following.pg, sql);
    }

    @Test
    void allDocumentsAreReadAnewPieceByPiece() throws InterruptedException {
        wrong("{}", "true");
        AtomicInteger pieces = new AtomicInteger();
        following.start(SMALL, station -> {
            if (station == Station.BACKFILL_SPOOLED) {
                pieces.incrementAndGet();
            }
        });
        following.catchUp();
        following.requireEqual("backfilled");
        assertThat(pieces.get()).isBetween(31, 40);
        assertThat(number("SELECT count(*) FROM changeover.backfill")).isZero();
        assertThat(number("SELECT count(*) FROM changeover.dirty")).isZero();
    }

    @Test
    void onlyThoseWithTheFieldsAreReadAnew() throws InterruptedException {
        wrong("{nothing,part.n}", "part IS NOT NULL OR email IN ('e1', 'e3')");
        Follow follow = following.start(SMALL, Station.Listener.NONE);
        following.catchUp();
        assertThat(number("SELECT count(*) FROM public.users WHERE email = 'wrong'"))
                .isEqualTo(2);
        assertThat(follow.progress().counts().documents()).isBetween(150L, 180L);
    }

    /** The server must not look for long without an answer. */
    @Test
    void rareDocumentsAreLookedForPieceByPiece() throws InterruptedException {
        wrong("{nothing}", "false");
        AtomicInteger pieces = new AtomicInteger();
        Follow follow = following.start(SMALL, station -> {
            if (station == Station.BACKFILL_SPOOLED) {
                pieces.incrementAndGet();
            }
        });
        following.catchUp();
        assertThat(pieces.get()).isEqualTo(2); // past 200 of 302 documents, and the rest, which MaxKey's comes with
        assertThat(follow.progress().counts().documents()).isLessThan(5);
    }

    /** It goes on where it was, and takes what a cut has not had along again. */
    @Test
    void onePieceAfterTheOtherMayBeTheLastBeforeAKill() throws InterruptedException {
        wrong("{}", "true");
        long before = 0;
        for (int kill = 0; kill < 6; kill++) {
            AtomicInteger pieces = new AtomicInteger();
            following.start(SMALL, station -> {
                if (station == Station.BACKFILL_SPOOLED && pieces.incrementAndGet() == 4) {
                    throw new IllegalStateException("killed");
                }
            });
            assertThatThrownBy(following::catchUp).hasMessageContaining("killed");
            following.stop();
            long now = number("SELECT documents FROM changeover.backfill");
            assertThat(now).isEqualTo(before + 40);
            before = now;
        }
        assertThat(number("SELECT count(*) FROM public.users WHERE email = 'wrong'"))
                .isPositive();
        following.start(SMALL, Station.Listener.NONE);
        following.catchUp();
        following.requireEqual("backfilled");
    }
}
