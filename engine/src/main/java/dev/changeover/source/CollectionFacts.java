package dev.changeover.source;

import dev.changeover.CollectionKind;
import dev.changeover.Namespace;
import java.util.List;

/**
 * One namespace as the catalog has it. {@code options} and {@code indexes} are canonical Extended JSON of the server's
 * own answers; {@code documents} and {@code bytes} are its estimates (uncompressed BSON bytes).
 */
public record CollectionFacts(
        Namespace namespace, CollectionKind kind, String options, List<String> indexes, long documents, long bytes) {
    public CollectionFacts {
        indexes = List.copyOf(indexes);
    }
}
