package dev.changeover.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.ReadPreference;
import com.mongodb.ServerAddress;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.connection.ClusterConnectionMode;
import com.mongodb.connection.ClusterSettings;
import com.mongodb.connection.ServerDescription;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonDocument;
import org.bson.BsonInt32;

/**
 * The deployment's servers: one client that follows the primary, and one for each member that is read from. A chunk
 * stays with one member, because a cursor lives on the server that opened it. Thread-safe.
 */
final class Members implements AutoCloseable {
    private final MongoClientSettings settings;
    private final ReadPreference reads;
    private final MongoClient main;
    private final Map<ServerAddress, MongoClient> direct = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();

    /** Reads go to a secondary where there is one, unless the URI names a read preference of its own. */
    Members(ConnectionString uri) {
        ReadPreference wished = uri.getReadPreference();
        reads = wished == null ? ReadPreference.secondaryPreferred() : wished;
        MongoClientSettings.Builder builder = MongoClientSettings.builder().applyConnectionString(uri);
        if (uri.getApplicationName() == null) {
            builder.applicationName("changeover");
        }
        if (uri.getServerSelectionTimeout() == null) {
            builder.applyToClusterSettings(c -> c.serverSelectionTimeout(10, TimeUnit.SECONDS));
        }
        if (uri.getSocketTimeout() == null) {
            builder.applyToSocketSettings(s -> s.readTimeout(2, TimeUnit.MINUTES));
        }
        settings = builder.readPreference(ReadPreference.primary()).build();
        main = MongoClients.create(settings);
    }

    /** Follows the primary through elections. */
    MongoClient main() {
        return main;
    }

    /** A client bound to one member that may be read from; the members take turns. */
    MongoClient reader() {
        List<ServerDescription> able = reads.choose(main.getClusterDescription());
        if (able.isEmpty()) {
            main.getDatabase("admin").runCommand(new BsonDocument("ping", new BsonInt32(1)), reads); // waits for one
            able = reads.choose(main.getClusterDescription());
        }
        if (able.isEmpty()) {
            throw new MongoTimeoutException("no member fits the read preference " + reads.getName() + " now");
        }
        ServerDescription chosen = able.get(Math.floorMod(turn.getAndIncrement(), able.size()));
        return direct.computeIfAbsent(chosen.getAddress(), this::connect);
    }

    /** What the primary says of itself and of its set. */
    BsonDocument hello() {
        MongoDatabase admin = main.getDatabase("admin");
        try {
            return admin.runCommand(new BsonDocument("hello", new BsonInt32(1)), BsonDocument.class);
        } catch (MongoCommandException e) {
            if (e.getErrorCode() != Failures.COMMAND_NOT_FOUND) {
                throw e;
            }
            return admin.runCommand(new BsonDocument("isMaster", new BsonInt32(1)), BsonDocument.class); // before 4.4.2
        }
    }

    /** False for a URI of one host without replicaSet: it stays with that host, whatever becomes of it. */
    boolean followsPrimary() {
        return main.getClusterDescription().getConnectionMode() != ClusterConnectionMode.SINGLE;
    }

    boolean onAtlas() {
        return main.getClusterDescription().getServerDescriptions().stream()
                .anyMatch(server -> server.getAddress().getHost().endsWith(".mongodb.net"));
    }

    ReadPreference reads() {
        return reads;
    }

    private MongoClient connect(ServerAddress address) {
        ClusterSettings one = ClusterSettings.builder()
                .hosts(List.of(address))
                .mode(ClusterConnectionMode.SINGLE)
                .serverSelectionTimeout(
                        settings.getClusterSettings().getServerSelectionTimeout(TimeUnit.MILLISECONDS),
                        TimeUnit.MILLISECONDS)
                .build();
        return MongoClients.create(MongoClientSettings.builder(settings)
                .applyToClusterSettings(c -> c.applySettings(one))
                .build());
    }

    @Override
    public void close() {
        direct.values().forEach(MongoClient::close);
        main.close();
    }
}
