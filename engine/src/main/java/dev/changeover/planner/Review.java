package dev.changeover.planner;

import dev.changeover.bson.BsonType;
import dev.changeover.index.IndexTranslation;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.IndexPlan;
import dev.changeover.profile.DocumentProfile;
import dev.changeover.profile.ValueProfile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Looks at a finished collection's plan beside its profile: what stays aside, and what a person should decide. Used once. */
final class Review {
    private final CollectionPlan plan;
    private final SourceCollection source;
    private final List<String> questions = new ArrayList<>();
    private int columns;
    private int jsonb;
    private long keptAside;

    private Review(CollectionPlan plan, SourceCollection source) {
        this.plan = plan;
        this.source = source;
    }

    static CollectionSummary of(CollectionPlan plan, SourceCollection source) {
        Review review = new Review(plan, source);
        DocumentProfile root = source.profile().root();
        review.fields(plan.fields(), root, "");
        ValueProfile id = root.fields().get("_id");
        if (id != null) {
            review.keptAside -= id.present();
        }
        review.indexes();
        long documents = Math.max(source.documents(), source.profile().documents());
        return new CollectionSummary(
                plan.namespace(),
                documents,
                plan.table(),
                review.columns,
                review.jsonb,
                review.keptAside,
                review.questions);
    }

    private void fields(List<FieldPlan> fields, DocumentProfile documents, String prefix) {
        long planned = 0;
        for (FieldPlan field : fields) {
            Optional<ValueProfile> values =
                    Optional.ofNullable(documents.fields().get(field.field()));
            planned += values.map(ValueProfile::present).orElse(0L);
            String path = prefix + field.field();
            switch (field) {
                case FieldPlan.Column column -> column(column, values, path);
                case FieldPlan.Flatten flatten ->
                    values.flatMap(ValueProfile::document).ifPresent(d -> fields(flatten.fields(), d, path + "."));
                case FieldPlan.Child child -> {
                    child.value().ifPresent(v -> columns++);
                    values.flatMap(v -> child.array()
                                    ? v.array().flatMap(a -> a.elements().document())
                                    : v.document())
                            .ifPresent(d -> fields(child.fields(), d, path + "."));
                }
                case FieldPlan.Excluded excluded -> {}
            }
        }
        long all = documents.fields().values().stream()
                .mapToLong(ValueProfile::present)
                .sum();
        keptAside += all - planned + documents.dataKeyValues() + documents.duplicates();
    }

    private void column(FieldPlan.Column column, Optional<ValueProfile> values, String path) {
        columns++;
        jsonb += column.type().scalar() == ColumnType.Scalar.JSONB ? 1 : 0;
        if (values.isEmpty()) {
            return;
        }
        ValueProfile seen = values.get();
        long misfits = Fit.misfits(column.type(), seen);
        keptAside += misfits;
        if (!column.notes().note().isEmpty()) {
            return;
        }
        boolean jsonbColumn = column.type().equals(ColumnType.JSONB);
        boolean plainText =
                column.type().equals(ColumnType.TEXT) && seen.strings().count() > 0;
        if (misfits > 0) {
            ask(
                    path,
                    Wording.count(misfits, "value") + " do not fit "
                            + column.type().sql() + " and stay in mongo_extra");
        } else if (jsonbColumn && seen.values() == 0) {
            ask(path, "only nulls were seen; which type is it?");
        } else if (jsonbColumn && seen.types().stream().noneMatch(Review::nests)) {
            ask(path, "values of different types in jsonb; is one type meant?");
        } else if (plainText && seen.strings().numbers() == seen.strings().count()) {
            ask(path, "every string is a number; would numeric be better?");
        }
    }

    private static boolean nests(BsonType type) {
        return type == BsonType.DOCUMENT || type == BsonType.ARRAY;
    }

    private void indexes() {
        for (IndexPlan index : plan.indexes()) {
            boolean open = !index.skip()
                    && index.sql().isEmpty()
                    && index.notes().note().isEmpty();
            if (open && IndexTranslation.of(plan, index) instanceof IndexTranslation.NotTranslated not) {
                ask("index " + index.name(), "not translated: " + not.reason());
            } else if (open && index.definition().contains("\"expireAfterSeconds\"")) {
                ask("index " + index.name(), "MongoDB deletes documents by it; PostgreSQL needs a scheduled DELETE");
            }
        }
    }

    private void ask(String about, String question) {
        questions.add(source.namespace() + ": " + about + ": " + question);
    }
}
