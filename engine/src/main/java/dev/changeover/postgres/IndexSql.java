package dev.changeover.postgres;

import dev.changeover.index.IndexDefinition;
import dev.changeover.index.IndexDefinition.Uniqueness;
import dev.changeover.index.IndexTranslation;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Names;
import dev.changeover.plan.Plan;
import dev.changeover.plan.SqlText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The plan's indexes as CREATE INDEX. Pure. */
final class IndexSql {
    /** NULLS NOT DISTINCT came with PostgreSQL 15. */
    private static final int NULLS_EQUAL_SINCE = 15;

    private static final String NULLS_PASS = "unlike in MongoDB, rows that lack one of its values and are equal in the"
            + " others may be there twice; PostgreSQL " + NULLS_EQUAL_SINCE + " or newer keeps them out";

    private final int major;

    IndexSql(int major) {
        this.major = major;
    }

    List<BuildStep> steps(Plan plan) {
        List<BuildStep> steps = new ArrayList<>();
        for (IndexTranslation.Translated of : IndexTranslation.all(plan)) {
            Optional<String> own = of.index().sql();
            if (own.isPresent()) {
                steps.add(new BuildStep.Index(
                        of.collection().table(), of.index().name(), List.of(), own.get(), Optional.empty()));
                continue;
            }
            switch (of.translation()) {
                case IndexTranslation.Sql sql ->
                    sql.indexes().forEach(index -> steps.addAll(steps(of.collection(), index)));
                case IndexTranslation.Covered covered -> {}
                case IndexTranslation.NotTranslated not -> {}
            }
        }
        return steps;
    }

    /** Indexes that are left out or keep out less than in MongoDB; a person's own SQL is not judged. */
    List<Ddl.Remark> remarks(Plan plan) {
        List<Ddl.Remark> remarks = new ArrayList<>();
        for (IndexTranslation.Translated of : IndexTranslation.all(plan)) {
            if (of.index().sql().isPresent()) {
                continue;
            }
            switch (of.translation()) {
                case IndexTranslation.Sql sql ->
                    sql.indexes().stream()
                            .filter(this::letsNullsPass)
                            .forEach(index -> remarks.add(new Ddl.Remark(index.table(), index.name(), NULLS_PASS)));
                case IndexTranslation.Covered covered -> {}
                case IndexTranslation.NotTranslated not ->
                    remarks.add(new Ddl.Remark(
                            of.collection().table(), of.index().name(), "not translated: " + not.reason()));
            }
        }
        return remarks;
    }

    /** One column is helped by a second index, see {@link #onlyOneNull}. */
    private boolean letsNullsPass(IndexDefinition index) {
        return index.uniqueness() == Uniqueness.NULLS_EQUAL
                && major < NULLS_EQUAL_SINCE
                && index.keys().size() > 1;
    }

    private List<BuildStep> steps(CollectionPlan collection, IndexDefinition index) {
        List<BuildStep> steps = new ArrayList<>();
        steps.add(new BuildStep.Index(
                index.table(), index.name(), index.before(), create(index), duplicates(collection, index)));
        if (index.uniqueness() == Uniqueness.NULLS_EQUAL
                && major < NULLS_EQUAL_SINCE
                && index.keys().size() == 1) {
            steps.add(onlyOneNull(index));
        }
        return steps;
    }

    private String create(IndexDefinition index) {
        boolean nullsEqual = index.uniqueness() == Uniqueness.NULLS_EQUAL && major >= NULLS_EQUAL_SINCE;
        return "CREATE " + (index.uniqueness() == Uniqueness.NONE ? "" : "UNIQUE ") + "INDEX "
                + SqlText.quoted(index.name())
                + " ON " + SqlText.quoted(index.table()) + " USING " + index.method() + " ("
                + index.keys().stream().map(IndexDefinition.Key::toString).collect(Collectors.joining(", ")) + ")"
                + (nullsEqual ? " NULLS NOT DISTINCT" : "")
                + index.where().map(where -> " WHERE " + where).orElse("");
    }

    /** Before NULLS NOT DISTINCT: a second index in which all rows without a value are equal. */
    private static BuildStep onlyOneNull(IndexDefinition index) {
        String isNull = index.keys().getFirst().sql() + " IS NULL";
        String name = Names.constraint(index.name(), "at most one NULL");
        return new BuildStep.Index(
                index.table(),
                name,
                List.of(),
                "CREATE UNIQUE INDEX " + SqlText.quoted(name) + " ON " + SqlText.quoted(index.table()) + " ((" + isNull
                        + ")) WHERE "
                        + index.where().map(where -> "(" + where + ") AND ").orElse("") + isNull,
                Optional.empty());
    }

    private static Optional<String> duplicates(CollectionPlan collection, IndexDefinition index) {
        if (index.uniqueness() == Uniqueness.NONE) {
            return Optional.empty();
        }
        String mongoId = index.table().equals(collection.table())
                ? "mongo_id"
                : "(SELECT p.mongo_id FROM " + SqlText.quoted(collection.table()) + " p WHERE p.id = parent_id)";
        List<String> conditions = new ArrayList<>();
        index.where().ifPresent(where -> conditions.add("(" + where + ")"));
        if (index.uniqueness() == Uniqueness.NULLS_DISTINCT) {
            index.keys().forEach(key -> conditions.add("(" + key.sql() + ") IS NOT NULL"));
        }
        String keys = index.keys().stream()
                .map(key -> key.sql() + (key.collation().isEmpty() ? "" : " COLLATE " + key.collation()))
                .collect(Collectors.joining(", "));
        return Optional.of("SELECT array_to_string((array_agg(" + mongoId + "))[1:5], ', ') FROM "
                + SqlText.quoted(index.table())
                + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions))
                + " GROUP BY " + keys + " HAVING count(*) > 1 LIMIT 5");
    }
}
