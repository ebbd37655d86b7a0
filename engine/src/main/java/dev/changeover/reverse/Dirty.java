package dev.changeover.reverse;

import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.mapping.DocumentRows;
import dev.changeover.mongo.FencedWriter.Write;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A document that is to become what the rows say at one snapshot. Without {@code row} it is to go. */
record Dirty(Namespace namespace, UUID id, IdBound key, Optional<DocumentRows> row) {
    /** What comes of it. */
    sealed interface Outcome {
        Outcome NOTHING = new Writes(List.of());

        record Writes(List<Write> writes) implements Outcome {
            public Writes {
                writes = List.copyOf(writes);
            }
        }

        record Held(String reason) implements Outcome {}
    }
}
