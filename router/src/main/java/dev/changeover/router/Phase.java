package dev.changeover.router;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where the application reads and writes. One database is in charge at any time; the other follows it. */
public enum Phase {
    /** MongoDB alone. */
    MONGO,
    /** Writes go to MongoDB and are answered once PostgreSQL has them; reads go to MongoDB. */
    BOTH,
    /** Writes as in {@link #BOTH}; reads go to PostgreSQL, once it has what the caller wrote. */
    PG_READS,
    /** PostgreSQL alone. */
    POSTGRES;

    /** As the table changeover.phase calls it: {@code pg-reads}. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Phase> of(String words) {
        return Arrays.stream(values())
                .filter(phase -> phase.words().equals(words))
                .findFirst();
    }

    /** Where writes go. */
    Store inCharge() {
        return this == POSTGRES ? Store.POSTGRES : Store.MONGO;
    }

    /** Whether a write is answered only when PostgreSQL has it too. */
    boolean waitsForCut() {
        return this == BOTH || this == PG_READS;
    }
}
