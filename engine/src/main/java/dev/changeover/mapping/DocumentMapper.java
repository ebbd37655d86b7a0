package dev.changeover.mapping;

import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonValues;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.MalformedBsonException;
import dev.changeover.mapping.Target.Rows;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * f: one document's BSON bytes to its rows, compiled from the plan once. Pure: no network, no clock. What a column cannot
 * hold exactly is kept in mongo_extra, so nothing is lost (I13). Not thread-safe: one for each worker.
 */
public final class DocumentMapper {
    private static final byte[] KEY = TableMapper.KEY.getBytes(StandardCharsets.UTF_8);

    private final Tally tally = new Tally();
    private final MongoId mongoId;
    private final DerivedId derivedId;
    private final Place place = new Place();
    private final BsonCursor cursor = new BsonCursor();
    private final Bytes id = new Bytes(16);
    private final TableMapper table;
    private final RowBuffer rows;
    private final List<ChildMapper> children = new ArrayList<>();
    private final Tally.Exact keys;
    private final List<RowBuffer> buffers;
    private final List<List<String>> columns;
    private final List<List<ColumnType>> types;

    private DocumentMapper(CollectionPlan plan) {
        mongoId = new MongoId(plan.idType());
        derivedId = new DerivedId(plan.namespace());
        keys = tally.exact(TableMapper.KEY);
        table = new TableMapper(plan.fields(), "", tally, mongoId);
        rows = new RowBuffer(plan.table());
        for (Rows child : table.rows()) {
            children.add(new ChildMapper(child, tally, mongoId));
        }
        List<RowBuffer> tables = new ArrayList<>(List.of(rows));
        List<List<String>> names = new ArrayList<>(List.of(TupleLayout.columns(table.slots())));
        List<List<ColumnType>> kinds = new ArrayList<>(List.of(TupleLayout.types(table.slots())));
        for (ChildMapper child : children) {
            tables.add(child.rows());
            names.add(child.columns());
            kinds.add(child.types());
        }
        buffers = List.copyOf(tables);
        columns = List.copyOf(names);
        types = List.copyOf(kinds);
    }

    public static DocumentMapper compile(CollectionPlan plan) {
        return new DocumentMapper(plan);
    }

    /** Appends the rows of the document at {@code offset}; it must end at or before {@code limit}. */
    public void map(byte[] bytes, int offset, int limit) {
        int[] marks = new int[children.size()];
        for (int i = 0; i < marks.length; i++) {
            marks[i] = children.get(i).rows().size();
        }
        int mark = rows.size();
        try {
            row(bytes, offset, limit);
        } catch (RuntimeException e) { // leave no half of a document behind
            rows.bytes.truncate(mark);
            for (int i = 0; i < marks.length; i++) {
                children.get(i).rows().bytes.truncate(marks[i]);
            }
            throw e;
        }
    }

    private void row(byte[] b, int start, int limit) {
        findKey(b, start, limit);
        boolean whole = mongoId.set(cursor.type(), b, cursor.valueStart(), cursor.valueEnd());
        id.clear();
        derivedId.write(id, cursor.type(), b, cursor.valueStart(), cursor.valueEnd());
        tally.documentRead();
        table.begin();
        if (whole) {
            keys.add();
        } else {
            table.writer().extra().keep(place.at(KEY, b), 1, cursor.type(), b, cursor.valueStart(), cursor.valueEnd());
            table.writer().count(TableMapper.KEY, Reason.LONG_KEY, cursor.type());
        }
        table.find(b, start, limit);
        Bytes out = rows.bytes;
        out.putShort(table.slots().size() + 3);
        out.putInt(16);
        out.put(id);
        Bytes text = mongoId.bytes();
        out.putInt(text.size());
        out.put(text);
        table.writeColumns(b, out);
        for (ChildMapper child : children) {
            child.write(table.writer(), id, b);
        }
        table.writeExtra(b, start, start + BsonValues.int32(b, start), out);
        rows.rowAdded();
    }

    private void findKey(byte[] b, int start, int limit) {
        cursor.open(b, start, limit);
        while (cursor.next()) {
            if (java.util.Arrays.equals(b, cursor.nameStart(), cursor.nameEnd(), KEY, 0, KEY.length)) {
                return;
            }
        }
        throw new MalformedBsonException("a document without _id");
    }

    /** The buffers filled by {@link #map}: the collection's own table first, then its children's. The caller clears them. */
    public List<RowBuffer> rows() {
        return buffers;
    }

    /** The column names of {@code rows().get(i)}, in the order of the tuples' fields. */
    public List<String> columns(int i) {
        return columns.get(i);
    }

    /** The types of {@link #columns}. */
    public List<ColumnType> types(int i) {
        return types.get(i);
    }

    /** What became of every value since the last {@link Tally#clear}. */
    public Tally tally() {
        return tally;
    }
}
