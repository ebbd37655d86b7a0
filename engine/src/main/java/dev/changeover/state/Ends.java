package dev.changeover.state;

import dev.changeover.ClusterTime;
import dev.changeover.mongo.Mongo;
import dev.changeover.postgres.Pg;

/** Both databases, and the right to work on them. Every read is at or after {@code t0}, and changes are followed from it. */
public record Ends(Mongo source, Pg target, State state, Owner owner, ClusterTime t0) {
    /** For the copy. */
    public Filling filling() {
        return new Filling(source, target, state, owner, t0);
    }
}
