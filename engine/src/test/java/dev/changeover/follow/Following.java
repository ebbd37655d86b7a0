package dev.changeover.follow;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import dev.changeover.Station;
import dev.changeover.copy.CopySettings;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.planfile.PlanFile;
import dev.changeover.planner.Planner;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.Run;
import dev.changeover.run.RunSettings;
import dev.changeover.run.Survey;
import dev.changeover.run.Until;
import dev.changeover.servers.TestServers;
import dev.changeover.state.Ends;
import dev.changeover.state.Owner;
import dev.changeover.state.Spool;
import dev.changeover.state.State;
import dev.changeover.verify.Comparison;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bson.Document;

/** A source and a target of their own, copied once, and a follower between them. Confined to one thread. */
public final class Following implements AutoCloseable {
    public final MongoClient client;
    public final MongoDatabase source;
    public Mongo mongo;
    public final Pg pg = Pg.connect(TestServers.freshPostgres(), new PgSettings(10, Duration.ofSeconds(10)));
    private final String uri;
    private Optional<Plan> plan = Optional.empty();
    private Optional<Owner> owner = Optional.empty();
    private Optional<Follow> follow = Optional.empty();

    /** On the shared server. */
    public Following() {
        this(TestServers.freshMongoDatabase());
    }

    /** The URI names a database. */
    public Following(String mongoUri) {
        client = MongoClients.create(mongoUri);
        source = client.getDatabase(Objects.requireNonNull(new ConnectionString(mongoUri).getDatabase()));
        uri = mongoUri;
        mongo = Mongo.connect(uri);
    }

    /** As another process would: it finds out anew what the server can do. */
    public void connectAnew() {
        mongo.close();
        mongo = Mongo.connect(uri);
    }

    public MongoCollection<Document> users() {
        return source.getCollection("users");
    }

    public Plan plan() {
        return plan.orElseThrow();
    }

    /** Plans and copies what the source holds now. */
    public Following copied() throws InterruptedException {
        return copied(UnaryOperator.identity());
    }

    /** The same, by the planner's plan with {@code choice} made in it. */
    public Following copied(UnaryOperator<Plan> choice) throws InterruptedException {
        Survey.Found found = new Survey(mongo, new Survey.Settings(1_000, 1, namespace -> true)).read(progress -> {});
        Plan planned = choice.apply(new Planner(Survey.references(mongo), "public")
                .plan(found.sources(), found.notAsked(), Optional.empty())
                .plan());
        CopySettings copy = new CopySettings(2, 1 << 20, Duration.ofSeconds(20), 256L << 20);
        RunSettings settings = new RunSettings(copy, false, false, Optional.empty(), "test");
        new Run(mongo, pg, settings, Station.Listener.NONE).until(Until.COPIED, "test", PlanFile.write(planned));
        plan = Optional.of(planned);
        return this;
    }

    /** Begins to follow, as a process of its own would. */
    public Follow start(FollowSettings settings, Station.Listener stations) throws InterruptedException {
        State state = State.open(pg);
        Owner own = state.own("test");
        owner = Optional.of(own);
        Ends ends = new Ends(
                mongo,
                pg,
                state,
                own,
                state.runs().find().orElseThrow().start().orElseThrow().t0());
        Follow begun = new Follow(ends, plan(), settings, stations);
        follow = Optional.of(begun);
        begun.start();
        return begun;
    }

    public void stop() throws InterruptedException {
        if (follow.isPresent()) {
            follow.get().close();
        }
        owner.ifPresent(Owner::close);
        follow = Optional.empty();
        owner = Optional.empty();
    }

    /** Waits until so many changes are read that no cut has; none is taken meanwhile. */
    public void awaitRead(long events) throws InterruptedException {
        while (follow.orElseThrow().progress().eventsBehind() < events) {
            follow.orElseThrow().check();
            Thread.sleep(Duration.ofMillis(10));
        }
    }

    /** Takes cuts until all that is written now is there. */
    public Spool.Cut catchUp() throws InterruptedException {
        return follow.orElseThrow().until(mongo.note("test"));
    }

    /** Every row of every collection is its document; the source must be still. */
    public void requireEqual(String when) throws InterruptedException {
        for (CollectionPlan collection : plan().collections()) {
            Comparison.Result result = new Comparison(mongo, pg).compare(collection, mongo.note("compare"));
            assertThat(result.examples())
                    .as("%s: %s", when, collection.namespace())
                    .isEmpty();
            assertThat(result.rows())
                    .as("%s: rows of %s", when, collection.table())
                    .isEqualTo(result.documents());
            assertThat(result.documents())
                    .as("%s: %s", when, collection.namespace())
                    .isEqualTo(source.getCollection(collection.namespace().collection())
                            .countDocuments());
        }
    }

    @Override
    public void close() throws InterruptedException {
        stop();
        source.drop();
        client.close();
        mongo.close();
        pg.close();
    }
}
