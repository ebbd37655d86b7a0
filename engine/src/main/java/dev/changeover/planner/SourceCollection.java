package dev.changeover.planner;

import dev.changeover.CollectionKind;
import dev.changeover.Namespace;
import dev.changeover.profile.CollectionProfile;
import java.util.List;

/**
 * One namespace of the source, as the planner sees it. {@code options} and {@code indexes} are canonical Extended JSON of
 * the server's answers; {@code documents} is its estimate. The profile is empty for a namespace that is not read.
 */
public record SourceCollection(
        Namespace namespace,
        CollectionKind kind,
        String options,
        List<String> indexes,
        long documents,
        CollectionProfile profile) {
    public SourceCollection {
        indexes = List.copyOf(indexes);
    }
}
