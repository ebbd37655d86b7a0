package dev.changeover.mongo;

/** What a MongoDB deployment is and can do. More is added as doctor and the follower need it. */
public record ServerFacts(String version, boolean replicaSet, boolean sharded, boolean snapshotReads) {}
