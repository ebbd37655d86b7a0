package dev.changeover.report;

import dev.changeover.Namespace;
import dev.changeover.finish.Finding;
import dev.changeover.finish.Proposal;
import dev.changeover.finish.Step;
import dev.changeover.mongo.UpdatedFields;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.TableUse;
import dev.changeover.report.Report.Advice;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the figures of the tables, and the updates that MongoDB had of late, suggest. Pure. */
final class Advisor {
    private static final long WIDE = 500;
    private static final long ROWS_LEAST = 1_000;
    private static final long UPDATES_LEAST = 1_000;
    private static final int FEW_VALUES = 50;
    private static final int FIELDS_SHOWN = 5;

    private final Plan plan;
    private final List<TableUse> use;
    private final Proposal finish;
    private final Map<Namespace, UpdatedFields> updates = new HashMap<>();
    private final Set<String> hot = new HashSet<>();
    private final List<Advice> advice = new ArrayList<>();

    Advisor(Plan plan, List<TableUse> use, Proposal finish, List<UpdatedFields> updates) {
        this.plan = plan;
        this.use = use;
        this.finish = finish;
        updates.forEach(of -> this.updates.put(of.namespace(), of));
    }

    List<Advice> advice() {
        for (CollectionPlan of : plan.collections()) {
            Optional.ofNullable(updates.get(of.namespace())).stream()
                    .flatMap(seen -> HotFields.of(of, seen).stream())
                    .forEach(this::hot);
        }
        for (TableUse table : use) {
            updated(table);
            wide(table);
            fewValues(table);
        }
        finish.findings().forEach(this::reference);
        return advice;
    }

    private void hot(HotFields.Column column) {
        hot.add(column.table() + "." + column.name());
        advice.add(new Advice(
                column.table(),
                column.name(),
                String.format(
                        Locale.ROOT,
                        "of the last %,d updates in MongoDB, %s. Each of them writes this column anew%s: what changes that often is better"
                                + " a column of its own (in the plan: nested: flatten).",
                        column.updates(),
                        column.fields().stream()
                                .limit(FIELDS_SHOWN)
                                .map(field ->
                                        String.format(Locale.ROOT, "%,d changed %s", field.updates(), field.path()))
                                .collect(Collectors.joining(", ")),
                        use.stream()
                                .filter(table -> table.table().equals(column.table()))
                                .flatMap(table -> table.widths().jsonb().stream())
                                .filter(each -> each.name().equals(column.name()))
                                .findFirst()
                                .map(each -> String.format(Locale.ROOT, ", %,d bytes on average", each.averageBytes()))
                                .orElse(""))));
    }

    /** Where it is not known which fields change. */
    private void updated(TableUse table) {
        for (TableUse.Jsonb column : table.widths().jsonb()) {
            if (column.averageBytes() >= WIDE
                    && table.counters().updates() >= UPDATES_LEAST
                    && !hot.contains(table.table() + "." + column.name())) {
                add(
                        table,
                        column.name(),
                        String.format(
                                Locale.ROOT,
                                "%,d updates since the statistics began, %,d of them in place (HOT), %,d dead rows; each update writes this"
                                        + " column anew, %,d bytes on average. A field in it that changes often is better a column of its own.",
                                table.counters().updates(),
                                table.counters().hotUpdates(),
                                table.counters().deadRows(),
                                column.averageBytes()));
            }
        }
    }

    private void wide(TableUse table) {
        Optional<TableUse.Jsonb> widest =
                table.widths().jsonb().stream().max(Comparator.comparingLong(TableUse.Jsonb::averageBytes));
        if (widest.isPresent() && table.widths().wideRows() > 0) {
            add(
                    table,
                    widest.get().name(),
                    String.format(
                            Locale.ROOT,
                            "in %,d of %,d rows looked at, the jsonb columns take more than %,d bytes, compressed: then the widest are stored outside"
                                    + " of the row (TOAST), and read by each query that names them. This one takes %,d bytes on average, %,d at most."
                                    + " Select only the columns that are needed.",
                            table.widths().wideRows(),
                            table.widths().rows(),
                            TableUse.TOASTED,
                            widest.get().averageBytes(),
                            widest.get().mostBytes()));
        }
    }

    private void fewValues(TableUse table) {
        for (TableUse.FewValues column : table.fewValues()) {
            if (column.values() <= FEW_VALUES && table.counters().rows() >= ROWS_LEAST) {
                add(
                        table,
                        column.name(),
                        String.format(
                                Locale.ROOT,
                                "%,d different values in about %,d rows: SELECT DISTINCT reads all of them, where MongoDB skips from value to value"
                                        + " of an index. Measure such queries before the cutover; a table of the values, or a recursive query over"
                                        + " an index, is quick.",
                                column.values(),
                                table.counters().rows()));
            }
        }
    }

    private void add(TableUse table, String column, String text) {
        advice.add(new Advice(table.table(), column, text));
    }

    private void reference(Finding finding) {
        if (finding.step() instanceof Step.Index index && index.forKey() && finding.state() != Finding.State.DONE) {
            advice.add(new Advice(
                    index.table(),
                    index.name(),
                    index.why() + ", and no index finds the rows of one: changeover finish --apply --foreign-keys"));
        }
    }
}
