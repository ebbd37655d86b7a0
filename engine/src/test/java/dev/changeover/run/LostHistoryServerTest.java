package dev.changeover.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.copy.CopySettings;
import dev.changeover.follow.Following;
import dev.changeover.planfile.PlanFile;
import dev.changeover.servers.Mongod;
import dev.changeover.state.State;
import dev.changeover.verify.VerifyLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** A follower that stood still for longer than a very small oplog reaches back. */
class LostHistoryServerTest {
    private static void run(Following following) throws InterruptedException {
        CopySettings copy = new CopySettings(1, 1 << 20, Duration.ofSeconds(20), 256L << 20);
        RunSettings settings = new RunSettings(copy, false, false, Optional.empty(), "test");
        Summary unused = new Run(following.mongo, following.pg, settings, Station.Listener.NONE)
                .until(Until.CAUGHT_UP, "test", PlanFile.write(following.plan()));
    }

    private static void write(Following following, int from) {
        List<Document> all = new ArrayList<>();
        for (int i = from; i < from + 500; i++) {
            all.add(new Document("_id", i).append("n", i).append("filler", "x".repeat(2_000)));
        }
        following.source.getCollection("things").insertMany(all);
        following.source.getCollection("things").updateMany(new Document(), Document.parse("{$inc: {n: 1}}"));
        following.source.getCollection("things").deleteOne(new Document("_id", from));
    }

    @Test
    void aResyncBringsBackWhatWasLostAndGoesOn() throws InterruptedException {
        // The oplog is kept back to the latest checkpoint of mongod's own clock (60 s unless told; fsync makes another
        // kind), and is cut when a mebibyte more has been written after it.
        try (Mongod mongod = Mongod.startReplicaSet("--oplogSize", "1", "--syncdelay", "1");
                Following following = new Following(mongod.uri("lost"))) {
            write(following, 0);
            following.copied();
            run(following);
            State state = State.open(following.pg);
            ClusterTime position = state.spool().position().orElseThrow();
            write(following, 1_000);
            Awaitility.await("the oplog rolls over")
                    .atMost(Duration.ofMinutes(1))
                    .until(() -> {
                        rollOn(following);
                        return begins(following).isAfter(position);
                    });
            assertThatThrownBy(() -> run(following)).isInstanceOfSatisfying(FailedException.class, e -> {
                assertThat(e.failure()).isInstanceOf(Failure.Refused.class);
                assertThat(((Failure.Refused) e.failure()).remedy()).contains("run --resync");
            });
            Resync.begin(following.mongo, following.pg, VerifyLimits.USUAL, "test");
            run(following);
            following.requireEqual("after the resync");
            write(following, 900_000);
            run(following);
            following.requireEqual("followed on");
        }
    }

    private static void rollOn(Following following) {
        Document noise = new Document("filler", "x".repeat(4 << 20));
        following.source.getCollection("noise").insertOne(noise);
        following.source.getCollection("noise").deleteMany(new Document());
    }

    private static ClusterTime begins(Following following) {
        return Awaitility.await()
                .until(following.mongo::oplogBegins, Optional::isPresent)
                .orElseThrow();
    }
}
