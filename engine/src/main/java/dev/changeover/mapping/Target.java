package dev.changeover.mapping;

import dev.changeover.bson.ArrayKeys;
import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.FieldPlan.Absent;
import org.jspecify.annotations.Nullable;

/**
 * What the plan has for one field, and the value found for it in the document at hand. One mapper's own, so the found
 * value lives right here instead of in arrays beside it.
 */
abstract sealed class Target {
    final String path;
    /** The path in the ledger, which also says which array a child table's fields are in. */
    final String ledgerPath;
    /** {@link #path} as the inside of a JSON string. */
    final byte[] key;

    final Absent absent;
    /** The flattened document that this field is in, if any. */
    final @Nullable Flattened parent;

    /** Null: the field is missing. */
    @Nullable
    BsonType type;

    int start;
    int end;
    int occurrences;

    Target(String path, String ledgerPath, Absent absent, @Nullable Flattened parent) {
        this.path = path;
        this.ledgerPath = ledgerPath;
        this.key = ExtraKeys.json(path);
        this.absent = absent;
        this.parent = parent;
    }

    void forget() {
        type = null;
        occurrences = 0;
    }

    void found(BsonCursor at) {
        type = at.type();
        start = at.valueStart();
        end = at.valueEnd();
    }

    /** The type of the value, which must have been found. */
    BsonType typeFound() {
        if (type == null) {
            throw new IllegalStateException(path + " was not found");
        }
        return type;
    }

    /** True when the field can be there at all: the flattened documents around it are documents. */
    boolean reachable() {
        return parent == null || parent.type == BsonType.DOCUMENT;
    }

    /** Tells the flattened documents around that something under them is on record, so that they need no note. */
    void evidence() {
        for (Flattened up = parent; up != null; up = up.parent) {
            up.evidence = true;
        }
    }

    /** The document's own key. */
    static final class Key extends Target {
        Key() {
            super(TableMapper.KEY, TableMapper.KEY, Absent.MISSING, null);
        }
    }

    /** A column. */
    static final class Slot extends Target {
        final FieldPlan.Column plan;
        final @Nullable Shape shape;
        final Tally.Exact exact;

        Slot(String path, String ledgerPath, FieldPlan.Column plan, @Nullable Flattened parent, Tally.Exact exact) {
            super(path, ledgerPath, plan.absent(), parent);
            this.plan = plan;
            this.shape = Shape.compile(plan.shape());
            this.exact = exact;
        }
    }

    /** A nested document whose fields are columns of the same table. */
    static final class Flattened extends Target {
        /** Set once, right after this is made: the fields below need their parent. */
        @Nullable
        Fields fields;

        boolean evidence;

        Flattened(String path, String ledgerPath, Absent absent, @Nullable Flattened parent) {
            super(path, ledgerPath, absent, parent);
        }

        @Override
        void forget() {
            super.forget();
            evidence = false;
        }
    }

    /** An array or document whose elements are rows of a child table. */
    static final class Rows extends Target {
        final FieldPlan.Child plan;

        Rows(String path, String ledgerPath, FieldPlan.Child plan, @Nullable Flattened parent) {
            super(path, ledgerPath, plan.absent(), parent);
            this.plan = plan;
        }

        /** True when the value found is what the child table takes apart, so that its parts are the values to count. */
        boolean opens(byte[] b) {
            return plan.array()
                    ? type == BsonType.ARRAY && ArrayKeys.regular(b, start, end)
                    : type == BsonType.DOCUMENT;
        }
    }

    /** A field left out. */
    static final class Excluded extends Target {
        Excluded(String path, String ledgerPath, @Nullable Flattened parent) {
            super(path, ledgerPath, Absent.MISSING, parent);
        }
    }
}
