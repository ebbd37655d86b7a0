package dev.changeover.state;

import dev.changeover.ClusterTime;
import dev.changeover.postgres.Pg;
import dev.changeover.source.Source;

/** Where documents come from and where their rows go, and the right to write them. Reads of a source that lives are at or after {@code since}. */
public record Filling(Source source, Pg target, State state, Owner owner, ClusterTime since) {}
