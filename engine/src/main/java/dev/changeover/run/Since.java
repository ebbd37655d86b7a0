package dev.changeover.run;

import dev.changeover.ClusterTime;
import dev.changeover.Namespace;
import dev.changeover.mongo.Mongo;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A time from which changes are followed, and the collections that the names stood for then. */
record Since(ClusterTime t0, Map<Namespace, Optional<UUID>> collections) {
    /** Noted with majority. */
    static Since note(Mongo source, List<Namespace> names, String message) {
        Map<Namespace, Optional<UUID>> seen;
        ClusterTime t0;
        do { // again where one is replaced just now: if that was before T0, no event tells
            seen = source.uuids(names);
            t0 = source.note(message);
        } while (!source.uuids(names).equals(seen));
        return new Since(t0, seen);
    }
}
