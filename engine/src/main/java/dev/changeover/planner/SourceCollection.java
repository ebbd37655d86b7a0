package dev.changeover.planner;

import dev.changeover.Namespace;
import dev.changeover.profile.CollectionProfile;
import java.util.List;

/**
 * One namespace of the source, as the planner sees it. {@code options} and {@code indexes} are canonical Extended JSON of
 * the server's answers; {@code documents} is its estimate. The profile is empty for a namespace that is not read.
 */
public record SourceCollection(
        Namespace namespace,
        Kind kind,
        String options,
        List<String> indexes,
        long documents,
        CollectionProfile profile) {
    public SourceCollection {
        indexes = List.copyOf(indexes);
    }

    public enum Kind {
        COLLECTION,
        CAPPED,
        CLUSTERED,
        VIEW,
        TIME_SERIES,
        GRID_FS,
        SYSTEM;

        /** Whether the plan gives such a namespace a table; if not, it says why. */
        public boolean copied() {
            return switch (this) {
                case COLLECTION, CAPPED, CLUSTERED, GRID_FS -> true;
                case VIEW, TIME_SERIES, SYSTEM -> false;
            };
        }
    }
}
