package dev.changeover.chaos;

import dev.changeover.servers.FaultyProxy;
import dev.changeover.servers.MortalPostgres;
import dev.changeover.servers.MortalReplicaSet;
import dev.changeover.servers.ReplicaSetProxies;
import dev.changeover.servers.TestServers;

/**
 * Servers that can be killed, and proxies before them that can cut and fall silent: a client of the proxies meets every
 * fault, a client of the servers only those of the servers. Confined to one thread.
 */
final class Surroundings implements AutoCloseable {
    static final String DATABASE = "shop";
    private static final String MONGO_PATIENCE =
            "socketTimeoutMS=2000&connectTimeoutMS=2000&heartbeatFrequencyMS=1000&serverSelectionTimeoutMS=30000";

    private final MortalReplicaSet mongo;
    private final MortalPostgres postgres;
    private final ReplicaSetProxies beforeMongo;
    private final FaultyProxy beforePostgres;

    Surroundings() throws InterruptedException {
        mongo = MortalReplicaSet.start();
        postgres = MortalPostgres.start();
        postgres.createDatabase(DATABASE);
        beforeMongo = ReplicaSetProxies.before(mongo.uri(DATABASE));
        beforePostgres = FaultyProxy.before(postgres.uri(DATABASE));
    }

    String mongoUri() {
        return mongo.uri(DATABASE);
    }

    String postgresUri() {
        return postgres.uri(DATABASE);
    }

    String mongoThroughProxies() {
        return beforeMongo.uri(MONGO_PATIENCE);
    }

    /** Which gives up a silent connection after two seconds. */
    String postgresThroughProxy() {
        return TestServers.jdbc(beforePostgres.through(postgresUri())) + "&socketTimeout=2";
    }

    /** Of a killed primary the others have not yet chosen the next when this returns. */
    void strike(Fault fault) {
        switch (fault) {
            case FOLLOWER_KILLED -> throw new IllegalArgumentException("the follower is not around itself");
            case POSTGRES_CUT -> beforePostgres.cut();
            case POSTGRES_SILENT -> beforePostgres.freeze();
            case MONGO_CUT -> beforeMongo.cut();
            case MONGO_SILENT -> beforeMongo.freeze();
            case POSTGRES_RESTARTED -> postgres.restart();
            case POSTGRES_KILLED -> {
                postgres.kill();
                postgres.restart();
            }
            case PRIMARY_KILLED -> mongo.killPrimary();
        }
    }

    /** Starts the members that were killed; does not wait for them. */
    void revive() {
        mongo.revive();
    }

    void awaitWhole() {
        mongo.revive();
        mongo.awaitWhole();
    }

    @Override
    public void close() {
        beforePostgres.close();
        beforeMongo.close();
        postgres.close();
        mongo.close();
    }
}
