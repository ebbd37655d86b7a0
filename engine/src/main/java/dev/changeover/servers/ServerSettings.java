package dev.changeover.servers;

/** How large the servers are: members of the replica set, and gigabytes of cache for each. */
public record ServerSettings(int mongoMembers, double mongoCacheGb) {
    public static final ServerSettings SMALL = new ServerSettings(1, 0.5);

    public ServerSettings {
        if (mongoMembers < 1 || mongoMembers > 7) {
            throw new IllegalArgumentException("mongoMembers is " + mongoMembers + "; give 1 to 7");
        }
        if (mongoCacheGb < 0.25) {
            throw new IllegalArgumentException("mongoCacheGb is " + mongoCacheGb + "; mongod wants at least 0.25");
        }
    }
}
