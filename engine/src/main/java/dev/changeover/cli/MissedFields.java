package dev.changeover.cli;

import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Paths;
import dev.changeover.plan.Plan;
import dev.changeover.state.Drift;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Fields that a run has met in documents that changed, and that a plan does not know, as its sample had none of them. */
final class MissedFields {
    private MissedFields() {}

    /** A line for each. */
    static List<String> of(Plan plan, List<Drift.Field> met) {
        return met.stream()
                .filter(field -> plan.of(field.namespace())
                        .filter(collection -> !paths(collection).contains(field.field()))
                        .isPresent())
                .map(
                        field -> field.namespace() + ": " + field.field() + ": the run has met it ("
                                + field.type() + ", " + Figures.count(field.values())
                                + " values), no document read here has a column's worth of it; try --full, or write it yourself")
                .toList();
    }

    /** As the ledger spells them. */
    private static Set<String> paths(CollectionPlan plan) {
        Set<String> paths = new HashSet<>();
        collect("", plan.fields(), paths);
        return paths;
    }

    private static void collect(String prefix, List<FieldPlan> fields, Set<String> into) {
        for (FieldPlan field : fields) {
            String path = prefix + Paths.escape(field.field());
            into.add(path);
            switch (field) {
                case FieldPlan.Column column -> {}
                case FieldPlan.Flatten flatten -> collect(path + ".", flatten.fields(), into);
                case FieldPlan.Child child -> collect(path + (child.array() ? ".*." : "."), child.fields(), into);
                case FieldPlan.Excluded excluded -> {}
            }
        }
    }
}
