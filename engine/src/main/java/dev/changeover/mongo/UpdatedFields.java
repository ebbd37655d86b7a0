package dev.changeover.mongo;

import dev.changeover.Namespace;
import java.util.Map;

/**
 * How often which fields of a collection's documents were updated, in a stretch of the oplog. {@code byPath} counts the
 * updates that named a path, as {@code stats.views} or {@code items.*.price}: {@code *} is any place in an array. Documents
 * that were replaced as a whole are not among them.
 */
public record UpdatedFields(Namespace namespace, long updates, Map<String, Long> byPath) {
    public UpdatedFields {
        byPath = Map.copyOf(byPath);
    }
}
