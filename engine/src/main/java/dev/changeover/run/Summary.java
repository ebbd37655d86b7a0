package dev.changeover.run;

import dev.changeover.Invariant;
import dev.changeover.Namespace;
import dev.changeover.mapping.Tally;
import dev.changeover.postgres.Ddl;
import dev.changeover.state.Builds;
import dev.changeover.state.Watch;
import java.time.Duration;
import java.util.List;

/**
 * What a copy came to: the ledger of each collection, what could not be built, and which indexes differ from MongoDB's
 * by their translation.
 */
public record Summary(
        List<Ledger> ledgers, List<Builds.Failed> notBuilt, List<Ddl.Remark> indexRemarks, Duration took) {
    public Summary {
        ledgers = List.copyOf(ledgers);
        notBuilt = List.copyOf(notBuilt);
        indexRemarks = List.copyOf(indexRemarks);
    }

    /** What was read of a collection against what is there; {@code lines} say what became of its values. */
    public record Ledger(Namespace namespace, Watch.Counts counts, List<Tally.Line> lines) {
        public Ledger {
            lines = List.copyOf(lines);
        }

        public long values(Tally.Outcome outcome) {
            return lines.stream()
                    .filter(line -> line.outcome() == outcome)
                    .mapToLong(Tally.Line::values)
                    .sum();
        }

        void check() {
            long sum = lines.stream().mapToLong(Tally.Line::values).sum();
            Invariant.LEDGER_BALANCES.check(
                    counts.documents() == counts.rows() && counts.values() == sum,
                    () -> namespace + ": " + counts.documents() + " documents read, " + counts.rows()
                            + " rows written; " + counts.values() + " values read, " + sum + " accounted for");
        }
    }
}
