package dev.changeover.mongo;

import dev.changeover.Namespace;
import java.util.List;

/**
 * One namespace as the catalog has it. {@code options} and {@code indexes} are canonical Extended JSON of the server's
 * own answers; {@code documents} and {@code bytes} are its estimates (uncompressed BSON bytes).
 */
public record CollectionFacts(
        Namespace namespace, Kind kind, String options, List<String> indexes, long documents, long bytes) {
    public CollectionFacts {
        indexes = List.copyOf(indexes);
    }

    public enum Kind {
        COLLECTION,
        CAPPED,
        CLUSTERED,
        VIEW,
        TIME_SERIES,
        /** A bucket of GridFS: files or chunks. */
        GRID_FS,
        SYSTEM
    }
}
