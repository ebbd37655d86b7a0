package dev.changeover.finish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.CreateCollectionOptions;
import com.mongodb.client.model.InsertOneOptions;
import com.mongodb.client.model.ValidationOptions;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.copy.CopySettings;
import dev.changeover.finish.Finding.State;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.Plan;
import dev.changeover.planfile.PlanFile;
import dev.changeover.planner.Planner;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.postgres.SqlFailure;
import dev.changeover.postgres.Tx;
import dev.changeover.run.Run;
import dev.changeover.run.RunSettings;
import dev.changeover.run.Survey;
import dev.changeover.run.Until;
import dev.changeover.servers.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A validator with everything, references, and what is in their way. */
class FinishServerTest {
    private static final FinishSettings ALL = new FinishSettings(true, false);

    private static final String CUSTOMER = """
            {$jsonSchema: {bsonType: 'object', required: ['_id', 'name', 'age', 'address'],
              properties: {
                name: {bsonType: 'string', minLength: 2, maxLength: 40},
                age: {bsonType: 'int', minimum: 0, maximum: 150, exclusiveMaximum: true},
                code: {bsonType: 'string', pattern: '^[A-Z]{2}\\\\d+$'},
                level: {enum: ['gold', 'silver', 7]},
                pack: {bsonType: 'int', multipleOf: 6},
                tags: {bsonType: 'array', minItems: 1, items: {bsonType: 'string'}},
                address: {bsonType: 'object', required: ['city'],
                          properties: {city: {bsonType: 'string', minLength: 1}, floor: {minimum: -3}}}},
              anyOf: [{required: ['name']}]}}""";
    private static final String ORDER =
            "{$and: [{total: {$gte: 0}}, {state: {$in: ['new', 'paid']}}, {note: {$not: /x/}}]}";

    private final String uri = TestServers.freshMongoDatabase();
    private final MongoClient client = MongoClients.create(uri);
    private final MongoDatabase source =
            client.getDatabase(Objects.requireNonNull(new ConnectionString(uri).getDatabase()));
    private final Mongo mongo = Mongo.connect(uri);
    private final Pg pg = Pg.connect(TestServers.freshPostgres(), new PgSettings(8, Duration.ofSeconds(4)));
    private Plan plan = new Plan(List.of(), List.of());

