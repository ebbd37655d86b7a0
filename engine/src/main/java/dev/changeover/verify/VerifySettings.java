package dev.changeover.verify;

import dev.changeover.Namespace;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * What to verify: the collections meant, of each {@code sample} documents or all, by {@code workers} threads; {@code fresh}
 * begins anew where an earlier one was stopped.
 */
public record VerifySettings(
        Predicate<Namespace> meant, OptionalInt sample, int workers, boolean fresh, String who, VerifyLimits limits) {}
