package dev.changeover.finish;

import dev.changeover.bson.JsonValue;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Names;
import dev.changeover.plan.Paths;
import dev.changeover.plan.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects what a collection's tables are to promise, each thing once, and what cannot be promised. Not thread-safe. */
final class Wishes {
    private final Map<String, Step.NotNull> notNulls = new LinkedHashMap<>();
    private final List<Step.Check> checks = new ArrayList<>();
    private final List<Remark> remarks = new ArrayList<>();
    private final Map<TableName, Set<String>> names = new HashMap<>();
    private final String source;

    /** {@code source}: who wishes it. */
    Wishes(String source) {
        this.source = source;
    }

    /**
     * A place in a document whose fields fill a table. {@code path} leads there from the document's root and
     * {@code aside} as mongo_extra's keys do, both empty or with a dot at the end; {@code always}: every row has it.
     */
    record Place(TableName table, String path, String aside, boolean always) {
        String named(String field) {
            return path + field;
        }
    }

    void notNull(Place place, FieldPlan.Column column, String rule) {
        notNulls.putIfAbsent(
                place.table() + "." + column.column(),
                new Step.NotNull(
                        place.table(),
                        column.column(),
                        place.aside() + Paths.escape(column.field()),
                        source + ": " + place.named(column.field()) + ": " + rule));
    }

    /** {@code rule} is a short word for the name, {@code shown} what the source says. */
    void check(TableName table, String about, String rule, String condition, String shown) {
        String wanted =
                Names.constraint(table.name(), (about.isEmpty() ? "" : Names.snake(about) + "_") + rule + "_check");
        Set<String> taken = names.computeIfAbsent(table, t -> new HashSet<>());
        checks.add(new Step.Check(
                table,
                Names.firstFree(wanted, taken::add),
                condition,
                source + ": " + (about.isEmpty() ? "" : about + ": ") + shown));
    }

    void remark(TableName table, String about, String text) {
        remarks.add(new Remark(table, about, source + ": " + text));
    }

    void remark(TableName table, String about, String rule, JsonValue value, String text) {
        remark(table, about, rule + " " + JsonValue.shown(value) + ": " + text);
    }

    /** NOT NULL first. */
    List<Step.Promised> steps() {
        List<Step.Promised> steps = new ArrayList<>(notNulls.values());
        steps.addAll(checks);
        return steps;
    }

    List<Remark> remarks() {
        return remarks;
    }
}
