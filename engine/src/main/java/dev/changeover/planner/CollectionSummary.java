package dev.changeover.planner;

import dev.changeover.Namespace;
import dev.changeover.plan.TableName;
import java.util.List;

/**
 * A collection's plan in figures, with the questions it leaves to a person. {@code keptAside} counts the values of the
 * documents read that would stay in mongo_extra. A question goes away when the field or index gets a {@code note:}.
 */
public record CollectionSummary(
        Namespace namespace,
        long documents,
        TableName table,
        int columns,
        int jsonb,
        long keptAside,
        List<String> questions) {
    public CollectionSummary {
        questions = List.copyOf(questions);
    }
}
