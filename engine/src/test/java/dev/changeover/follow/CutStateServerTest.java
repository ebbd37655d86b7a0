package dev.changeover.follow;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.changeover.ClusterTime;
import dev.changeover.Station;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.servers.TestServers;
import dev.changeover.state.Ends;
import dev.changeover.state.Owner;
import dev.changeover.state.State;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** I1, I3, I4, I8, I16: after every cut, PostgreSQL holds exactly what MongoDB held at the cut's time. */
class CutStateServerTest {
    private static final Logger LOG = LoggerFactory.getLogger(CutStateServerTest.class);

    /** How many cuts are compared; thousands by {@code -Dcuts=}. */
    private static final int CUTS = Integer.getInteger("cuts", 200);

    private static final long SEED = Long.getLong("seed", 1);

    /** So small that answers end in the middle of transactions. */
    private static final int EVENTS_IN_ANSWER = 7;

    /** More than are made until a cut is taken, so that it is taken among them. */
    private static final int COMMITS_IN_CUT = 60;

    private final String mongoUri = TestServers.freshMongoDatabase();
    private final MongoClient client = MongoClients.create(mongoUri);
    private final MongoDatabase source =
            client.getDatabase(Objects.requireNonNull(new ConnectionString(mongoUri).getDatabase()));
    private final Pg pg = Pg.connect(TestServers.freshPostgres(), new PgSettings(10, Duration.ofSeconds(10)));

    @AfterEach
    void close() {
        source.drop();
        client.close();
        pg.close();
    }

    @Test
    void afterEveryCutAllRowsAreMongosDocumentsAtItsTime() throws ExecutionException, InterruptedException {
        follow(new FollowSettings(10_000, EVENTS_IN_ANSWER));
    }

    private void follow(FollowSettings settings) throws ExecutionException, InterruptedException {
        try (Mongo mongo = Mongo.connect(mongoUri);
                Writers writers = new Writers(client, source)) {
            writers.fill();
            Plan plan = Copied.from(mongo, pg, Writers::withChildren);
            assertThat(plan.collections())
                    .hasSize(3)
                    .anySatisfy(collection -> assertThat(collection.children()).isNotEmpty());
            State state = State.open(pg);
            try (Owner owner = state.own("test")) {
                ClusterTime t0 =
                        state.runs().find().orElseThrow().start().orElseThrow().t0();
                Ends ends = new Ends(mongo, pg, state, owner, t0);
                try (Follow follow = new Follow(ends, plan, settings, Station.Listener.NONE)) {
                    follow.start();
                    writers.start(3, SEED);
                    compareCuts(mongo, follow, new States(source, pg, plan), writers);
                    writers.end();
                    ClusterTime all = mongo.note("all written");
                    follow.until(all);
                    assertThat(new States(source, pg, plan).compare()).isGreaterThanOrEqualTo(all);
                }
            }
        }
    }

    private static void compareCuts(Mongo mongo, Follow follow, States states, Writers writers)
            throws InterruptedException {
        ClusterTime last = new ClusterTime(0, 0);
        for (int compared = 0; compared < CUTS; compared++) {
            writers.allow(COMMITS_IN_CUT);
            ClusterTime goal = mongo.note("test");
            assertThat(follow.until(goal).at()).isGreaterThanOrEqualTo(goal);
            ClusterTime at = states.compare();
            assertThat(at).as("I3: cuts move forward").isGreaterThan(last);
            last = at;
        }
        LOG.atInfo()
                .addKeyValue("cuts", CUTS)
                .addKeyValue("commits", writers.committed())
                .log("compared");
    }
}
