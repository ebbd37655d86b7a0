package dev.changeover.demo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Namespace;
import dev.changeover.Station;
import dev.changeover.copy.CopySettings;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Plan;
import dev.changeover.planfile.PlanFile;
import dev.changeover.planner.Planner;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.Run;
import dev.changeover.run.RunSettings;
import dev.changeover.run.Summary;
import dev.changeover.run.Survey;
import dev.changeover.run.Until;
import dev.changeover.servers.ServerSettings;
import dev.changeover.servers.Servers;
import dev.changeover.state.Ends;
import dev.changeover.verify.Comparison;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * The whole story on a small shop: two servers, data, plan, copy, follow, every row checked, while an application writes
 * to MongoDB; then from phase to phase until PostgreSQL is in charge. The package's door.
 */
public final class Demo {
    /** As changeover run has it, beside one for each worker of the copy. */
    private static final int CONNECTIONS_BESIDE = 4;

    private static final int CONNECTIONS_FREE = 20;

    /** As changeover plan has it. */
    private static final int SAMPLE = 10_000;

    private final DemoSettings settings;
    private final Consumer<Scene> audience;

    public Demo(DemoSettings settings, Consumer<Scene> audience) {
        this.settings = settings;
        this.audience = audience;
    }

    /** Both databases with the shop's names in them, open while the story is told. */
    private record Ends(Mongo mongo, Pg pg, MongoDatabase shop, ShopTarget target) {}

    /** True when every row is right and both databases give one answer. */
    public boolean play() throws InterruptedException {
        long begun = System.nanoTime();
        act("Two servers, in a temporary place", "");
        try (Servers servers = Servers.start(ServerSettings.WITH_USERS, this::line)) {
            servers.createPostgresDatabase(Shop.NAME);
            line("MongoDB      " + servers.mongoUri(Shop.NAME));
            line("PostgreSQL   " + servers.postgresUri(Shop.NAME));
            boolean right = between(
                    servers.mongoUri(Shop.NAME),
                    new PhaseActs.Application(servers.mongoApplicationUri(Shop.NAME), servers.postgresUri(Shop.NAME)));
            if (settings.keep()) {
                act("The servers stay", "");
                line("export MONGO_URI='" + servers.mongoUri(Shop.NAME) + "'");
                line("export PG_URI='" + servers.postgresUri(Shop.NAME) + "'");
                line("To stop them and remove their data:");
                line(servers.keep());
            }
            audience.accept(new Scene.Ending(right, Duration.ofNanos(System.nanoTime() - begun)));
            return right;
        }
    }

    private boolean between(String mongoUri, PhaseActs.Application application) throws InterruptedException {
        String postgresUri = application.postgresUri();
        Shop.Opened shop = load(mongoUri);
        CopySettings copy = copySettings();
        PgSettings pool = new PgSettings(copy.workers() + CONNECTIONS_BESIDE, Duration.ofSeconds(20));
        try (MongoClient client = MongoClients.create(mongoUri);
                Mongo mongo = Mongo.connect(mongoUri);
                Pg pg = Pg.connect(postgresUri, pool);
                ShopTarget target = new ShopTarget(postgresUri)) {
            Ends ends = new Ends(mongo, pg, client.getDatabase(Shop.NAME), target);
            long pieces = Books.pieces(ends.shop());
            boolean right;
            Plan plan;
            try (Clerks clerks = new Clerks(client, shop, settings.seed()).start()) {
                line("From now on an application writes to it: it places and cancels orders, each with its stock in one"
                        + " transaction, renames users, adds reviews.");
                plan = plan(mongo).plan();
                String file = PlanFile.write(plan);
                RunSettings run = new RunSettings(copy, false, false, Optional.empty(), "the demo");
                long before = clerks.done().of(Done.Kind.WRITE);
                copy(ends, run, file);
                line("Meanwhile the application wrote " + number(clerks.done().of(Done.Kind.WRITE) - before)
                        + " documents; a first cut brought what was read at different times to one instant.");
                right = follow(ends, run, plan, new Live(clerks, shop, pieces, file));
            }
            right &= check(ends, plan) && phases(ends, plan, application);
            act("One document, before and after", "");
            audience.accept(OneDocument.show(ends.shop(), collection(plan, "users"), target));
            return question(ends, plan) && right;
        }
    }

    private static CopySettings copySettings() {
        int cores = Runtime.getRuntime().availableProcessors();
        return CopySettings.fitting(
                cores, OptionalInt.of(cores), Runtime.getRuntime().maxMemory(), CONNECTIONS_FREE);
    }

    private Shop.Opened load(String uri) {
        act("A shop, with the oddities of real data", "");
        Shop.Opened shop = Shop.open(uri, settings);
        DemoSettings.Size size = settings.size();
        audience.accept(new Scene.Table(
                List.of("collection", "documents", "among them"),
                List.of(
                        List.of(
                                "users",
                                number(size.users),
                                "ages as text, NUL characters, a date in the year 292278994"),
                        List.of(
                                "products",
                                number(size.products),
                                "prices as Decimal128, stock as text, NaN, keys that are data"),
                        List.of(
                                "orders",
                                number(size.orders),
                                "totals as text, counts as doubles, null and missing coupons"),
                        List.of("reviews", number(size.reviews + 1), "ids of four types, two fields of one name"))));
        return shop;
    }

