package dev.changeover.mapping;

import dev.changeover.mapping.Target.Slot;
import dev.changeover.plan.ColumnType;
import java.util.ArrayList;
import java.util.List;

/** The columns that every table has, and their places around the plan's own. */
final class TupleLayout {
    static final String ID = "id";
    static final String MONGO_ID = "mongo_id";
    static final String PARENT_ID = "parent_id";
    static final String ORD = "ord";
    static final String EXTRA = "mongo_extra";

    private TupleLayout() {}

    static List<String> columns(List<Slot> slots) {
        return around(List.of(ID, MONGO_ID), slots);
    }

    static List<String> childColumns(boolean array, List<Slot> slots) {
        return around(array ? List.of(PARENT_ID, ORD) : List.of(PARENT_ID), slots);
    }

    private static List<String> around(List<String> first, List<Slot> slots) {
        List<String> columns = new ArrayList<>(first);
        slots.forEach(slot -> columns.add(slot.plan.column()));
        columns.add(EXTRA);
        return List.copyOf(columns);
    }

    static List<ColumnType> types(List<Slot> slots) {
        return typesAround(List.of(ColumnType.UUID, ColumnType.TEXT), slots);
    }

    static List<ColumnType> childTypes(boolean array, List<Slot> slots) {
        return typesAround(array ? List.of(ColumnType.UUID, ColumnType.INTEGER) : List.of(ColumnType.UUID), slots);
    }

    private static List<ColumnType> typesAround(List<ColumnType> first, List<Slot> slots) {
        List<ColumnType> types = new ArrayList<>(first);
        slots.forEach(slot -> types.add(slot.plan.type()));
        types.add(ColumnType.JSONB);
        return List.copyOf(types);
    }
}
