package dev.changeover;

import java.util.Optional;
import java.util.UUID;

/** One event of a change stream: that something changed, never what it changed to. */
public sealed interface Change {
    Namespace namespace();

    ClusterTime at();

    /** A document was inserted, updated, replaced or deleted. */
    record Document(Namespace namespace, IdBound key, ClusterTime at) implements Change {}

    /**
     * Something happened to a collection or database: a drop, a rename, or a kind that this version does not know. A
     * barrier: no document may be read across it. {@code to} is a rename's new name; {@code uuid} is the collection's own,
     * where the server says it.
     */
    record Schema(String operation, Namespace namespace, Optional<Namespace> to, Optional<UUID> uuid, ClusterTime at)
            implements Change {}
}
