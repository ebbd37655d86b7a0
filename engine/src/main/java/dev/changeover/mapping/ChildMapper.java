package dev.changeover.mapping;

import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.Bytes;
import dev.changeover.mapping.Target.Rows;
import dev.changeover.mapping.Target.Slot;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.FieldPlan.Absent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One array (or nested document) of a document to the rows of its child table. Not thread-safe. */
final class ChildMapper {
    private static final byte[] SELF = ExtraKeys.json(ExtraKeys.SELF);

    private final Rows rowsOf;
    private final FieldPlan.Child plan;
    private final Tally tally;
    private final TableMapper table;
    private final RowBuffer rows;
    private final @Nullable Slot value;
    private final BsonCursor elements = new BsonCursor();
    private final Place place = new Place();
    private final String elementPath;

    ChildMapper(Rows rowsOf, Tally tally, MongoId id) {
        this.rowsOf = rowsOf;
        this.plan = rowsOf.plan;
        this.tally = tally;
        this.elementPath = plan.array() ? rowsOf.ledgerPath + ".*" : rowsOf.ledgerPath;
        this.table = new TableMapper(plan.fields(), elementPath + ".", tally, id);
        this.value = plan.value()
                .map(column -> table.addValue(column, !plan.fields().isEmpty()))
                .orElse(null);
        this.rows = new RowBuffer(plan.table());
    }

    RowBuffer rows() {
        return rows;
    }

    List<String> columns() {
        return TupleLayout.childColumns(plan.array(), table.slots());
    }

    List<ColumnType> types() {
        return TupleLayout.childTypes(plan.array(), table.slots());
    }

    /** Appends the rows of the array just found; {@code parent} writes what the parent's mongo_extra must know. */
    void write(FieldWriter parent, Bytes parentId, byte[] b) {
        if (parent.absent(rowsOf, b)) {
            if (rowsOf.type != null) {
                parent.count(rowsOf.ledgerPath, Reason.EXACT, rowsOf.type);
            }
            return;
        }
        BsonType type = rowsOf.typeFound();
        if (!rowsOf.opens(b)) {
            boolean odd = plan.array() && type == BsonType.ARRAY;
            parent.keep(rowsOf, odd ? Reason.ODD_ARRAY : Reason.WRONG_TYPE, type, b);
            return;
        }
        if (!plan.array()) {
            rowsOf.evidence();
            row(parentId, -1, type, b, rowsOf.start, rowsOf.end);
            return;
        }
        int ord = 0;
        for (elements.open(b, rowsOf.start, rowsOf.end); elements.next(); ord++) {
            row(parentId, ord, elements.type(), b, elements.valueStart(), elements.valueEnd());
        }
        if (ord > 0) {
            rowsOf.evidence();
        } else if (rowsOf.absent != Absent.EMPTY) {
            parent.note(rowsOf, BsonType.ARRAY.alias(), b);
        }
    }

    private void row(Bytes parentId, int ord, BsonType type, byte[] b, int start, int end) {
        Bytes out = rows.bytes;
        out.putShort(table.slots().size() + (plan.array() ? 3 : 2));
        out.putInt(16);
        out.put(parentId);
        if (plan.array()) {
            out.putInt(4);
            out.putInt(ord);
        }
        table.begin();
        boolean document = type == BsonType.DOCUMENT && !(plan.fields().isEmpty() && value != null);
        if (document) {
            table.find(b, start, end);
        } else {
            tally.valueRead();
            scalar(type, b, start, end);
        }
        table.writeColumns(b, out);
        table.writeExtra(b, start, end, out);
        rows.rowAdded();
    }

    private void scalar(BsonType type, byte[] b, int start, int end) {
        if (value != null) {
            value.type = type;
            value.start = start;
            value.end = end;
            return;
        }
        table.writer().extra().keep(place.at(SELF, b), 1, type, b, start, end);
        table.writer().count(elementPath, Reason.WRONG_TYPE, type);
    }
}
