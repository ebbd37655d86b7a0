package dev.changeover.verify;

import dev.changeover.bson.BsonValues;
import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.RowBuffer;
import dev.changeover.mapping.Tuple;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.SqlText;
import dev.changeover.postgres.Tx;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;

/** Reads the rows of some documents by their ids: the collection's own row and its child rows, in the mapper's form. */
final class DocumentRows {
    /** What PostgreSQL holds for one document; {@code row} is missing from a list of none. */
    record Found(Tuple row, List<List<Tuple>> children) {}

    private final CollectionPlan plan;
    private final DocumentMapper layout;

    DocumentRows(CollectionPlan plan) {
        this.plan = plan;
        this.layout = DocumentMapper.compile(plan);
    }

    /** The tuples that f made, cut out of its buffer. */
    static List<Tuple> tuples(RowBuffer rows) {
        List<Tuple> tuples = new ArrayList<>();
        byte[] bytes = Arrays.copyOf(rows.bytes(), rows.size());
        for (int at = 0; at < bytes.length; at = tuples.getLast().end()) {
            tuples.add(Tuple.read(bytes, at));
        }
        return tuples;
    }

    /** The rows of the documents that were mapped into {@code buffers}, in their order. */
    static List<Found> of(List<RowBuffer> buffers) {
        List<Found> all = new ArrayList<>();
        Map<String, Found> byId = new HashMap<>();
        for (Tuple row : tuples(buffers.getFirst())) {
            List<List<Tuple>> children = new ArrayList<>();
            for (int i = 1; i < buffers.size(); i++) {
                children.add(new ArrayList<>());
            }
            all.add(new Found(row, children));
            if (buffers.size() > 1) {
                byId.put(id(row), all.getLast());
            }
        }
        for (int i = 1; i < buffers.size(); i++) {
            for (Tuple row : tuples(buffers.get(i))) {
                Objects.requireNonNull(byId.get(id(row))).children().get(i - 1).add(row);
            }
        }
        return all;
    }

    /** By id in hex; ids without a row are not in the map. */
    Map<String, Found> read(Tx tx, List<String> ids) {
        String in = ids.stream().map(id -> "'" + id + "'").collect(Collectors.joining(",", "(", ")"));
        Map<String, Found> found = new HashMap<>();
        String own = "SELECT " + columns(0) + " FROM " + SqlText.quoted(plan.table()) + " WHERE \"id\" IN " + in;
        for (Tuple row : tx.tuples(own)) {
            found.put(id(row), new Found(row, lists()));
        }
        for (int i = 0; i < plan.children().size(); i++) {
            FieldPlan.Child child = plan.children().get(i);
            for (Tuple row : tx.tuples(childSelect(child, i + 1, in))) {
                Found parent = found.get(id(row));
                if (parent != null) {
                    parent.children().get(i).add(row);
                }
            }
        }
        return found;
    }

    private String childSelect(FieldPlan.Child child, int table, String in) {
        String order = child.array() ? " ORDER BY \"parent_id\", \"ord\"" : "";
        return "SELECT " + columns(table) + " FROM " + SqlText.quoted(child.table()) + " WHERE \"parent_id\" IN " + in
                + order;
    }

    private String columns(int table) {
        return SqlText.quoted(layout.columns(table));
    }

    private List<List<Tuple>> lists() {
        List<List<Tuple>> lists = new ArrayList<>();
        plan.children().forEach(child -> lists.add(new ArrayList<>()));
        return lists;
    }

    /** The first field of every table: the row's id, or its parent's. */
    static String id(Tuple row) {
        return HexFormat.of().formatHex(row.bytes(), row.start(0), row.start(0) + 16);
    }

    static UUID uuid(Tuple row) {
        long high = Long.reverseBytes(BsonValues.int64(row.bytes(), row.start(0)));
        return new UUID(high, Long.reverseBytes(BsonValues.int64(row.bytes(), row.start(0) + 8)));
    }
}
