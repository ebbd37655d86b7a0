package dev.changeover.follow;

import dev.changeover.ClusterTime;
import dev.changeover.state.Following;
import dev.changeover.state.Spool;
import java.util.Optional;

/**
 * How far the following is. {@code head} is the source's time as last heard, {@code eventsBehind} the changes read that
 * no cut has; with {@code spooled}, more than that wait in the spool. {@code trouble} is what is being tried again.
 */
public record FollowProgress(
        Optional<Spool.Cut> cut,
        ClusterTime head,
        long eventsBehind,
        boolean spooled,
        Following.Counts counts,
        Optional<String> trouble) {}
