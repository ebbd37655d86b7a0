package dev.changeover.demo;

import com.mongodb.client.MongoDatabase;
import dev.changeover.Phase;
import dev.changeover.Station;
import dev.changeover.mongo.Mongo;
import dev.changeover.phase.Steps;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.plan.SqlText;
import dev.changeover.postgres.Pg;
import dev.changeover.state.State;
import dev.changeover.verify.Sides;
import dev.changeover.verify.Verification;
import dev.changeover.verify.VerifyLimits;
import dev.changeover.verify.VerifySettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bson.Document;

/** The acts in which an application of several instances is moved from phase to phase, there, back, and there again. */
final class PhaseActs {
    private static final Duration DWELL = Duration.ofMillis(1_500);
    private static final Duration BUDGET = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<Phase> WAY =
            List.of(Phase.BOTH, Phase.PG_READS, Phase.POSTGRES, Phase.PG_READS, Phase.POSTGRES);

    private final Mongo mongo;
    private final Pg pg;
    private final MongoDatabase shop;
    private final Consumer<Scene> audience;
    private final CountDownLatch never = new CountDownLatch(1);

    PhaseActs(Mongo mongo, Pg pg, MongoDatabase shop, Consumer<Scene> audience) {
        this.mongo = mongo;
        this.pg = pg;
        this.shop = shop;
        this.audience = audience;
    }

    /** Where the application connects. */
    record Application(String mongoUri, String postgresUri) {}

    /** True when no request failed, nothing was lost and nothing stale was read. {@code follower} goes on meanwhile. */
    boolean play(Application application, Plan plan, CollectionPlan carts, Follower follower)
            throws InterruptedException {
        State state = State.find(pg).orElseThrow();
        awaitFollower(state, follower);
        List<List<String>> pauses = new ArrayList<>();
        ClientLedger ledger;
        try (Instances instances = instances(application, carts)) {
            ledger = instances.ledger();
            dwell(follower);
            for (Phase to : WAY) {
                pauses.add(step(state, plan, ledger, to));
                dwell(follower);
            }
        }
        audience.accept(new Scene.Table(List.of("step", "longest pause of a request", "writes waited"), pauses));
        return told(ledger, state, carts);
    }

    private Instances instances(Application application, CollectionPlan carts) {
        try {
            return new Instances(application.mongoUri(), application.postgresUri(), carts).start();
        } catch (SQLException e) {
            throw new IllegalStateException("start the demo's application", e);
        }
    }

    private void awaitFollower(State state, Follower follower) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (state.watch().beat().filter(beat -> beat.step().equals("follow")).isEmpty()) {
            follower.check();
            if (System.nanoTime() > end) {
                throw new IllegalStateException("changeover run does not follow after " + PATIENCE);
            }
            pause(Duration.ofMillis(50));
        }
    }

    private void dwell(Follower follower) throws InterruptedException {
        pause(DWELL);
        follower.check();
    }

    private void pause(Duration length) throws InterruptedException {
        boolean unused = never.await(length.toMillis(), TimeUnit.MILLISECONDS);
    }

    private List<String> step(State state, Plan plan, ClientLedger ledger, Phase to) throws InterruptedException {
        Phase from = state.phases().now().phase();
        if (to == Phase.PG_READS && from == Phase.BOTH) {
            verify(state, plan);
        }
        Duration unused = ledger.longestSince();
        long begun = System.nanoTime();
        var moved = steps(state).move(to);
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        pause(DWELL.dividedBy(3)); // requests that waited have ended
        Duration longest = ledger.longestSince();
        boolean changed = from == Phase.POSTGRES || to == Phase.POSTGRES;
        String waited = changed
                ? state.cutovers()
                        .last()
                        .flatMap(row -> row.pause())
                        .map(pause -> pause.toMillis() + " ms")
                        .orElse("?")
                : "no";
        line(from.words() + " -> " + to.words() + ": epoch " + moved.epoch() + ", " + took.toMillis()
                + " ms until every instance went by it; longest pause: " + longest.toMillis() + " ms");
        return List.of(from.words() + " -> " + to.words(), longest.toMillis() + " ms", waited);
    }

    private void verify(State state, Plan plan) throws InterruptedException {
        VerifySettings settings =
                new VerifySettings(namespace -> true, OptionalInt.empty(), 2, true, "the demo", VerifyLimits.USUAL);
        var verified = new Verification(new Sides(mongo, pg, state), plan, settings, Station.Listener.NONE)
                .run(Verification.Progress.NONE);
        line("changeover verify, while the application writes: every document and row, verification " + verified.id());
    }

    private Steps steps(State state) {
        return new Steps(
                state,
                new Steps.Settings("the demo", Optional.empty(), Duration.ofSeconds(30), Set.of(), BUDGET, false),
                new Steps.Outside() {
                    @Override
                    public void tell(String words) {}

                    @Override
                    public void pause() throws InterruptedException {
                        PhaseActs.this.pause(Duration.ofMillis(20));
                    }

                    @Override
                    public void undo() {
                        throw new IllegalStateException("changeover run has ended");
                    }
                },
                Station.Listener.NONE);
    }

    private boolean told(ClientLedger ledger, State state, CollectionPlan carts) throws InterruptedException {
        awaitReverse(state);
        ClientLedger.Totals totals = ledger.totals();
        long lost = ledger.lost(inPostgres(carts)) + ledger.lost(inMongo());
        line("requests: " + totals.requests());
        line("failed requests: " + totals.failed());
        line("lost writes: " + lost);
        line("stale reads: " + totals.stale());
        totals.firstFailure().ifPresent(failure -> line("the first failure: " + failure));
        return totals.requests() > 0 && totals.failed() == 0 && lost == 0 && totals.stale() == 0;
    }

    /** MongoDB has every write that PostgreSQL has taken. */
    private void awaitReverse(State state) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (state.reverse().size(1) > 0) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("MongoDB does not follow");
            }
            pause(Duration.ofMillis(20));
        }
    }

    private Map<String, Long> inPostgres(CollectionPlan carts) throws InterruptedException {
        return pg.transaction("look at the carts", tx -> {
            Map<String, Long> all = new TreeMap<>();
            for (String row : tx.texts("SELECT mongo_id || ' ' || pieces FROM " + SqlText.quoted(carts.table()))) {
                String[] words = row.split(" ", 2);
                all.put(words[0], Long.valueOf(words[1]));
            }
            return all;
        });
    }

    private Map<String, Long> inMongo() {
        Map<String, Long> all = new TreeMap<>();
        for (Document cart : shop.getCollection(Carts.NAME).find()) {
            all.put(cart.getString("_id"), cart.getLong("pieces"));
        }
        return all;
    }

    private void line(String text) {
        audience.accept(new Scene.Line(text));
    }
}
