package dev.changeover.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.finish.Finding;
import dev.changeover.finish.Proposal;
import dev.changeover.finish.Step;
import dev.changeover.mongo.UpdatedFields;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.FieldPlan.Absent;
import dev.changeover.plan.Notes;
import dev.changeover.plan.Plan;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.BuildStep;
import dev.changeover.postgres.TableUse;
import dev.changeover.report.Report.Advice;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each advice comes with its figures, and none comes below its bound. */
class AdvisorTest {
    private static final Namespace POSTS = new Namespace("shop", "posts");
    private static final TableName TABLE = new TableName("shop", "posts");
    private static final TableName PARTS = new TableName("shop", "posts_parts");
    private static final Proposal NOTHING = new Proposal(List.of(), List.of(), List.of());

    private final CollectionPlan posts = new CollectionPlan(
            POSTS,
            TABLE,
            BsonType.OBJECT_ID,
            List.of(
                    jsonb("stats"),
                    FieldPlan.Column.of("title", "title", ColumnType.TEXT, BsonType.STRING),
                    new FieldPlan.Flatten("meta", List.of(jsonb("seo")), Absent.MISSING, Notes.NONE),
                    new FieldPlan.Child(
                            "parts",
                            PARTS,
                            true,
                            List.of(jsonb("body")),
                            Optional.empty(),
                            Absent.MISSING,
                            Notes.NONE)),
            List.of(),
            Notes.NONE);

    private static FieldPlan.Column jsonb(String name) {
        return FieldPlan.Column.of(name, name, ColumnType.JSONB, BsonType.DOCUMENT);
    }

    private static TableUse use(
            TableName table, TableUse.Counters counters, long wideRows, long averageBytes, TableUse.FewValues... few) {
        TableUse.Jsonb stats = new TableUse.Jsonb("stats", averageBytes, 9_000);
        return new TableUse(table, counters, new TableUse.Widths(2_000, wideRows, List.of(stats)), List.of(few));
    }

    private List<Advice> advice(TableUse use, UpdatedFields... updates) {
        return new Advisor(new Plan(List.of(posts), List.of()), List.of(use), NOTHING, List.of(updates)).advice();
    }

    private static final TableUse QUIET = use(TABLE, new TableUse.Counters(5_000, 0, 0, 0), 0, 700);

    @Test
    void aFieldThatIsUpdatedOftenInsideOfJsonbIsNamedWithItsShareAndTheWidthOfItsColumn() {
        assertThat(advice(
                        QUIET,
                        new UpdatedFields(
                                POSTS,
                                1_000,
                                Map.of("stats.views", 900L, "stats.likes", 100L, "stats.rare", 99L, "title", 800L))))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.table()).isEqualTo(TABLE);
                    assertThat(one.about()).isEqualTo("stats");
                    assertThat(one.text())
                            .startsWith(
                                    "of the last 1,000 updates in MongoDB, 900 changed stats.views, 100 changed stats.likes.")
                            .contains("700 bytes on average", "flatten");
                });
    }

    @Test
    void columnsOfFlattenedDocumentsAndOfChildTablesAreFoundByTheirPaths() {
        assertThat(advice(
                        QUIET, new UpdatedFields(POSTS, 200, Map.of("meta.seo.rank", 150L, "parts.*.body.html", 120L))))
                .extracting(one -> one.table() + " " + one.about())
                .containsExactly("shop.posts seo", "shop.posts_parts body");
    }

    @Test
    void fewUpdatesAndWholeValuesSayNothing() {
        assertThat(advice(QUIET, new UpdatedFields(POSTS, 99, Map.of("stats.views", 99L))))
                .isEmpty();
        assertThat(advice(QUIET, new UpdatedFields(POSTS, 500, Map.of("stats", 500L))))
                .isEmpty();
        assertThat(advice(QUIET, new UpdatedFields(new Namespace("shop", "other"), 500, Map.of("stats.views", 500L))))
                .isEmpty();
    }

    @Test
    void withoutMongosUpdatesThoseOfPostgresSpeakForTheWholeColumn() {
        TableUse busy = use(TABLE, new TableUse.Counters(5_000, 1_000, 400, 30), 0, 500);
        assertThat(advice(busy))
                .singleElement()
                .satisfies(one -> assertThat(one.text())
                        .startsWith(
                                "1,000 updates since the statistics began, 400 of them in place (HOT), 30 dead rows")
                        .contains("500 bytes on average"));
        assertThat(advice(busy, new UpdatedFields(POSTS, 500, Map.of("stats.views", 500L))))
                .singleElement()
                .satisfies(one -> assertThat(one.text()).contains("500 changed stats.views"));
        assertThat(advice(use(TABLE, new TableUse.Counters(5_000, 999, 0, 0), 0, 500)))
                .isEmpty();
        assertThat(advice(use(TABLE, new TableUse.Counters(5_000, 1_000, 0, 0), 0, 499)))
                .isEmpty();
    }

    @Test
    void rowsThatAreTooWideNameTheirWidestColumn() {
        assertThat(advice(use(PARTS, new TableUse.Counters(5_000, 0, 0, 0), 3, 1_500)))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.table()).isEqualTo(PARTS);
                    assertThat(one.text())
                            .startsWith("in 3 of 2,000 rows looked at, the jsonb columns take more than 2,032 bytes")
                            .contains("1,500 bytes on average, 9,000 at most");
                });
    }

    @Test
    void columnsOfFewValuesAreNamedInLargeTablesOnly() {
        TableUse.FewValues few = new TableUse.FewValues("state", 50);
        assertThat(advice(use(TABLE, new TableUse.Counters(1_000, 0, 0, 0), 0, 0, few)))
                .singleElement()
                .satisfies(one -> assertThat(one.text()).startsWith("50 different values in about 1,000 rows"));
        assertThat(advice(use(TABLE, new TableUse.Counters(999, 0, 0, 0), 0, 0, few)))
                .isEmpty();
        assertThat(advice(use(TABLE, new TableUse.Counters(1_000, 0, 0, 0), 0, 0, new TableUse.FewValues("state", 51))))
                .isEmpty();
    }

    @Test
    void aReferenceWithoutAnIndexIsNamedUntilItIsBuilt() {
        BuildStep.Index build =
                new BuildStep.Index(TABLE, "posts_author_fk", List.of(), "CREATE INDEX …", Optional.empty());
        for (Finding.State state : Finding.State.values()) {
            Proposal finish = new Proposal(
                    List.of(
                            new Finding(
                                    new Step.Index(build, true, "author references users"),
                                    state,
                                    "",
                                    List.of(),
                                    List.of()),
                            new Finding(
                                    new Step.Index(build, false, "as in MongoDB"), state, "", List.of(), List.of())),
                    List.of(),
                    List.of());
            List<Advice> advice =
                    new Advisor(new Plan(List.of(posts), List.of()), List.of(QUIET), finish, List.of()).advice();
            if (state == Finding.State.DONE) {
                assertThat(advice).isEmpty();
            } else {
                assertThat(advice)
                        .singleElement()
                        .satisfies(one -> assertThat(one.text()).startsWith("author references users, and no index"));
            }
        }
    }
}