    @BeforeEach
    void fill() {
        create("customers", CUSTOMER);
        create("orders", ORDER);
        List<Document> customers = new ArrayList<>();
        List<Document> orders = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            ObjectId id = new ObjectId();
            customers.add(new Document("_id", id)
                    .append("name", "name " + i)
                    .append("age", i % 100)
                    .append("code", "AB" + i)
                    .append("level", i % 2 == 0 ? "gold" : "silver")
                    .append("pack", 6 * i)
                    .append("tags", List.of("t" + i))
                    .append("address", new Document("city", "c" + i).append("floor", i % 5)));
            orders.add(new Document("customerId", id).append("total", i).append("state", "new"));
        }
        source.getCollection("customers").insertMany(customers);
        source.getCollection("orders").insertMany(orders);
    }

    private void create(String name, String validator) {
        source.createCollection(
                name,
                new CreateCollectionOptions()
                        .validationOptions(new ValidationOptions().validator(Document.parse(validator))));
    }

    @AfterEach
    void close() {
        source.drop();
        client.close();
        mongo.close();
        pg.close();
    }

    private void copy() throws InterruptedException {
        Survey.Found found = new Survey(mongo, new Survey.Settings(1_000, 1, namespace -> true)).read(progress -> {});
        plan = new Planner(Survey.references(mongo), "public")
                .plan(found.sources(), found.notAsked(), Optional.empty())
                .plan();
        CopySettings copy = new CopySettings(2, 1 << 20, Duration.ofSeconds(20), 256L << 20);
        new Run(mongo, pg, new RunSettings(copy, false, false, Optional.empty(), "test"), Station.Listener.NONE)
                .until(Until.COPIED, "test", PlanFile.write(plan));
    }

    private dev.changeover.state.State state() throws InterruptedException {
        return dev.changeover.state.State.open(pg);
    }

    private Finish finish(FinishSettings settings, Station.Listener stations) throws InterruptedException {
        return new Finish(pg, state(), Source.of(plan, mongo), settings, stations);
    }

    private Proposal look(FinishSettings settings) throws InterruptedException {
        return finish(settings, Station.Listener.NONE).look(table -> {});
    }

    private List<Finding> apply(FinishSettings settings, Station.Listener stations) throws InterruptedException {
        List<Finding> after = new ArrayList<>();
        Finish finish = finish(settings, stations);
        try (Pg.Session alone = state().promises().own()) {
            for (Finding finding : finish.look(table -> {}).findings()) {
                after.add(finding.state() == State.READY ? finish.apply(finding) : finding);
            }
        }
        return after;
    }

    private static List<String> shown(List<Finding> findings, State state) {
        return findings.stream()
                .filter(finding -> finding.state() == state)
                .map(finding -> finding.step().shown())
                .toList();
    }

    private void insert(String collection, Document document) {
        source.getCollection(collection).insertOne(document, new InsertOneOptions().bypassDocumentValidation(true));
    }

    private static Document customer() {
        return new Document("_id", new ObjectId())
                .append("name", "late")
                .append("age", 1)
                .append("address", new Document("city", "x"));
    }

    /** What PostgreSQL says to a row; it is rolled back. */
    private boolean refuses(String sql) {
        try (Tx tx = pg.begin("try")) {
            tx.execute(sql);
            tx.execute("SET CONSTRAINTS ALL IMMEDIATE");
            return false;
        } catch (FailedException e) {
            return SqlFailure.broken(e).isPresent();
        }
    }

    private void requireAllPromised() throws InterruptedException {
        assertThat(look(ALL).findings())
                .filteredOn(finding -> finding.state() != State.DONE)
                .isEmpty();
        assertThat(Look.number(pg, "SELECT count(*) FROM pg_constraint WHERE NOT convalidated"))
                .isZero();
        assertThat(Look.number(
                        pg, "SELECT count(*) FROM pg_constraint WHERE conname LIKE '%_not_null' AND contype = 'c'"))
                .isZero();
        for (String bad : List.of(
                "name = NULL",
                "age = NULL",
                "name = 'x'",
                "name = repeat('x', 41)",
                "age = -1",
                "age = 150",
                "code = 'ab1'",
                "code = 'AB'",
                "level = 'lead'",
                "pack = 7",
                "tags = '[]'",
                "address = '{}'",
                "address = '{\"city\": \"\"}'",
                "address = '{\"city\": \"c\", \"floor\": -4}'")) {
            assertThat(refuses("UPDATE public.customers SET " + bad)).as(bad).isTrue();
        }
        for (String good : List.of(
                "age = 149",
                "code = NULL",
                "code = 'XY0'",
                "pack = 12",
                "tags = '\"no array\"'",
                "address = '{\"city\": \"c\", \"floor\": \"low\"}'")) {
            assertThat(refuses("UPDATE public.customers SET " + good)).as(good).isFalse();
        }
        assertThat(refuses("UPDATE public.orders SET total = -1")).isTrue();
        assertThat(refuses("UPDATE public.orders SET state = 'lost'")).isTrue();
        assertThat(refuses("UPDATE public.orders SET customer_id = gen_random_uuid()"))
                .isTrue();
        assertThat(refuses("DELETE FROM public.customers")).isTrue();
    }

    @Test
    void validatorsAndReferencesBecomePromises() throws InterruptedException {
        copy();
        Proposal proposal = look(ALL);
        assertThat(shown(proposal.findings(), State.BLOCKED)).isEmpty();
        assertThat(shown(proposal.findings(), State.READY))
                .contains(
                        "not-null public.customers name",
                        "not-null public.orders total",
                        "foreign-key public.orders orders_customer_id_fkey",
                        "index public.orders orders_customer_id_fkey_idx")
                .hasSizeGreaterThan(15);
        assertThat(proposal.remarks())
                .extracting(Remark::text)
                .anyMatch(text -> text.contains("anyOf"))
                .anyMatch(text -> text.contains("$not"));
        assertThat(shown(look(new FinishSettings(false, false)).findings(), State.ON_REQUEST))
                .containsExactly(
                        "index public.orders orders_customer_id_fkey_idx",
                        "foreign-key public.orders orders_customer_id_fkey");
        assertThat(shown(apply(ALL, Station.Listener.NONE), State.BLOCKED)).isEmpty();
        requireAllPromised();
        assertThat(shown(look(new FinishSettings(true, true)).findings(), State.READY))
                .contains("not-null public.customers code", "not-null public.orders customer_id");
    }

    @Test
    void whatIsInTheWayIsToldWithItsDocuments() throws InterruptedException {
        Document nameless = customer();
        nameless.remove("name");
        insert("customers", nameless);
        Document kept = customer().append("age", "old");
        insert("customers", kept);
        Document young = customer().append("age", -5);
        insert("customers", young);
        ObjectId nobody = new ObjectId();
        Document orphan = new Document("_id", new ObjectId())
                .append("customerId", nobody)
                .append("total", 1)
                .append("state", "new");
        insert("orders", orphan);
        copy();
        List<Finding> blocked = apply(ALL, Station.Listener.NONE).stream()
                .filter(finding -> finding.state() == State.BLOCKED)
                .toList();
        assertThat(blocked)
                .extracting(finding -> finding.step().shown() + ": " + finding.reason() + finding.examples())
                .containsExactlyInAnyOrder(
                        "not-null public.customers name: 1 row hold NULL: the field is missing there, or null["
                                + nameless.get("_id") + "]",
                        "not-null public.customers age: 1 row hold NULL, 1 of them because the column cannot hold the"
                                + " value, which is in mongo_extra[" + kept.get("_id") + "]",
                        "check public.customers customers_age_minimum_check: 1 row do not hold: age >= 0["
                                + young.get("_id") + "]",
                        "foreign-key public.orders orders_customer_id_fkey: 1 row refer to a row of public.customers that"
                                + " is not there[" + orphan.get("_id") + " -> " + nobody + "]");
    }

    /** Whatever is killed when: what is half made is found by its name, and made whole. */
    @ParameterizedTest
    @EnumSource(
            value = Station.class,
            names = {"FINISH_WRITTEN", "FINISH_COMMITTED"})
    void aFinishKilledBetweenItsStatementsGoesOnWithThem(Station killedAt) throws InterruptedException {
        copy();
        int kills = 0;
        for (int pass = 1; pass < 100; pass++) {
            AtomicInteger passed = new AtomicInteger();
            int last = 1 + pass % 3;
            try {
                apply(ALL, station -> {
                    if (station == killedAt && passed.incrementAndGet() == last) {
                        throw new IllegalStateException("killed");
                    }
                });
                break;
            } catch (IllegalStateException killed) {
                kills++;
            }
        }
        assertThat(kills).isBetween(10, 90);
        requireAllPromised();
    }

    @Test
    void anIndexThatNobodyCanUseIsBuiltAnew() throws InterruptedException {
        source.getCollection("orders").createIndex(new Document("total", 1));
        copy();
        pg.change(
                "break an index",
                tx -> tx.execute("UPDATE pg_catalog.pg_index SET indisvalid = false"
                        + " WHERE indexrelid = 'public.orders_total_idx'::regclass"));
        assertThat(look(ALL).findings())
                .filteredOn(finding -> finding.step().name().equals("orders_total_idx"))
                .singleElement()
                .satisfies(finding -> assertThat(finding.sql()).hasSize(2));
        apply(ALL, Station.Listener.NONE);
        assertThat(Look.number(pg, "SELECT count(*) FROM pg_index WHERE NOT indisvalid"))
                .isZero();
        pg.change("lose an index", tx -> tx.execute("DROP INDEX public.orders_total_idx"));
        assertThat(shown(apply(ALL, Station.Listener.NONE), State.DONE))
                .contains("index public.orders orders_total_idx");
        assertThat(Look.number(pg, "SELECT count(*) FROM pg_class WHERE relname = 'orders_total_idx'"))
                .isOne();
    }

    @Test
    void aTableThatOthersHoldIsLeftForAnotherTime() throws InterruptedException {
        copy();
        try (Tx reader = pg.begin("read for long")) {
            assertThat(reader.count(plan.collections().getFirst().table())).isPositive();
            Finish finish = finish(ALL, Station.Listener.NONE);
            Finding name = finish.look(table -> {}).findings().stream()
                    .filter(finding -> finding.step().shown().equals("not-null public.customers name"))
                    .findFirst()
                    .orElseThrow();
            assertThat(finish.apply(name).reason()).startsWith("others hold the table");
        }
        apply(ALL, Station.Listener.NONE);
        requireAllPromised();
    }

    @Test
    void itIsRefusedWhileItIsTooEarlyAndWhileAnotherIsAtIt() throws InterruptedException {
        copy();
        try (Pg.Session alone = state().promises().own()) {
            assertThatThrownBy(() -> state().promises().own()).hasMessageContaining("another process is at it");
        }
        pg.change("be in the copy", tx -> tx.execute("UPDATE changeover.run SET copied = NULL"));
        assertThatThrownBy(() -> look(ALL))
                .isInstanceOfSatisfying(
                        FailedException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.Refused.class))
                .hasMessageContaining("the copy is not complete");
    }
}
