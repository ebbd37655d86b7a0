package dev.changeover.plan;

import dev.changeover.Namespace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import org.bson.RawBsonDocument;

/** Short ways to write documents, profiles and sources in tests. */
final class Documents {
    private Documents() {}

    static byte[] bson(String json) {
        ByteBuffer bytes = RawBsonDocument.parse(json).getByteBuffer().asNIO();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    static CollectionProfile profile(List<String> documents) {
        CollectionProfile profile = new CollectionProfile();
        for (String document : documents) {
            byte[] bytes = bson(document);
            profile.add(bytes, 0, bytes.length);
        }
        return profile;
    }

    static CollectionProfile profile(String... documents) {
        return profile(List.of(documents));
    }

    static ValueProfile field(DocumentProfile documents, String name) {
        return Objects.requireNonNull(documents.fields().get(name), name);
    }

    static List<String> many(int n, IntFunction<String> document) {
        List<String> many = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            many.add(document.apply(i));
        }
        return many;
    }

    static SourceCollection source(String namespace, List<String> documents, String... indexes) {
        CollectionProfile profile = profile(documents);
        return new SourceCollection(
                Namespace.parse(namespace),
                SourceCollection.Kind.COLLECTION,
                "{}",
                List.of(indexes),
                profile.documents(),
                profile);
    }

    static Planner.Planned planned(SourceCollection... sources) {
        return new Planner(ReferenceCheck.NONE, "public").plan(List.of(sources), List.of(), Optional.empty());
    }

    /** The plan of one collection {@code shop.things} with these documents. */
    static CollectionPlan plan(String... documents) {
        return planned(source("shop.things", List.of(documents)))
                .plan()
                .collections()
                .get(0);
    }

    static FieldPlan.Column column(CollectionPlan plan, String field) {
        return (FieldPlan.Column) plan.fields().stream()
                .filter(f -> f.field().equals(field))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no field " + field + " in " + plan.fields()));
    }

    /** The column of the field {@code a} whose values are these, one for each document. */
    static FieldPlan.Column columnOf(String... values) {
        List<String> documents = new ArrayList<>();
        for (String value : values) {
            documents.add("{\"a\": " + value + "}");
        }
        return column(plan(documents.toArray(String[]::new)), "a");
    }
}
