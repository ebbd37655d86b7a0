package dev.changeover.plan;

import dev.changeover.Namespace;
import java.util.List;
import java.util.Optional;

/** What becomes of every collection of a source; the content of changeover.yaml. Immutable. */
public record Plan(List<CollectionPlan> collections, List<LeftOut> leftOut) {
    public Plan {
        collections = List.copyOf(collections);
        leftOut = List.copyOf(leftOut);
    }

    /** The collections that become tables, in the plan's order. */
    public List<Namespace> namespaces() {
        return collections.stream().map(CollectionPlan::namespace).toList();
    }

    public Optional<CollectionPlan> of(Namespace namespace) {
        return collections.stream().filter(c -> c.namespace().equals(namespace)).findFirst();
    }

    /** A namespace that is not copied, with the stated answer: a view, a system collection, an excluded one. */
    public record LeftOut(Namespace namespace, String reason) {}
}
