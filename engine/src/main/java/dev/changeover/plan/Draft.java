package dev.changeover.plan;

import dev.changeover.Namespace;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A plan as a person may have left it: at the paths {@code unsettled} of a collection only a choice stands, whose columns
 * are still to be written.
 */
public record Draft(Plan plan, Map<Namespace, Set<List<String>>> unsettled) {
    public Draft {
        unsettled = Map.copyOf(unsettled);
    }

    public Set<List<String>> unsettled(Namespace namespace) {
        return unsettled.getOrDefault(namespace, Set.of());
    }
}
