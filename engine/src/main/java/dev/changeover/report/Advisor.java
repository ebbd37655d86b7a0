package dev.changeover.report;

import dev.changeover.finish.Finding;
import dev.changeover.finish.Proposal;
import dev.changeover.finish.Step;
import dev.changeover.plan.Plan;
import dev.changeover.postgres.TableUse;
import dev.changeover.report.Report.Advice;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What the figures of the tables suggest. Pure. */
final class Advisor {
    /** From here on PostgreSQL stores a row's long values elsewhere (TOAST_TUPLE_THRESHOLD, src/include/access/heaptoast.h). */
    private static final long TOASTED = 2_032;

    private static final long WIDE = 500;
    private static final long ROWS_LEAST = 1_000;
    private static final long UPDATES_LEAST = 1_000;
    private static final int FEW_VALUES = 50;

    private final Plan plan;
    private final List<TableUse> use;
    private final Proposal finish;
    private final List<Advice> advice = new ArrayList<>();

    Advisor(Plan plan, List<TableUse> use, Proposal finish) {
        this.plan = plan;
        this.use = use;
        this.finish = finish;
    }

    List<Advice> advice() {
        use.stream()
                .filter(table ->
                        plan.collections().stream().anyMatch(of -> of.table().equals(table.table())))
                .forEach(this::table);
        finish.findings().forEach(this::reference);
        return advice;
    }

    private void table(TableUse table) {
        wide(table);
        fewValues(table);
    }

    private void wide(TableUse table) {
        for (TableUse.Jsonb column : table.jsonb()) {
            if (column.averageBytes() >= WIDE && table.updates() >= UPDATES_LEAST) {
                add(
                        table,
                        column.name(),
                        String.format(
                                Locale.ROOT,
                                "%,d updates since the statistics began, %,d of them in place (HOT), %,d dead rows; each update writes this"
                                        + " column anew, %,d bytes on average. A field in it that changes often is better a column of its own.",
                                table.updates(),
                                table.hotUpdates(),
                                table.deadRows(),
                                column.averageBytes()));
            }
            if (column.mostBytes() >= TOASTED) {
                add(
                        table,
                        column.name(),
                        String.format(
                                Locale.ROOT,
                                "up to %,d bytes (%,d on average, compressed, of %,d rows looked at): from about %,d on it is stored outside of the"
                                        + " row (TOAST), and read by each query that names it. Select only the columns that are needed.",
                                column.mostBytes(),
                                column.averageBytes(),
                                column.rows(),
                                TOASTED));
            }
        }
    }

    private void fewValues(TableUse table) {
        for (TableUse.FewValues column : table.fewValues()) {
            if (column.values() <= FEW_VALUES && table.rows() >= ROWS_LEAST) {
                add(
                        table,
                        column.name(),
                        String.format(
                                Locale.ROOT,
                                "%,d different values in about %,d rows: SELECT DISTINCT reads all of them, where MongoDB skips from value to value"
                                        + " of an index. Measure such queries before the cutover; a table of the values, or a recursive query over"
                                        + " an index, is quick.",
                                column.values(),
                                table.rows()));
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
