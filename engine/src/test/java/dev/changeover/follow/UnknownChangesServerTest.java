package dev.changeover.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.servers.FaultyProxy;
import dev.changeover.servers.TestServers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** I20: what a newer server may one day say, made on the way here from what this one says. */
class UnknownChangesServerTest {
    private final String source = TestServers.freshMongoDatabase();
    private final FaultyProxy proxy = FaultyProxy.before(source);
    private final Following following = new Following(proxy.through(source));

    @BeforeEach
    void follow() throws InterruptedException {
        List<Document> some = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            some.add(new Document("_id", i).append("email", "e" + i));
        }
        following.users().insertMany(some);
        following.copied().start(FollowSettings.fitting(256L << 20), Station.Listener.NONE);
    }

    @AfterEach
    void close() throws InterruptedException {
        following.close();
        proxy.close();
    }

    /** A kind of event becomes another of as many letters. */
    private void become(String kind, String unknown) {
        proxy.garble(operation(kind), operation(unknown));
    }

    /** As a BSON element: its type, its name, the text's length with the zero at its end, the text. */
    private static byte[] operation(String kind) {
        char length = (char) (kind.length() + 1);
        return ("\u0002operationType\0" + length + "\0\0\0" + kind + "\0").getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void anUnknownChangeOfACollectionHasItsDocumentsReadAnew() throws InterruptedException {
        become("insert", "insort");
        become("update", "updote");
        become("delete", "delote");
        following.users().insertOne(new Document("_id", "late").append("email", "late"));
        following.catchUp();
        following.requireEqual("inserted");
        following.users().updateMany(new Document(), new Document("$set", new Document("email", "new")));
        following.users().deleteMany(new Document("_id", new Document("$lt", 50)));
        following.catchUp();
        following.requireEqual("updated and deleted");
    }

    @Test
    void anUnknownChangeOfADatabaseStopsTheRun() {
        become("dropDatabase", "liftDatabase");
        following.source.drop();
        assertThatThrownBy(following::catchUp).isInstanceOfSatisfying(FailedException.class, e -> {
            assertThat(e.failure()).isInstanceOf(Failure.Refused.class);
            assertThat(e).hasMessageContaining("does not know: liftDatabase at ");
        });
    }
}
