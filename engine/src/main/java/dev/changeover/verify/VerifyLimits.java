package dev.changeover.verify;

import java.time.Duration;

/**
 * How much is compared as of one cut, about {@code partBytes} of documents or {@code pageRows} rows, and how long a cut
 * is waited for at which that can be done.
 */
public record VerifyLimits(long partBytes, int pageRows, Duration patience) {
    public static final VerifyLimits USUAL = new VerifyLimits(32L << 20, 10_000, Duration.ofMinutes(10));

    public VerifyLimits {
        if (partBytes < 1 || pageRows < 1) {
            throw new IllegalArgumentException("parts of " + partBytes + " bytes, pages of " + pageRows + " rows");
        }
    }
}
