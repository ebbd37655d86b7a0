package dev.changeover.router;

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
        UNSEEN
    }

    private final Map<Phase, LongAdder> reads = zeroes(Phase.class);
    private final Map<Phase, LongAdder> writes = zeroes(Phase.class);
    private final Map<Kind, LongAdder> others = zeroes(Kind.class);

    private static <K extends Enum<K>> Map<K, LongAdder> zeroes(Class<K> keys) {
        Map<K, LongAdder> zeroes = new EnumMap<>(keys);
        for (K key : keys.getEnumConstants()) {
            zeroes.put(key, new LongAdder());
        }
        return zeroes;
    }

    void read(Phase phase) {
        add(reads, phase);
    }

    void write(Phase phase) {
        add(writes, phase);
    }

    void add(Kind kind) {
        add(others, kind);
    }

    long sum(Kind kind) {
        LongAdder sum = others.get(kind);
        return sum == null ? 0 : sum.sum();
    }

    private static <K> void add(Map<K, LongAdder> sums, K key) {
        LongAdder sum = sums.get(key);
        if (sum != null) {
            sum.increment();
        }
    }

    Figures figures() {
        return new Figures(
                sums(reads),
                sums(writes),
                sum(Kind.FENCED),
                sum(Kind.REREADS),
                sum(Kind.CUT_WAITS),
                sum(Kind.CUT_WAITS_IN_VAIN),
                sum(Kind.FALLBACKS),
                sum(Kind.NOT_DONE),
                sum(Kind.UNKNOWN),
                sum(Kind.UNSEEN));
    }

    private static Map<Phase, Long> sums(Map<Phase, LongAdder> adders) {
        Map<Phase, Long> sums = new EnumMap<>(Phase.class);
        adders.forEach((phase, adder) -> sums.put(phase, adder.sum()));
        return Map.copyOf(sums);
    }
}
