package dev.changeover.follow;

import dev.changeover.ClusterTime;
import dev.changeover.mongo.Mongo;
import dev.changeover.postgres.Pg;
import dev.changeover.state.Owner;
import dev.changeover.state.State;

/** Both databases, and the right to work on them. Changes are followed from {@code t0} on. */
public record Ends(Mongo source, Pg target, State state, Owner owner, ClusterTime t0) {}
