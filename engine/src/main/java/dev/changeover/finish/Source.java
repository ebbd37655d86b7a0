package dev.changeover.finish;

import dev.changeover.Namespace;
import dev.changeover.mongo.Mongo;
import dev.changeover.plan.Plan;
import dev.changeover.source.CollectionFacts;
import java.util.HashMap;
import java.util.Map;

/** Where wishes come from: the plan that rows are written by, and what MongoDB demands of the documents. */
public record Source(Plan plan, Map<Namespace, Validator> validators) {
    public Source {
        validators = Map.copyOf(validators);
    }

    /** Asks MongoDB for its validators. */
    public static Source of(Plan plan, Mongo mongo) {
        Map<Namespace, Validator> validators = new HashMap<>();
        for (CollectionFacts facts : mongo.collections()) {
            Validator.of(facts.options()).ifPresent(found -> validators.put(facts.namespace(), found));
        }
        return new Source(plan, validators);
    }
}
