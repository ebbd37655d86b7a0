package dev.changeover.verify;

import dev.changeover.bson.CanonicalJson;
import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.DocumentRows;
import dev.changeover.mapping.FieldText;
import dev.changeover.mapping.Tuple;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.ColumnType.Scalar;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.TableName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Compares f(document) with the rows of the document, every column and every child row. Both are PostgreSQL's binary form,
 * so equal bytes are equal values; only jsonb, which PostgreSQL prints in its own way, is compared by what it holds.
 */
final class RowMatch {
    private final List<TableName> tables = new ArrayList<>();
    private final DocumentMapper layout;

    RowMatch(CollectionPlan plan, DocumentMapper layout) {
        this.layout = layout;
        tables.add(plan.table());
        plan.children().stream().map(FieldPlan.Child::table).forEach(tables::add);
    }

    /** A column that is not what the document says; of a child table's row with its place, {@code items[2].price}. */
    record Mismatch(TableName table, String column, String expected, String actual) {}

    /** Empty when all is equal. */
    List<Mismatch> compare(DocumentRows expected, DocumentRows actual) {
        List<Mismatch> all = new ArrayList<>();
        row(0, "", expected.row(), actual.row(), all);
        for (int i = 0; i < expected.children().size(); i++) {
            children(i + 1, expected.children().get(i), actual.children().get(i), all);
        }
        return all;
    }

    private void children(int table, List<Tuple> expected, List<Tuple> actual, List<Mismatch> all) {
        if (expected.size() != actual.size()) {
            all.add(new Mismatch(tables.get(table), "(rows)", expected.size() + " rows", actual.size() + " rows"));
            return;
        }
        for (int row = 0; row < expected.size(); row++) {
            row(table, "[" + row + "]", expected.get(row), actual.get(row), all);
        }
    }

    private void row(int table, String place, Tuple expected, Tuple actual, List<Mismatch> all) {
        List<ColumnType> types = layout.types(table);
        for (int i = 0; i < types.size(); i++) {
            ColumnType type = types.get(i);
            if (!same(type, expected, actual, i)) {
                String column = layout.columns(table).get(i) + place;
                all.add(new Mismatch(
                        tables.get(table), column, FieldText.of(type, expected, i), FieldText.of(type, actual, i)));
            }
        }
    }

    private static boolean same(ColumnType type, Tuple one, Tuple other, int field) {
        if (one.sameBytes(other, field)) {
            return true;
        }
        if (type.scalar() != Scalar.JSONB || one.isNull(field) || other.isNull(field)) {
            return false;
        }
        return type.array()
                ? sameArray(one.bytes(), one.start(field), other.bytes(), other.start(field))
                : sameJson(
                        one.bytes(),
                        one.start(field),
                        one.length(field),
                        other.bytes(),
                        other.start(field),
                        other.length(field));
    }

    /** After the version that jsonb's binary form begins with. */
    private static boolean sameJson(
            byte[] one, int oneStart, int oneLength, byte[] other, int otherStart, int otherLength) {
        return CanonicalJson.same(one, oneStart + 1, oneLength - 1, other, otherStart + 1, otherLength - 1);
    }

    /** Dimensions, flags, element type, size and lower bound; then the elements. */
    private static boolean sameArray(byte[] one, int oneStart, byte[] other, int otherStart) {
        int header = Tuple.int32(one, oneStart) == 0 ? 12 : 20;
        if (!Arrays.equals(one, oneStart, oneStart + header, other, otherStart, otherStart + header)) {
            return false;
        }
        int size = header == 12 ? 0 : Tuple.int32(one, oneStart + 12);
        int a = oneStart + header;
        int b = otherStart + header;
        for (int i = 0; i < size; i++) {
            int oneLength = Tuple.int32(one, a);
            int otherLength = Tuple.int32(other, b);
            boolean bothNull = oneLength < 0 && otherLength < 0;
            boolean eitherNull = oneLength < 0 || otherLength < 0;
            if (!bothNull && (eitherNull || !sameJson(one, a + 4, oneLength, other, b + 4, otherLength))) {
                return false;
            }
            a += 4 + Math.max(0, oneLength);
            b += 4 + Math.max(0, otherLength);
        }
        return true;
    }
}
