package dev.changeover.report;

import dev.changeover.Namespace;
import dev.changeover.Phase;
import dev.changeover.finish.Proposal;
import dev.changeover.mapping.Tally;
import dev.changeover.phase.Guard;
import dev.changeover.plan.TableName;
import dev.changeover.state.Difference;
import dev.changeover.state.Drift;
import dev.changeover.state.Phases;
import dev.changeover.state.Verifications;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * All that is known of a migration at one time. {@code guards} are what must hold before the {@code next} phase; {@code
 * finish} says of each promise that the tables could make whether the rows allow it.
 */
public record Report(
        String source,
        Instant at,
        Phases.Now phase,
        Optional<Phase> next,
        List<Guard> guards,
        List<Collection> collections,
        List<Difference> differences,
        List<Index> indexes,
        Proposal finish,
        List<Advice> advice) {
    public Report {
        guards = List.copyOf(guards);
        collections = List.copyOf(collections);
        differences = List.copyOf(differences);
        indexes = List.copyOf(indexes);
        advice = List.copyOf(advice);
    }

    /**
     * A collection: the newest comparison of it, what of its values is not in the columns as it was ({@code ledger}, from
     * the copy), and fields that came since and have no column.
     */
    public record Collection(
            Namespace namespace,
            TableName table,
            long copied,
            Verifications.Newest verified,
            List<Tally.Line> ledger,
            List<Drift.Field> drift) {
        public Collection {
            ledger = List.copyOf(ledger);
            drift = List.copyOf(drift);
        }
    }

    /** An index of MongoDB and what stands for it here. */
    public record Index(TableName table, String name, State state, String counterpart) {}

    /** How far an index is. */
    public enum State {
        PRESENT,
        MISSING,
        /** It is there, and PostgreSQL does not use it. */
        INVALID,
        /** Something else does its work. */
        COVERED,
        /** Not translated, or left out by a person. */
        NONE
    }

    /** Something to consider, from what was measured. */
    public record Advice(TableName table, String about, String text) {}

    /** What stands in the way of the next phase. */
    public List<Guard> missing() {
        return guards.stream().filter(guard -> !guard.holds()).toList();
    }
}
