package dev.changeover.mapping;

import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.FieldNames;
import dev.changeover.mapping.Target.Flattened;
import org.jspecify.annotations.Nullable;

/** The fields that the plan knows at one level, with what walking such a level needs. Not thread-safe. */
final class Fields {
    final Level<Target> level;
    final @Nullable Flattened owner;
    final BsonCursor cursor = new BsonCursor();
    final FieldNames unknown = new FieldNames();

    Fields(Level<Target> level, @Nullable Flattened owner) {
        this.level = level;
        this.owner = owner;
    }
}
