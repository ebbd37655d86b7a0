package dev.changeover.doctor;

import dev.changeover.doctor.Check.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * All checks, in the order to be read; {@code reached}: both databases answered. {@code source} is which source to take, where
 * MongoDB could be asked.
 */
public record Diagnosis(List<Check> checks, boolean reached, Optional<SourceAdvice> source) {
    public Diagnosis {
        checks = List.copyOf(checks);
    }

    public long count(Verdict verdict) {
        return checks.stream().filter(check -> check.verdict() == verdict).count();
    }

    /** Whether something must be mended before anything else is done. */
    public boolean mustMend() {
        return count(Verdict.FAIL) > 0;
    }
}
