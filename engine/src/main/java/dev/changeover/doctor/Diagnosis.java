package dev.changeover.doctor;

import dev.changeover.doctor.Check.Verdict;
import java.util.List;

/** All checks, in the order to be read; {@code reached}: both databases answered. */
public record Diagnosis(List<Check> checks, boolean reached) {
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
