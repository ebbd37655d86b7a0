package dev.changeover.servers;

/**
 * How large the servers are: members of the replica set, and gigabytes of cache for each; and whether MongoDB has users, one
 * that may do everything and one of the application.
 */
public record ServerSettings(int mongoMembers, double mongoCacheGb, boolean mongoUsers) {
    public static final ServerSettings SMALL = new ServerSettings(1, 0.5, false);

    /** As in production: only where there are users can one of them be kept from writing. */
    public static final ServerSettings WITH_USERS = new ServerSettings(1, 0.5, true);

    public ServerSettings {
        if (mongoMembers < 1 || mongoMembers > 7) {
            throw new IllegalArgumentException("mongoMembers is " + mongoMembers + "; give 1 to 7");
        }
        if (mongoCacheGb < 0.25) {
            throw new IllegalArgumentException("mongoCacheGb is " + mongoCacheGb + "; mongod wants at least 0.25");
        }
    }
}
