package dev.changeover.copy;

import dev.changeover.ClusterTime;
import dev.changeover.mongo.Mongo;
import dev.changeover.postgres.Pg;
import dev.changeover.state.Owner;
import dev.changeover.state.State;

/** Both databases, and the right to work on them. Every read is at or after {@code t0}. */
public record Ends(Mongo source, Pg target, State state, Owner owner, ClusterTime t0) {}
