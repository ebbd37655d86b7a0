package dev.changeover;

import java.time.Duration;

/** A logical instant of a replica set: unsigned seconds since 1970, then an unsigned ordinal within that second. */
public record ClusterTime(long seconds, long ordinal) implements Comparable<ClusterTime> {
    private static final long UINT32_MAX = 0xFFFF_FFFFL;

    public ClusterTime {
        if (seconds < 0 || seconds > UINT32_MAX || ordinal < 0 || ordinal > UINT32_MAX) {
            throw new IllegalArgumentException("cluster time (" + seconds + ", " + ordinal + ")");
        }
    }

    /** From the 64 bits of a BSON timestamp. */
    public static ClusterTime ofBits(long bits) {
        return new ClusterTime(bits >>> 32, bits & UINT32_MAX);
    }

    public long bits() {
        return seconds << 32 | ordinal;
    }

    /** The instant just before: what a cut may be taken at when everything before {@code this} is known. */
    public ClusterTime before() {
        return ofBits(bits() - 1);
    }

    /** The instant just after. */
    public ClusterTime after() {
        return ofBits(bits() + 1);
    }

    public boolean isAfter(ClusterTime other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(ClusterTime other) {
        return Long.compareUnsigned(bits(), other.bits());
    }

    /** How far {@code this} is behind {@code head}. Whole seconds: the ordinal is not a duration. */
    public Duration lagBehind(ClusterTime head) {
        return Duration.ofSeconds(Math.max(0, head.seconds - seconds));
    }

    @Override
    public String toString() {
        return "(" + seconds + ", " + ordinal + ")";
    }
}
