package dev.changeover.mapping;

import dev.changeover.bson.ArrayKeys;
import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonValues;
import dev.changeover.bson.Bytes;
import dev.changeover.mapping.Tally.Outcome;
import dev.changeover.mapping.Target.Slot;
import dev.changeover.plan.FieldPlan.Absent;
import org.jspecify.annotations.Nullable;

/** Writes the fields of a row and, beside them, what mongo_extra and the ledger must know. Not thread-safe. */
final class FieldWriter {
    /** How mongo_extra notes that a field is not there, where the SQL NULL would mean something else. */
    static final String MISSING = "missing";

    private final Tally tally;
    private final MongoId id;
    private final Extra extra = new Extra();
    private final Place place = new Place();
    private final ScalarWriter scalars = new ScalarWriter();
    private final JsonbWriter jsonb = new JsonbWriter();
    private final BsonCursor elements = new BsonCursor();

    /** {@code id} is the key of the document at hand, for the ledger's examples. */
    FieldWriter(Tally tally, MongoId id) {
        this.tally = tally;
        this.id = id;
    }

    Extra extra() {
        return extra;
    }

    /** Writes one column's field, and what it cannot hold to mongo_extra. */
    void write(Slot slot, byte[] b, Bytes out) {
        BsonType type = slot.type;
        if (absent(slot, b)) {
            out.putInt(-1);
            if (type != null) {
                slot.exact.add();
            }
            return;
        }
        if (type == null) {
            throw new IllegalStateException(slot.path + " is absent");
        }
        place.at(slot.key, b);
        Reason reason = value(slot, type, b, out);
        slot.evidence();
        if (reason == Reason.EXACT) {
            slot.exact.add();
            return;
        }
        if (reason.outcome == Outcome.CONVERTED && reason != Reason.TYPES_NOTED_INSIDE) {
            extra.note(place.at(slot.key, b), ScalarWriter.note(type, b, slot.start));
        } else if (reason.kept()) {
            extra.keep(place.at(slot.key, b), 1, type, b, slot.start, slot.end);
        }
        count(slot.ledgerPath, reason, type);
    }

    private Reason value(Slot slot, BsonType type, byte[] b, Bytes out) {
        if (slot.plan.type().array()) {
            return array(slot, type, b, out);
        }
        return switch (slot.plan.type().scalar()) {
            case JSONB -> jsonb.write(slot.shape, type, b, slot.start, slot.end, out, place, extra);
            case TEXT, INTEGER, BIGINT, DOUBLE, NUMERIC, BOOLEAN, TIMESTAMPTZ, UUID, BYTEA ->
                scalars.write(
                        slot.plan.type().scalar(),
                        slot.plan.bson(),
                        slot.plan.clean(),
                        type,
                        b,
                        slot.start,
                        slot.end,
                        out);
        };
    }

    /** PostgreSQL's binary array (src/backend/utils/adt/arrayfuncs.c, array_recv). */
    private Reason array(Slot slot, BsonType type, byte[] b, Bytes out) {
        if (type != BsonType.ARRAY || !ArrayKeys.regular(b, slot.start, slot.end)) {
            out.putInt(-1);
            return type == BsonType.ARRAY ? Reason.ODD_ARRAY : Reason.WRONG_TYPE;
        }
        int before = extra.entries();
        int length = out.beginLength();
        int header = out.size();
        out.putInt(0); // dimensions
        out.putInt(0); // whether any is null
        out.putInt(slot.plan.type().scalar().oid());
        int counts = out.size();
        out.putLong(1); // elements, and the first one's subscript
        int count = 0;
        boolean kept = false;
        for (elements.open(b, slot.start, slot.end); elements.next(); count++) {
            int mark = out.size();
            kept |= element(slot, b, out);
            if (BsonValues.int32(out.array(), mark) == -1) { // a text or bytes of length 0 are no NULL
                out.setInt(header + 4, 1);
            }
        }
        if (count == 0) {
            out.truncate(counts);
        } else {
            out.setInt(header, 1);
            out.setInt(counts, count);
        }
        out.endLength(length);
        return kept ? Reason.KEPT_INSIDE : extra.entries() > before ? Reason.TYPES_NOTED_INSIDE : Reason.EXACT;
    }

    /** One element; true when it had to be kept. A null element is a NULL element. */
    private boolean element(Slot slot, byte[] b, Bytes out) {
        BsonType type = elements.type();
        if (type == BsonType.NULL) {
            out.putInt(-1);
            return false;
        }
        int start = elements.valueStart();
        Reason reason = scalars.write(
                slot.plan.type().scalar(),
                slot.plan.bson(),
                slot.plan.clean(),
                type,
                b,
                start,
                elements.valueEnd(),
                out);
        if (reason == Reason.EXACT) {
            return false;
        }
        place.at(slot.key, b).down(elements.nameStart(), elements.nameEnd());
        if (reason.outcome == Outcome.CONVERTED) {
            extra.note(place, ScalarWriter.note(type, b, start));
            return false;
        }
        extra.keep(place, 1, type, b, start, elements.valueEnd());
        return true;
    }

    /**
     * True when the field is missing, null or undefined, so that there is nothing to write; notes which, where the plan's
     * meaning of absence is another.
     */
    boolean absent(Target target, byte[] b) {
        BsonType type = target.type;
        if (type == null) {
            if (target.absent != Absent.MISSING && target.reachable()) {
                note(target, MISSING, b);
            }
            return true;
        }
        if (type != BsonType.NULL && type != BsonType.UNDEFINED) {
            return false;
        }
        if (type == BsonType.UNDEFINED || target.absent != Absent.NULL) {
            note(target, type.alias(), b);
        }
        return true;
    }

    void note(Target target, String type, byte[] b) {
        extra.note(place.at(target.key, b), type);
        target.evidence();
    }

    /** Keeps the value found for a target, and counts it. */
    void keep(Target target, Reason reason, BsonType type, byte[] b) {
        extra.keep(place.at(target.key, b), 1, type, b, target.start, target.end);
        target.evidence();
        count(target.ledgerPath, reason, type);
    }

    /** Keeps the value at the cursor as a further one of the target's name. */
    void keepAgain(Target target, BsonCursor at) {
        extra.keep(
                place.at(target.key, at.bytes()),
                target.occurrences,
                at.type(),
                at.bytes(),
                at.valueStart(),
                at.valueEnd());
        target.evidence();
        count(target.ledgerPath, Reason.SECOND_OF_NAME, at.type());
    }

    /** Keeps the value at the cursor, a field that the plan does not know. */
    void keepUnknown(byte @Nullable [] parent, int occurrence, String ledgerPath, BsonCursor at) {
        place.at(parent, at.bytes()).down(at.nameStart(), at.nameEnd());
        extra.keep(place, occurrence, at.type(), at.bytes(), at.valueStart(), at.valueEnd());
        count(ledgerPath, Reason.NOT_IN_PLAN, at.type());
    }

    void count(String ledgerPath, Reason reason, BsonType type) {
        tally.count(ledgerPath, reason, type, id);
    }
}
