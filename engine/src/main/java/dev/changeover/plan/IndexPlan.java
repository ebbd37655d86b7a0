package dev.changeover.plan;

import java.util.List;
import java.util.Optional;

/**
 * What one MongoDB index becomes. {@code definition} is its specification as listIndexes gives it, in canonical Extended
 * JSON, so that a renamed column finds its way into the SQL; {@code sql} replaces the translation when a person wrote
 * one; {@code skip} leaves the index out. {@code digest} names the paths whose values are too long for a btree entry:
 * their md5 stands in the index.
 */
public record IndexPlan(
        String name, String definition, Optional<String> sql, boolean skip, List<String> digest, Notes notes) {
    public IndexPlan {
        digest = List.copyOf(digest);
    }

    /** An index without digests. */
    public IndexPlan(String name, String definition, Optional<String> sql, boolean skip, Notes notes) {
        this(name, definition, sql, skip, List.of(), notes);
    }
}