    private Planner.Planned plan(Mongo mongo) throws InterruptedException {
        act("What becomes of it", "changeover plan");
        Survey.Found found = new Survey(mongo, new Survey.Settings(SAMPLE, 2, namespace -> true)).read(progress -> {});
        Planner planner = new Planner(Survey.references(mongo), "public");
        Planner.Planned planned = planner.plan(found.sources(), found.notAsked(), Optional.empty());
        List<List<String>> rows = new ArrayList<>();
        planned.summaries()
                .forEach(s -> rows.add(List.of(
                        s.namespace().toString(),
                        s.table().toString(),
                        number(s.columns()),
                        number(s.jsonb()),
                        number(collection(planned.plan(), s.namespace().collection())
                                .indexes()
                                .size()))));
        audience.accept(new Scene.Table(List.of("collection", "table", "columns", "jsonb", "indexes"), rows));
        reasons(planned.plan());
        planned.plan().leftOut().forEach(l -> line("not copied: " + l.namespace() + ": " + l.reason()));
        return planned;
    }

    /** Some fields whose story is worth a line, as changeover.yaml tells it. */
    private void reasons(Plan plan) {
        List<List<String>> rows = new ArrayList<>();
        for (String path : List.of("users.age", "users.phone", "products.price", "orders.user", "reviews.rating")) {
            String[] names = path.split("\\.", 2);
            for (FieldPlan field : collection(plan, names[0]).fields()) {
                if (field instanceof FieldPlan.Column column && column.field().equals(names[1])) {
                    rows.add(List.of(
                            path,
                            column.type().sql(),
                            column.notes().seen(),
                            column.notes().why()));
                }
            }
        }
        audience.accept(new Scene.Table(List.of("field", "becomes", "seen", "why"), rows));
    }

    private void copy(Ends ends, RunSettings settled, String file) throws InterruptedException {
        act("Schema, parallel copy, keys, indexes", "changeover run --until copied");
        Run run = new Run(ends.mongo(), ends.pg(), settled, Station.Listener.NONE);
        Summary summary;
        try (var projector = new Projector(run, settings.redraw(), audience)) {
            projector.start();
            summary = run.until(Until.COPIED, Shop.NAME, file);
        }
        audience.accept(new Scene.Copying(run.progress()));
        audience.accept(Ledgers.totals(summary));
        line("Nothing is lost: what a column cannot hold is kept in mongo_extra, for example");
        audience.accept(Ledgers.kept(summary));
    }

    /** Who writes to which shop, how many pieces are in its books, and changeover.yaml's text. */
    private record Live(Clerks clerks, Shop.Opened shop, long pieces, String file) {}

    /** True when PostgreSQL never showed anything but a state of MongoDB. */
    private boolean follow(Ends ends, RunSettings settled, Plan plan, Live live) throws InterruptedException {
        act("Writes go on; PostgreSQL follows", "changeover run");
        Books books = new Books(
                ends.target(), collection(plan, "products"), collection(plan, "orders"), collection(plan, "reviews"));
        audience.accept(books.question());
        Watching watching = new Watching(ends.shop(), live.shop(), books, live.pieces());
        Run run = new Run(ends.mongo(), ends.pg(), settled, Station.Listener.NONE);
        new LiveAct(settings, audience, live.clerks(), watching).play(run, live.file());
        return watching.right();
    }

    private boolean check(Ends ends, Plan plan) throws InterruptedException {
        act("Every row, on both sides", "");
        ClusterTime since = ends.mongo().note("the demo compares");
        Comparison comparison = new Comparison(ends.mongo(), ends.pg());
        boolean equal = true;
        List<List<String>> rows = new ArrayList<>();
        for (CollectionPlan collection : plan.collections()) {
            Comparison.Result result = comparison.compare(collection, since);
            equal &= result.identical();
            rows.add(List.of(
                    collection.namespace().toString(),
                    number(result.documents()),
                    number(result.rows()),
                    number(result.differing())));
            result.examples().forEach(d -> line("differs: " + d.mongoId() + ": " + d.what()));
        }
        audience.accept(new Scene.Table(List.of("collection", "documents", "rows", "differences"), rows));
        line("Each document was rebuilt from its row and compared, value for value and type for type.");
        return equal;
    }

    /** At its end PostgreSQL is in charge, and MongoDB has all that it has. */
    private boolean phases(Ends ends, Plan plan, PhaseActs.Application application) throws InterruptedException {
        act("From phase to phase, there, back, and there again", "changeover phase, cutover, rollback");
        line(
                "Three instances of an application change carts and read them again, about 700 requests each second,"
                        + " through the router. What they were told is kept outside of both databases, and compared in the end.");
        RunSettings settled = new RunSettings(copySettings(), false, false, Optional.empty(), "the demo");
        Run run = new Run(ends.mongo(), ends.pg(), settled, Station.Listener.NONE);
        boolean right;
        Follower follower = new Follower(run, PlanFile.write(plan)).start();
        try (follower) {
            right = new PhaseActs(ends.mongo(), ends.pg(), ends.shop(), audience)
                    .play(application, plan, collection(plan, Carts.NAME), follower);
        } catch (FailedException e) {
            follower.check(); // if the run has failed, that is why
            throw e;
        }
        follower.check();
        return check(ends, plan) && right;
    }

    private boolean question(Ends ends, Plan plan) {
        act("One question, to both", "");
        SameQuestion.Answers answers =
                SameQuestion.ask(ends.shop(), collection(plan, "users"), collection(plan, "orders"), ends.target());
        audience.accept(answers.questions());
        audience.accept(answers.answer());
        line(answers.equal() ? "Both give this answer." : "MongoDB gives another answer.");
        return answers.equal();
    }

    private static CollectionPlan collection(Plan plan, String name) {
        return plan.of(new Namespace(Shop.NAME, name)).orElseThrow();
    }

    private void act(String title, String command) {
        audience.accept(new Scene.Act(title, command));
    }

    private void line(String text) {
        audience.accept(new Scene.Line(text));
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }
}
