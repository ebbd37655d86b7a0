package dev.changeover.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.ClusterTime;
import dev.changeover.Station;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** I1, I3, I4, I16: after every cut, PostgreSQL holds exactly what MongoDB held at the cut's time. */
class CutStateServerTest {
    private static final Logger LOG = LoggerFactory.getLogger(CutStateServerTest.class);

    /** How many cuts are compared; thousands by {@code -Dcuts=}. */
    private static final int CUTS = Integer.getInteger("cuts", 150);

    private static final long SEED = Long.getLong("seed", 1);

    /** So small that answers end in the middle of transactions. */
    private static final int EVENTS_IN_ANSWER = 7;

    /** More than are made until a cut is taken, so that it is taken among them. */
    private static final int COMMITS_IN_CUT = 60;

    /** After so many cuts another follower goes on. */
    private static final int CUTS_OF_A_FOLLOWER = 20;

    private final Following following = new Following();

    @AfterEach
    void close() throws InterruptedException {
        following.close();
    }

    @Test
    void afterEveryCutAllRowsAreMongosDocumentsAtItsTime() throws ExecutionException, InterruptedException {
        compareCuts(10_000);
    }

    /** So little memory that keys go through the spool, and a cut takes several passes. */
    @Test
    void afterEveryCutBySpoolAndPassesTheyAreToo() throws ExecutionException, InterruptedException {
        compareCuts(50);
    }

    private void compareCuts(int keysMost) throws ExecutionException, InterruptedException {
        FollowSettings settings = new FollowSettings(keysMost, EVENTS_IN_ANSWER);
        try (Writers writers = new Writers(following.client, following.source)) {
            writers.fill();
            following.copied(Writers::withChildren);
            States states = new States(following.source, following.pg, following.plan());
            writers.start(3, SEED);
            ClusterTime last = new ClusterTime(0, 0);
            for (int cut = 0; cut < CUTS; cut++) {
                if (cut % CUTS_OF_A_FOLLOWER == 0) {
                    following.stop();
                    following.start(settings, Station.Listener.NONE);
                }
                writers.allow(COMMITS_IN_CUT);
                last = compareAfter(last, states);
            }
            writers.end();
            compareAfter(last, states);
            LOG.atInfo()
                    .addKeyValue("cuts", CUTS)
                    .addKeyValue("commits", writers.committed())
                    .addKeyValue("seed", SEED)
                    .log("every cut was MongoDB's state");
        }
    }

    private ClusterTime compareAfter(ClusterTime last, States states) throws InterruptedException {
        ClusterTime taken = following.catchUp().at();
        ClusterTime at = states.compare();
        assertThat(at).as("the cut that is stored").isEqualTo(taken);
        assertThat(at).as("I3: cuts move forward").isGreaterThan(last);
        return at;
    }
}
