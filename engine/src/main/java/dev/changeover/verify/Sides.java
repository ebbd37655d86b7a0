package dev.changeover.verify;

import dev.changeover.mongo.Mongo;
import dev.changeover.postgres.Pg;
import dev.changeover.state.State;

/** What is compared, and what is remembered of it. */
public record Sides(Mongo mongo, Pg pg, State state) {}
