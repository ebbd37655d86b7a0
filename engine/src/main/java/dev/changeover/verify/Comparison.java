package dev.changeover.verify;

import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.bson.BsonOrder;
import dev.changeover.bson.RawBatch;
import dev.changeover.mapping.DocumentBuilder;
import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.RowBuffer;
import dev.changeover.mapping.Tuple;
import dev.changeover.mongo.ChunkReader;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType.Scalar;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import dev.changeover.verify.DocumentRows.Found;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
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
        private final DocumentRows rows;
        /** For each table, the places of its jsonb columns in a tuple. */
        private final List<BitSet> jsonb;

        private final List<Difference> examples = new ArrayList<>();
        private long documents;
        private long childRows;
        private long differing;

        Pass(CollectionPlan plan) {
            this.plan = plan;
            mapper = DocumentMapper.compile(plan);
            builder = DocumentBuilder.compile(plan);
            rows = new DocumentRows(plan);
            jsonb = new ArrayList<>(List.of(jsonb(0, plan.fields())));
            for (FieldPlan.Child child : plan.children()) {
                jsonb.add(jsonb(jsonb.size(), childFields(child)));
            }
        }

        void batch(RawBatch batch) throws InterruptedException {
            for (int from = 0; from < batch.size(); from += DOCUMENTS_A_QUERY) {
                part(batch, from, Math.min(batch.size(), from + DOCUMENTS_A_QUERY));
            }
        }

        private void part(RawBatch batch, int from, int to) throws InterruptedException {
            List<Found> expected = new ArrayList<>();
            List<String> ids = new ArrayList<>();
            for (int i = from; i < to; i++) {
                Found found = map(batch.bytes(), batch.offset(i), batch.length(i));
                expected.add(found);
                ids.add(DocumentRows.id(found.row()));
            }
            Map<String, Found> actual =
                    pg.transaction("read rows of " + plan.table() + " to compare", tx -> rows.read(tx, ids));
            for (int i = from; i < to; i++) {
                byte[] document = Arrays.copyOfRange(batch.bytes(), batch.offset(i), batch.offset(i) + batch.length(i));
                documents++;
                Found found = actual.get(ids.get(i - from));
                String what = found == null ? "no row" : differences(document, expected.get(i - from), found);
                if (!what.isEmpty()) {
                    differs(expected.get(i - from).row(), what);
                }
            }
        }

        private Found map(byte[] bytes, int offset, int length) {
            mapper.rows().forEach(RowBuffer::clear);
            mapper.map(bytes, offset, offset + length);
            List<List<Tuple>> tables =
                    mapper.rows().stream().map(DocumentRows::tuples).toList();
            mapper.tally().clear();
            return new Found(tables.getFirst().getFirst(), tables.subList(1, tables.size()));
        }

        private void differs(Tuple row, String what) {
            differing++;
            if (examples.size() < DIFFERENCES_KEPT) {
                String mongoId =
                        new String(row.bytes(), row.start(1), row.length(1), java.nio.charset.StandardCharsets.UTF_8);
                examples.add(new Difference(mongoId, what));
            }
        }

        /** Empty when all is equal. */
        private String differences(byte[] document, Found expected, Found actual) {
            List<String> columns = new ArrayList<>(unequal(0, expected.row(), actual.row()));
            for (int i = 0; i < expected.children().size(); i++) {
                List<Tuple> want = expected.children().get(i);
                List<Tuple> have = actual.children().get(i);
                childRows += have.size();
                if (want.size() != have.size()) {
                    columns.add(plan.children().get(i).table() + ": " + have.size() + " rows for " + want.size());
                    continue;
                }
                for (int row = 0; row < want.size(); row++) {
                    columns.addAll(unequal(i + 1, want.get(row), have.get(row)));
                }
            }
            if (columns.isEmpty()
                    && !BsonOrder.sameButForOrder(document, builder.build(actual.row(), actual.children()))) {
                columns.add("jsonb or mongo_extra");
            }
            return String.join(", ", columns);
        }

        private List<String> unequal(int table, Tuple want, Tuple have) {
            List<String> names = mapper.columns(table);
            List<String> unequal = new ArrayList<>();
            for (int i = 0; i < names.size(); i++) {
                boolean sameNull = want.isNull(i) == have.isNull(i);
                // PostgreSQL prints jsonb in its own way: there the rebuilt document tells.
                boolean comparable = !jsonb.get(table).get(i);
                if (!sameNull || comparable && !sameBytes(want, have, i)) {
                    unequal.add(names.get(i));
                }
            }
            return unequal;
        }

        private BitSet jsonb(int table, List<FieldPlan> fields) {
            List<String> names = mapper.columns(table);
            BitSet places = new BitSet();
            for (int i = 0; i < names.size(); i++) {
                places.set(i, names.get(i).equals("mongo_extra") || jsonb(fields, names.get(i)));
            }
            return places;
        }

        private static List<FieldPlan> childFields(FieldPlan.Child child) {
            List<FieldPlan> fields = new ArrayList<>(child.fields());
            child.value().ifPresent(fields::add);
            return fields;
        }

        private static boolean jsonb(List<FieldPlan> fields, String name) {
            return fields.stream().anyMatch(field -> switch (field) {
                case FieldPlan.Column column ->
                    column.column().equals(name) && column.type().scalar() == Scalar.JSONB;
                case FieldPlan.Flatten flatten -> jsonb(flatten.fields(), name);
                case FieldPlan.Child child -> false;
                case FieldPlan.Excluded excluded -> false;
            });
        }

        private static boolean sameBytes(Tuple want, Tuple have, int field) {
            return want.isNull(field)
                    || Arrays.equals(
                            want.bytes(),
                            want.start(field),
                            want.start(field) + want.length(field),
                            have.bytes(),
                            have.start(field),
                            have.start(field) + have.length(field));
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
