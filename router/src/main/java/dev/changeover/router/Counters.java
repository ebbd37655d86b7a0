package dev.changeover.router;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What calls add to, without waiting for each other; {@link Figures} is what it comes to. Thread-safe. */
final class Counters {
    enum Kind {
        FENCED,
        REREADS,
        CUT_WAITS,
        CUT_WAITS_IN_VAIN,
        FALLBACKS,
        NOT_DONE,
        UNKNOWN,
        UNSEEN,
        SHADOWS_SAME,
        SHADOWS_DIFFERING,
        SHADOWS_FAILED,
        SHADOWS_LATE,
        REHEARSALS_WELL,
        REHEARSALS_FAILED,
        REHEARSALS_DIFFERING,
        DROPPED
    }

    private final Stopwatch[] reads = stopwatches();
    private final Stopwatch[] writes = stopwatches();
    private final Stopwatch shadowed = new Stopwatch();
    private final Stopwatch shadows = new Stopwatch();
    private final LongAdder[] sums = new LongAdder[Kind.values().length];

    Counters() {
        Arrays.setAll(sums, i -> new LongAdder());
    }

    private static Stopwatch[] stopwatches() {
        Stopwatch[] each = new Stopwatch[Phase.values().length];
        Arrays.setAll(each, i -> new Stopwatch());
        return each;
    }

    void read(Phase phase, long nanos) {
        reads[phase.ordinal()].took(nanos);
    }

    void write(Phase phase, long nanos) {
        writes[phase.ordinal()].took(nanos);
    }

    void shadow(long nanosOnMongo, long nanosOnPostgres) {
        shadowed.took(nanosOnMongo);
        shadows.took(nanosOnPostgres);
    }

    void add(Kind kind) {
        sums[kind.ordinal()].increment();
    }

    private long sum(Kind kind) {
        return sums[kind.ordinal()].sum();
    }

    Figures figures() {
        return new Figures(
                byPhase(reads),
                byPhase(writes),
                sum(Kind.FENCED),
                sum(Kind.REREADS),
                sum(Kind.CUT_WAITS),
                sum(Kind.CUT_WAITS_IN_VAIN),
                sum(Kind.FALLBACKS),
                sum(Kind.NOT_DONE),
                sum(Kind.UNKNOWN),
                sum(Kind.UNSEEN),
                trials());
    }

    private Figures.Trials trials() {
        return new Figures.Trials(
                sum(Kind.SHADOWS_SAME),
                sum(Kind.SHADOWS_DIFFERING),
                sum(Kind.SHADOWS_FAILED),
                sum(Kind.SHADOWS_LATE),
                shadowed.summary(),
                shadows.summary(),
                sum(Kind.REHEARSALS_WELL),
                sum(Kind.REHEARSALS_FAILED),
                sum(Kind.REHEARSALS_DIFFERING),
                sum(Kind.DROPPED));
    }

    private static Map<Phase, Latency> byPhase(Stopwatch[] stopwatches) {
        Map<Phase, Latency> summaries = new EnumMap<>(Phase.class);
        for (Phase phase : Phase.values()) {
            summaries.put(phase, stopwatches[phase.ordinal()].summary());
        }
        return Map.copyOf(summaries);
    }
}
