package dev.changeover.verify;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Namespace;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.Plan;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Predicate;

/**
 * What to verify: the collections meant, of each {@code sample} documents or all, by {@code workers} threads; {@code fresh}
 * begins anew where an earlier one was stopped.
 */
public record VerifySettings(
        Predicate<Namespace> meant, OptionalInt sample, int workers, boolean fresh, String who, VerifyLimits limits) {

    /** The collections of {@code plan} that are meant; refused if none is. */
    public List<CollectionPlan> of(Plan plan) {
        List<CollectionPlan> of = plan.collections().stream()
                .filter(one -> meant.test(one.namespace()))
                .toList();
        if (of.isEmpty()) {
            throw new FailedException(new Failure.WrongUse(
                    "verify", "no collection of the plan is meant", "Look at --include and --exclude."));
        }
        return of;
    }
}
