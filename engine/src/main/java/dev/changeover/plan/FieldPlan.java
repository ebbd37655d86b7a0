package dev.changeover.plan;

import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What one field of a document (or of an element of an array) becomes. {@code field} is its BSON name, never a path. */
public sealed interface FieldPlan {
    String field();

    Notes notes();

    /**
     * One column. {@code bson} is the BSON type that needs no mark: a value of another type that the column holds exactly
     * has its type noted in mongo_extra. For an array column it is the type of the elements. {@code shape} gives, for a
     * jsonb column, the BSON types at paths inside it ({@code *} stands for any array index) that plain JSON cannot tell.
     * {@code references} is the collection whose ObjectIds these are: the column then holds that row's id.
     * {@code clean} puts text without its NULs (and with U+FFFD for bytes that are not UTF-8) in the column; the original
     * is in mongo_extra all the same.
     */
    record Column(
            String field,
            String column,
            ColumnType type,
            BsonType bson,
            Absent absent,
            Map<String, BsonType> shape,
            Optional<Namespace> references,
            boolean clean,
            Notes notes)
            implements FieldPlan {
        public Column {
            shape = Map.copyOf(shape);
        }

        /** A column without shape, reference or cleaning. */
        public static Column of(String field, String column, ColumnType type, BsonType bson) {
            return new Column(field, column, type, bson, Absent.MISSING, Map.of(), Optional.empty(), false, Notes.NONE);
        }
    }

    /** A nested document whose fields become columns of the same table. May nest. */
    record Flatten(String field, List<FieldPlan> fields, Absent absent, Notes notes) implements FieldPlan {
        public Flatten {
            fields = List.copyOf(fields);
        }
    }

    /**
     * An array (or, with {@code array} false, one nested document) whose elements become rows of a table of its own:
     * parent_id, ord (arrays only), the columns, mongo_extra. Elements that are documents fill {@code fields}; other
     * elements fill {@code value}, if the plan has it. Child tables do not nest: inside one, documents and arrays are
     * columns.
     */
    record Child(
            String field,
            TableName table,
            boolean array,
            List<FieldPlan> fields,
            Optional<Column> value,
            Absent absent,
            Notes notes)
            implements FieldPlan {
        public Child {
            fields = List.copyOf(fields);
        }
    }

    /** A field that a person decided not to take along; each value is counted as excluded. */
    record Excluded(String field, Notes notes) implements FieldPlan {}

    /** What the SQL NULL (or the absence of child rows) stands for, unless mongo_extra says otherwise. */
    enum Absent {
        MISSING,
        NULL,
        /** An empty array or document: only for child tables and flattened documents. */
        EMPTY
    }

    static List<Child> children(List<FieldPlan> fields) {
        List<Child> children = new ArrayList<>();
        for (FieldPlan field : fields) {
            switch (field) {
                case Child child -> children.add(child);
                case Flatten flatten -> children.addAll(children(flatten.fields()));
                case Column column -> {}
                case Excluded excluded -> {}
            }
        }
        return children;
    }
}
