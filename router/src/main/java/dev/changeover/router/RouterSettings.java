package dev.changeover.router;

import java.time.Duration;

/**
 * What may be tuned. {@code lease}: how long a change of the phase waits for an instance that is not heard of any more, and
 * how long an instance goes on that does not hear of PostgreSQL. {@code patience}: how long a call waits while the phase
 * moves. {@code cutPatience}: how long a write waits until PostgreSQL has it, and a read for what its caller wrote.
 */
public record RouterSettings(Duration lease, Duration patience, Duration cutPatience) {
    private static final Duration LEASE_MOST = Duration.ofMinutes(10);
    private static final Duration LEASE_LEAST = Duration.ofMillis(300);

    /** For most. */
    public static final RouterSettings DEFAULT =
            new RouterSettings(Duration.ofSeconds(10), Duration.ofSeconds(30), Duration.ofSeconds(2));

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
        return new RouterSettings(other, patience, cutPatience);
    }

    public RouterSettings withPatience(Duration other) {
        return new RouterSettings(lease, other, cutPatience);
    }

    public RouterSettings withCutPatience(Duration other) {
        return new RouterSettings(lease, patience, other);
    }
}
