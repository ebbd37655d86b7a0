package dev.changeover.verify;

import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.bson.BsonOrder;
import dev.changeover.bson.RawBatch;
import dev.changeover.mapping.DocumentBuilder;
import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.DocumentRows;
import dev.changeover.mapping.RowBuffer;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.RowsById;
import dev.changeover.postgres.Tx;
import dev.changeover.source.ChunkReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares every document of a collection with its rows, on a source that stands still. Each document is checked twice:
 * every column of f(document) against the row's, and the document rebuilt from the row against the document (I13).
 */
public final class Comparison {
    private static final long CHUNK_BYTES = 64L << 20;
    private static final int DIFFERENCES_KEPT = 20;

    private final Mongo mongo;
    private final Pg pg;

    public Comparison(Mongo mongo, Pg pg) {
        this.mongo = mongo;
        this.pg = pg;
    }

    /** One document that is not what its rows say; {@code what} names the columns, or says that a row is missing. */
    public record Difference(String mongoId, String what) {}

    /** What came of one collection. {@code examples} holds the first differences only. */
    public record Result(
            CollectionPlan plan, long documents, long rows, long childRows, long differing, List<Difference> examples) {
        public Result {
            examples = List.copyOf(examples);
        }

        public boolean identical() {
            return differing == 0;
        }
    }

    /** {@code since} is a time that the documents must be read at or after. */
    public Result compare(CollectionPlan plan, ClusterTime since) throws InterruptedException {
        Pass pass = new Pass(plan);
        for (Chunk chunk : mongo.split(plan.namespace(), CHUNK_BYTES)) {
            try (ChunkReader reader = mongo.read(chunk, since)) {
                for (Optional<RawBatch> batch = reader.next(); batch.isPresent(); batch = reader.next()) {
                    pass.batch(batch.get());
                }
            }
        }
        return pass.result();
    }

    /** One way through a collection. Confined to one thread. */
    private final class Pass {
        private static final int DOCUMENTS_A_QUERY = 1_000;

        private final CollectionPlan plan;
        private final DocumentMapper mapper;
        private final DocumentBuilder builder;
        private final RowsById rows;
        private final RowMatch match;

        private final List<Difference> examples = new ArrayList<>();
        private long documents;
        private long childRows;
        private long differing;

        Pass(CollectionPlan plan) {
            this.plan = plan;
            mapper = DocumentMapper.compile(plan);
            builder = DocumentBuilder.compile(plan);
            rows = new RowsById(plan);
            match = new RowMatch(plan, mapper);
        }

        void batch(RawBatch batch) throws InterruptedException {
            for (int from = 0; from < batch.size(); from += DOCUMENTS_A_QUERY) {
                part(batch, from, Math.min(batch.size(), from + DOCUMENTS_A_QUERY));
            }
        }

        private void part(RawBatch batch, int from, int to) throws InterruptedException {
            List<DocumentRows> expected = new ArrayList<>();
            for (int i = from; i < to; i++) {
                expected.add(map(batch.bytes(), batch.offset(i), batch.length(i)));
            }
            RowsById.Found actual = pg.transaction(
                    "read rows of " + plan.table() + " to compare",
                    tx -> rows.read(tx, expected.stream().map(DocumentRows::id).toList()));
            for (int i = from; i < to; i++) {
                byte[] document = batch.document(i);
                documents++;
                DocumentRows want = expected.get(i - from);
                String what = actual.of(want.id())
                        .map(have -> differences(document, want, have))
                        .orElse("no row");
                if (!what.isEmpty()) {
                    differs(want, what);
                }
            }
        }

        private DocumentRows map(byte[] bytes, int offset, int length) {
            mapper.rows().forEach(RowBuffer::clear);
            mapper.map(bytes, offset, offset + length);
            mapper.tally().clear();
            return DocumentRows.of(mapper.rows()).getFirst();
        }

        private void differs(DocumentRows rows, String what) {
            differing++;
            if (examples.size() < DIFFERENCES_KEPT) {
                examples.add(new Difference(rows.mongoId(), what));
            }
        }

        /** Empty when all is equal. */
        private String differences(byte[] document, DocumentRows expected, DocumentRows actual) {
            actual.children().forEach(of -> childRows += of.size());
            List<String> columns = match.compare(expected, actual).stream()
                    .map(one -> one.table() + "." + one.column())
                    .toList();
            boolean rebuilt = BsonOrder.sameButForOrder(document, builder.build(actual.row(), actual.children()));
            return columns.isEmpty() && !rebuilt ? "the document rebuilt from its rows" : String.join(", ", columns);
        }

        Result result() throws InterruptedException {
            long count = pg.transaction("count rows of " + plan.table(), tx -> tx.count(plan.table()));
            if (count != documents) {
                differing += Math.max(0, count - documents);
                examples.add(new Difference("", count + " rows for " + documents + " documents"));
            }
            long children = pg.transaction("count child rows of " + plan.table(), this::countChildren);
            if (children != childRows) {
                differing++;
                examples.add(new Difference("", children + " child rows for " + childRows));
            }
            return new Result(plan, documents, count, childRows, differing, examples);
        }

        private long countChildren(Tx tx) {
            long sum = 0;
            for (FieldPlan.Child child : plan.children()) {
                TableName table = child.table();
                sum += tx.count(table);
            }
            return sum;
        }
    }
}
