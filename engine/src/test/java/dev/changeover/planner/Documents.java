package dev.changeover.planner;

import dev.changeover.CollectionKind;
import dev.changeover.Namespace;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.profile.CollectionProfile;
import dev.changeover.profile.DocumentProfile;
import dev.changeover.profile.ValueProfile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntFunction;
import org.bson.RawBsonDocument;

/** Short ways to write documents, profiles and sources in tests. */
public final class Documents {
    private Documents() {}

    public static byte[] bson(String json) {
        ByteBuffer bytes = RawBsonDocument.parse(json).getByteBuffer().asNIO();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    public static CollectionProfile profile(List<String> documents) {
        CollectionProfile profile = new CollectionProfile();
        for (String document : documents) {
            byte[] bytes = bson(document);
            profile.add(bytes, 0, bytes.length);
        }
        return profile;
    }

    public static CollectionProfile profile(String... documents) {
        return profile(List.of(documents));
    }

    public static ValueProfile field(DocumentProfile documents, String name) {
        return Objects.requireNonNull(documents.fields().get(name), name);
    }

    public static List<String> many(int n, IntFunction<String> document) {
        List<String> many = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            many.add(document.apply(i));
        }
        return many;
    }

    public static SourceCollection source(String namespace, List<String> documents, String... indexes) {
        CollectionProfile profile = profile(documents);
        return new SourceCollection(
                Namespace.parse(namespace),
                CollectionKind.COLLECTION,
                "{}",
                List.of(indexes),
                profile.documents(),
                profile);
    }

    public static Planner.Planned planned(SourceCollection... sources) {
        return new Planner(ReferenceCheck.NONE, "public").plan(List.of(sources), List.of(), Optional.empty());
    }

    /** The plan of one collection {@code shop.things} with these documents. */
    public static CollectionPlan plan(String... documents) {
        return planned(source("shop.things", List.of(documents)))
                .plan()
                .collections()
                .get(0);
    }

    public static FieldPlan.Column column(CollectionPlan plan, String field) {
        return (FieldPlan.Column) plan.fields().stream()
                .filter(f -> f.field().equals(field))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no field " + field + " in " + plan.fields()));
    }

    /** The column of the field {@code a} whose values are these, one for each document. */
    public static FieldPlan.Column columnOf(String... values) {
        List<String> documents = new ArrayList<>();
        for (String value : values) {
            documents.add("{\"a\": " + value + "}");
        }
        return column(plan(documents.toArray(String[]::new)), "a");
    }
}
