package dev.changeover.router;

import java.time.Duration;

/**
 * What may be tuned. {@code lease}: how long a change of the phase waits for an instance that is not heard of any more, and
 * how long an instance goes on that does not hear of PostgreSQL. {@code patience}: how long a call waits while the phase
 * moves. {@code cutPatience}: how long a write waits until PostgreSQL has it, and a read for what its caller wrote. {@code
 * lostLease}: what calls do when PostgreSQL does not tell the phase.
 */
public record RouterSettings(Duration lease, Duration patience, Duration cutPatience, LostLease lostLease) {
    /** An instance whose lease is over does not know whether the phase is still what it was. */
    public enum LostLease {
        /** Calls wait for the phase; after patience they are not done. */
        WAIT,
        /**
         * While MongoDB was last in charge, calls go on with it alone, so that the application does not depend on PostgreSQL
         * before it must. Writes are as safe, as a cutover fences MongoDB; reads can miss what others have written since one.
         */
        STAY_ON_MONGO
    }

    private static final Duration LEASE_MOST = Duration.ofMinutes(10);
    private static final Duration LEASE_LEAST = Duration.ofMillis(300);

    /** For most. */
    public static final RouterSettings DEFAULT =
            new RouterSettings(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(2), LostLease.WAIT);

    public RouterSettings {
        if (lease.compareTo(LEASE_LEAST) < 0 || lease.compareTo(LEASE_MOST) > 0) {
            throw new IllegalArgumentException("lease is " + lease + "; give PT0.3S to PT10M");
        }
        requireNotNegative("patience", patience);
        requireNotNegative("cutPatience", cutPatience);
    }

    private static void requireNotNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " is " + value + "; give a time to wait");
        }
    }

    public RouterSettings withLease(Duration other) {
        return new RouterSettings(other, patience, cutPatience, lostLease);
    }

    public RouterSettings withPatience(Duration other) {
        return new RouterSettings(lease, other, cutPatience, lostLease);
    }

    public RouterSettings withCutPatience(Duration other) {
        return new RouterSettings(lease, patience, other, lostLease);
    }

    public RouterSettings withLostLease(LostLease other) {
        return new RouterSettings(lease, patience, cutPatience, other);
    }
}
