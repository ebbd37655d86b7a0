package dev.changeover.mapping;

import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonValues;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Bytes;
import dev.changeover.mapping.ScalarReader.Word;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType.Scalar;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.FieldPlan.Absent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * f's inverse: the rows of one document, as PostgreSQL gives them in binary COPY, to the document's BSON bytes (I13). The
 * fields come in the plan's order, everything else as it was. Not thread-safe.
 */
public final class DocumentBuilder {
    /** A field of the plan with its place in the tuple. */
    private sealed interface Part {
        record Column(
                FieldPlan.Column plan, int field, @Nullable Shape shape) implements Part {}

        record Flatten(FieldPlan.Flatten plan, List<Part> parts) implements Part {}

        record Child(
                FieldPlan.Child plan,
                int table,
                List<Part> parts,
                @Nullable Column value) implements Part {}

        record Excluded(FieldPlan.Excluded plan) implements Part {}
    }

    private final BsonType idType;
    private final List<Part> parts;
    private int tables;

    private DocumentBuilder(CollectionPlan plan) {
        idType = plan.idType();
        parts = parts(plan.fields(), new int[] {2});
    }

    public static DocumentBuilder compile(CollectionPlan plan) {
        return new DocumentBuilder(plan);
    }

    private List<Part> parts(List<FieldPlan> plans, int[] nextField) {
        List<Part> list = new ArrayList<>();
        for (FieldPlan plan : plans) {
            list.add(
                    switch (plan) {
                        case FieldPlan.Column column -> column(column, nextField);
                        case FieldPlan.Flatten flatten -> new Part.Flatten(flatten, parts(flatten.fields(), nextField));
                        case FieldPlan.Child child -> child(child);
                        case FieldPlan.Excluded excluded -> new Part.Excluded(excluded);
                    });
        }
        return List.copyOf(list);
    }

    private static Part.Column column(FieldPlan.Column plan, int[] nextField) {
        return new Part.Column(plan, nextField[0]++, Shape.compile(plan.shape()));
    }

    private Part child(FieldPlan.Child plan) {
        int[] nextField = {plan.array() ? 2 : 1};
        List<Part> fields = parts(plan.fields(), nextField);
        Part.Column value = plan.value().map(v -> column(v, nextField)).orElse(null);
        return new Part.Child(plan, tables++, fields, value);
    }

    /** The document of a row and, for each child table in the mapper's order, its rows by {@code ord}. */
    public byte[] build(Tuple row, List<List<Tuple>> children) {
        Aside aside = aside(row);
        byte[] whole = aside.document();
        if (whole != null) {
            return whole;
        }
        Bytes bytes = new Bytes(512);
        BsonWriter out = new BsonWriter(bytes).begin();
        byte[] key = aside.of(TableMapper.KEY).value();
        if (key == null) {
            String text = new String(row.bytes(), row.start(1), row.length(1), StandardCharsets.UTF_8);
            key = MongoId.read(idType, text);
        }
        JsonbReader.element(out, TableMapper.KEY, key);
        further(out, TableMapper.KEY, aside.of(TableMapper.KEY));
        new Level(out, children).fields(parts, aside, row, true);
        return out.end().out().toArray();
    }

    private static Aside aside(Tuple row) {
        int field = row.fields() - 1;
        return row.isNull(field)
                ? Aside.nothing()
                : Aside.read(row.bytes(), row.start(field) + 1, row.length(field) - 1);
    }

    private static void further(BsonWriter out, String name, Aside aside) {
        aside.further().forEach(value -> JsonbReader.element(out, name, value));
    }

    /** Writes the fields of one level and those below; holds where to and from which child rows. */
    private record Level(BsonWriter out, List<List<Tuple>> children) {
        void fields(List<Part> parts, Aside aside, Tuple row, boolean top) {
            List<String> known = new ArrayList<>(top ? List.of(TableMapper.KEY) : List.of());
            for (Part part : parts) {
                switch (part) {
                    case Part.Column column -> {
                        known.add(column.plan().field());
                        column(
                                column,
                                column.plan().field(),
                                aside.of(column.plan().field()),
                                row);
                    }
                    case Part.Flatten flatten -> {
                        known.add(flatten.plan().field());
                        flatten(flatten, aside.of(flatten.plan().field()), row);
                    }
                    case Part.Child child -> {
                        known.add(child.plan().field());
                        child(child, aside.of(child.plan().field()));
                    }
                    case Part.Excluded excluded -> known.add(excluded.plan().field());
                }
            }
            known.forEach(name -> {
                if (!(top && name.equals(TableMapper.KEY))) {
                    further(out, name, aside.of(name));
                }
            });
            aside.below().forEach((name, below) -> {
                if (!known.contains(name) && !name.equals(ExtraKeys.SELF)) {
                    kept(name, below);
                    further(out, name, below);
                }
            });
        }

        private boolean kept(String name, Aside aside) {
            byte[] value = aside.value();
            if (value == null) {
                return false;
            }
            JsonbReader.element(out, name, value);
            return true;
        }

