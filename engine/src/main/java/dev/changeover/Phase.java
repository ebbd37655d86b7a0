package dev.changeover;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** Where the application reads and writes. One database is in charge at any time; the other follows it. */
public enum Phase {
    /** MongoDB alone; PostgreSQL is being filled. */
    MONGO,
    /** MongoDB is in charge; a write is answered when PostgreSQL has it too, and reads may be compared. */
    BOTH,
    /** The same, but reads are answered by PostgreSQL. */
    PG_READS,
    /** PostgreSQL is in charge. */
    POSTGRES;

    /** For people, tables and the environment: {@code pg-reads}. */
    public String words() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The flag that applications know: {@code mongo}, {@code both} or {@code postgres}. */
    public String dbTarget() {
        return this == PG_READS ? BOTH.words() : words();
    }

    public static Optional<Phase> of(String words) {
        return Arrays.stream(values())
                .filter(phase -> phase.words().equals(words))
                .findFirst();
    }

    public Optional<Phase> next() {
        return at(ordinal() + 1);
    }

    public Optional<Phase> before() {
        return at(ordinal() - 1);
    }

    private static Optional<Phase> at(int ordinal) {
        return Arrays.stream(values())
                .filter(phase -> phase.ordinal() == ordinal)
                .findFirst();
    }
}
