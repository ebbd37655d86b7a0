package dev.changeover.mapping;

import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.Utf8;
import dev.changeover.mapping.Target.Excluded;
import dev.changeover.mapping.Target.Flattened;
import dev.changeover.mapping.Target.Key;
import dev.changeover.mapping.Target.Rows;
import dev.changeover.mapping.Target.Slot;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.FieldPlan.Absent;
import dev.changeover.plan.Paths;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one table: finds them in a document, then writes the columns in the table's order. What has no column
 * goes to mongo_extra on the way. Not thread-safe.
 */
final class TableMapper {
    static final String KEY = "_id";

    private final List<Target> all = new ArrayList<>();
    private final List<Slot> slots = new ArrayList<>();
    private final List<Flattened> flattened = new ArrayList<>();
    private final List<Rows> rows = new ArrayList<>();
    private final Tally tally;
    private final String ledgerBase;
    private final FieldWriter writer;
    private final Fields top;
    private int repeated;
    private boolean nameless;

    /** {@code ledgerBase} comes before this table's paths in the ledger: empty, or the array's path and a star. */
    TableMapper(List<FieldPlan> fields, String ledgerBase, Tally tally, MongoId id) {
        this.tally = tally;
        this.ledgerBase = ledgerBase;
        this.writer = new FieldWriter(tally, id);
        this.top = fields(fields, null);
    }

    private Fields fields(List<FieldPlan> plans, @Nullable Flattened owner) {
        List<String> names = new ArrayList<>();
        List<Target> targets = new ArrayList<>();
        if (owner == null && ledgerBase.isEmpty()) {
            names.add(KEY);
            targets.add(new Key());
        }
        for (FieldPlan plan : plans) {
            names.add(plan.field());
            targets.add(target(plan, owner));
        }
        all.addAll(targets);
        return new Fields(new Level<>(names, targets), owner);
    }

    private Target target(FieldPlan plan, @Nullable Flattened owner) {
        String path = Paths.join(owner == null ? null : owner.path, plan.field());
        return switch (plan) {
            case FieldPlan.Column column -> slot(path, column, owner);
            case FieldPlan.Flatten flatten -> {
                Flattened node = new Flattened(path, ledgerBase + path, flatten.absent(), owner);
                node.fields = fields(flatten.fields(), node);
                flattened.add(node); // after those inside it, as their notes are evidence for it
                yield node;
            }
            case FieldPlan.Child child -> {
                Rows node = new Rows(path, ledgerBase + path, child, owner);
                rows.add(node);
                yield node;
            }
            case FieldPlan.Excluded excluded -> new Excluded(path, ledgerBase + path, owner);
        };
    }

    private Slot slot(String path, FieldPlan.Column column, @Nullable Flattened owner) {
        String ledgerPath = ledgerBase + path;
        Slot slot = new Slot(path, ledgerPath, column, owner, tally.exact(ledgerPath));
        slots.add(slot);
        return slot;
    }

    /** Adds the column that takes elements which are not documents; only for a child table. */
    Slot addValue(FieldPlan.Column column, boolean documentsToo) {
        FieldPlan.Column value = new FieldPlan.Column(
                column.field(),
                column.column(),
                column.type(),
                column.bson(),
                documentsToo ? Absent.MISSING : Absent.NULL,
                column.shape(),
                column.references(),
                column.clean(),
                column.notes());
        Slot slot = slot(ExtraKeys.SELF, value, null);
        all.add(slot);
        return slot;
    }

    List<Slot> slots() {
        return slots;
    }

    List<Rows> rows() {
        return rows;
    }

    FieldWriter writer() {
        return writer;
    }

    /** Makes ready for the next row. */
    void begin() {
        writer.extra().clear();
        repeated = 0;
        for (Target target : all) {
            target.forget();
        }
    }

    /** Finds the fields of the document; those without a column go to mongo_extra. */
    void find(byte[] b, int start, int limit) {
        scan(top, b, start, limit);
    }

    private void scan(Fields fields, byte[] b, int start, int limit) {
        BsonCursor at = fields.cursor.open(b, start, limit);
        fields.unknown.clear();
        int predicted = 0;
        while (at.next()) {
            int i = fields.level.find(b, at.nameStart(), at.nameEnd(), predicted);
            if (i < 0) {
                tally.valueRead();
                unknown(fields, at);
                continue;
            }
            predicted = i + 1;
            Target target = fields.level.target(i);
            if (++target.occurrences == 1) {
                target.found(at);
                first(target, b);
            } else {
                tally.valueRead();
                writer.keepAgain(target, at);
            }
        }
    }

    private void first(Target target, byte[] b) {
        switch (target) {
            case Slot slot -> tally.valueRead();
            case Flattened nested -> {
                if (nested.type == BsonType.DOCUMENT && nested.fields != null) {
                    scan(nested.fields, b, nested.start, nested.end);
                } else {
                    tally.valueRead();
                }
            }
            case Rows child -> {
                if (!child.opens(b)) {
                    tally.valueRead();
                }
            }
            case Excluded excluded -> {
                tally.valueRead();
                writer.count(excluded.ledgerPath, Reason.EXCLUDED, excluded.typeFound());
            }
            case Key key -> tally.valueRead();
        }
    }

    private void unknown(Fields fields, BsonCursor at) {
        byte[] b = at.bytes();
        String name = at.name();
        String path = Paths.join(fields.owner == null ? null : fields.owner.path, name);
        if (Utf8.check(b, at.nameStart(), at.nameEnd()) != Utf8.VALID) {
            nameless = true;
            writer.count(ledgerBase + path, Reason.NOT_IN_PLAN, at.type());
            return;
        }
        int occurrence = 1;
        if (!fields.unknown.add(b, at.nameStart(), at.nameEnd())) {
            occurrence = 2 + repeated++;
        }
        if (fields.owner != null) {
            fields.owner.evidence = true;
            fields.owner.evidence();
        }
        byte[] parent = fields.owner == null ? null : fields.owner.key;
        writer.keepUnknown(parent, occurrence, ledgerBase + path, at);
    }

    /** Writes the columns, in the table's order. */
    void writeColumns(byte[] b, Bytes out) {
        for (Slot slot : slots) {
            writer.write(slot, b, out);
        }
    }

    /** Writes mongo_extra, the row's last field, after the columns and child rows. The document is the one just found. */
    void writeExtra(byte[] b, int start, int end, Bytes out) {
        for (Flattened node : flattened) {
            noteFlattened(node, b);
        }
        if (nameless) { // no path can name such a field: the whole document is kept
            nameless = false;
            writer.extra().keepDocument(b, start, end);
        }
        writer.extra().writeField(out);
    }

    private void noteFlattened(Flattened node, byte[] b) {
        if (writer.absent(node, b)) {
            if (node.type != null) {
                writer.count(node.ledgerPath, Reason.EXACT, node.type);
            }
        } else if (node.type == BsonType.DOCUMENT) {
            if (node.evidence) {
                node.evidence();
            } else if (node.absent != Absent.EMPTY) {
                writer.note(node, BsonType.DOCUMENT.alias(), b);
            }
        } else {
            writer.keep(node, Reason.WRONG_TYPE, node.typeFound(), b);
        }
    }
}
