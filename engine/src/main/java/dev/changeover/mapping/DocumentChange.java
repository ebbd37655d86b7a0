package dev.changeover.mapping;

import dev.changeover.bson.BsonMerge;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From rows that were changed in PostgreSQL to the document that they are f of. Fields whose columns are as f has them
 * keep the document's bytes. Not thread-safe.
 */
public final class DocumentChange {
    private final DocumentMapper mapper;
    private final DocumentBuilder builder;
    private final List<TupleComparison> comparisons = new ArrayList<>();

    private DocumentChange(CollectionPlan plan) {
        mapper = DocumentMapper.compile(plan);
        builder = DocumentBuilder.compile(plan);
        comparisons.add(new TupleComparison(mapper.columns(0), mapper.types(0), false));
        for (FieldPlan.Child child : plan.children()) {
            int table = comparisons.size();
            comparisons.add(new TupleComparison(mapper.columns(table), mapper.types(table), child.array()));
        }
    }

    public static DocumentChange compile(CollectionPlan plan) {
        return new DocumentChange(plan);
    }

    /**
     * What a document becomes: {@code bytes}, and where its f then differs from the rows in {@code unlike}, the columns.
     * {@code extra} is f's mongo_extra of it, where the row's is another.
     */
    public record Changed(byte[] bytes, List<String> unlike, boolean rounded) {
        public Changed {
            unlike = List.copyOf(unlike);
        }
    }

    /** The document of {@code rows}, which is {@code original} as far as that is there and as they do not differ from it. */
    public Changed apply(DocumentRows rows, Optional<byte[]> original) {
        byte[] target = builder.build(rows.row(), rows.children());
        byte[] merged = original.map(o -> {
                    DocumentRows before = map(o);
                    return BsonMerge.merge(o, builder.build(before.row(), before.children()), target);
                })
                .orElse(target);
        DocumentRows mapped = map(merged);
        List<String> unlike = new ArrayList<>();
        boolean rounded = comparisons.getFirst().unlike(mapped.row(), rows.row(), unlike);
        for (int i = 0; i < rows.children().size(); i++) {
            List<Tuple> want = rows.children().get(i);
            List<Tuple> have = mapped.children().get(i);
            if (want.size() != have.size()) {
                unlike.add(want.size() + " rows of " + mapper.rows().get(i + 1).table());
                continue;
            }
            for (int row = 0; row < want.size(); row++) {
                rounded |= comparisons.get(i + 1).unlike(have.get(row), want.get(row), unlike);
            }
        }
        return new Changed(merged, unlike, rounded);
    }

    /** f of one document. */
    public DocumentRows map(byte[] document) {
        mapper.rows().forEach(RowBuffer::clear);
        mapper.map(document, 0, document.length);
        mapper.tally().clear();
        return DocumentRows.of(mapper.rows()).getFirst();
    }
}