        /** True when mongo_extra or the plan's meaning of absence says all there is to say. */
        private boolean settled(String name, Aside aside, boolean isNull, Absent absent) {
            if (kept(name, aside) || FieldWriter.MISSING.equals(aside.type())) {
                return true;
            }
            String note = aside.type();
            if (note != null && isNull && (note.equals("null") || note.equals("undefined"))) {
                out.name(Word.parse(note).type(), name);
                return true;
            }
            if (note == null && isNull) {
                if (absent == Absent.NULL) {
                    out.name(BsonType.NULL, name);
                }
                return absent != Absent.EMPTY;
            }
            return false;
        }

        private void column(Part.Column column, String name, Aside aside, Tuple row) {
            int field = column.field();
            if (settled(name, aside, row.isNull(field), column.plan().absent())) {
                return;
            }
            byte[] b = row.bytes();
            int start = row.start(field);
            if (column.plan().type().array()) {
                array(column.plan(), b, start, aside, name);
                return;
            }
            switch (column.plan().type().scalar()) {
                case JSONB ->
                    new JsonbReader(out).read(b, start + 1, row.length(field) - 1, column.shape(), aside, name);
                case TEXT, INTEGER, BIGINT, DOUBLE, NUMERIC, BOOLEAN, TIMESTAMPTZ, UUID, BYTEA ->
                    scalar(column.plan(), b, start, row.length(field), aside, name);
            }
        }

        private void scalar(FieldPlan.Column plan, byte[] b, int start, int length, Aside aside, String name) {
            String note = aside.type();
            Scalar scalar = plan.type().scalar();
            Word wished = note == null ? Word.of(plan.bson(), scalar) : Word.parse(note);
            ScalarReader.read(
                    scalar, ScalarReader.fitting(scalar, wished, b, start, length), b, start, length, out, name);
        }

        private void array(FieldPlan.Column plan, byte[] b, int start, Aside aside, String name) {
            out.name(BsonType.ARRAY, name).begin();
            boolean empty = BsonValues.int32(b, start) == 0;
            int count = empty ? 0 : Tuple.int32(b, start + 12);
            int at = start + 20;
            for (int i = 0; i < count; i++) {
                String index = Integer.toString(i);
                int length = Tuple.int32(b, at);
                if (!kept(index, aside.of(index))) {
                    if (length < 0) {
                        out.name(BsonType.NULL, index);
                    } else {
                        scalar(plan, b, at + 4, length, aside.of(index), index);
                    }
                }
                at += 4 + Math.max(0, length);
            }
            out.end();
        }

        private void flatten(Part.Flatten flatten, Aside aside, Tuple row) {
            String name = flatten.plan().field();
            boolean there = BsonType.DOCUMENT.alias().equals(aside.type())
                    || aside.type() == null && below(flatten, aside, row);
            if (!there && settled(name, aside, true, flatten.plan().absent())) {
                return;
            }
            if (there && kept(name, aside)) {
                return;
            }
            out.name(BsonType.DOCUMENT, name).begin();
            fields(flatten.parts(), aside, row, false);
            out.end();
        }

        /** True when anything under the flattened document is on record. */
        private boolean below(Part.Flatten flatten, Aside aside, Tuple row) {
            if (!aside.below().isEmpty()) {
                return true;
            }
            for (Part part : flatten.parts()) {
                boolean there = switch (part) {
                    case Part.Column column -> !row.isNull(column.field());
                    case Part.Flatten nested -> below(nested, Aside.nothing(), row);
                    case Part.Child child -> !children.get(child.table()).isEmpty();
                    case Part.Excluded excluded -> false;
                };
                if (there) {
                    return true;
                }
            }
            return false;
        }

        private void child(Part.Child child, Aside aside) {
            String name = child.plan().field();
            List<Tuple> rows = children.get(child.table());
            if (!child.plan().array()) {
                if (!rows.isEmpty()) {
                    element(child, rows.getFirst(), name);
                } else {
                    settled(name, aside, true, child.plan().absent());
                }
                return;
            }
            if (rows.isEmpty() && settled(name, aside, true, child.plan().absent())) {
                return;
            }
            out.name(BsonType.ARRAY, name).begin();
            Iterator<Tuple> each = rows.iterator();
            for (int i = 0; each.hasNext(); i++) {
                element(child, each.next(), Integer.toString(i));
            }
            out.end();
        }

        private void element(Part.Child child, Tuple row, String name) {
            Aside aside = aside(row);
            byte[] whole = aside.document();
            if (whole != null) {
                out.name(BsonType.DOCUMENT, name).raw(whole, 0, whole.length);
                return;
            }
            Aside self = aside.of(ExtraKeys.SELF);
            Part.Column value = child.value();
            boolean scalar = !self.isEmpty() || value != null && !row.isNull(value.field());
            if (kept(name, self)) {
                return;
            }
            if (value != null && (scalar || child.parts().isEmpty())) {
                Absent absent = child.parts().isEmpty() ? Absent.NULL : Absent.MISSING;
                if (!settled(name, self, row.isNull(value.field()), absent)) {
                    column(value, name, self, row);
                }
                return;
            }
            out.name(BsonType.DOCUMENT, name).begin();
            new Level(out, List.of()).fields(child.parts(), aside, row, false);
            out.end();
        }
    }
}
