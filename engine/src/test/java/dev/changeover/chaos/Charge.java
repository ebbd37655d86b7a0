package dev.changeover.chaos;

import dev.changeover.Phase;
import dev.changeover.state.Phases;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A stretch of time in which one database was in charge, by the record that the server keeps, in milliseconds. */
record Charge(String database, long from, long to) {
    static List<Charge> of(List<Phases.Step> steps) {
        List<Charge> all = new ArrayList<>();
        String now = "mongo";
        long since = Long.MIN_VALUE;
        for (Phases.Step step : steps.stream()
                .sorted(Comparator.comparingLong(Phases.Step::epoch))
                .toList()) {
            String next = step.to() == Phase.POSTGRES ? "postgres" : "mongo";
            if (!next.equals(now)) {
                all.add(new Charge(now, since, step.begun().toEpochMilli()));
                now = next;
                since = step.begun().toEpochMilli();
            }
        }
        all.add(new Charge(now, since, Long.MAX_VALUE));
        return all;
    }

    /** A write that was under way for some of this time, by this database. */
    boolean allows(Ledger.Done done) {
        return database.equals(done.by()) && done.begun() <= to && done.ended() >= from;
    }
}
