package dev.changeover.mongo;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;

/** Who is connected to the primary, or to this mongos. Thread-safe. */
final class Clients {
    private static final String OWN = "changeover";
    private static final String SERVERS = "__system";
    private static final BsonDocument FIELDS =
            BsonDocument.parse("{client: 1, appName: 1, 'clientMetadata.driver.name': 1, effectiveUsers: 1}");

    private final Members members;
    private final Retry retry;

    Clients(Members members, Retry retry) {
        this.members = members;
        this.retry = retry;
    }

    /** A connection as the server tells of it; {@code users} is empty where it has none, or nobody has logged in. */
    private record Connection(String words, String application, List<String> users) {
        static Connection of(BsonDocument told) {
            List<String> users = told.getArray("effectiveUsers", new BsonArray()).stream()
                    .map(user -> Probes.text(user.asDocument(), "user"))
                    .toList();
            String application = Probes.text(told, "appName");
            String driver = Probes.text(
                    told.getDocument("clientMetadata", new BsonDocument()).getDocument("driver", new BsonDocument()),
                    "name");
            String address = Probes.text(told, "client");
            int port = address.lastIndexOf(':');
            String words = (application.isEmpty() ? "a client without appName" : application)
                    + (driver.isEmpty() ? "" : " (" + driver + ")")
                    + " from " + (port < 0 ? address : address.substring(0, port))
                    + (users.isEmpty() ? "" : " as " + String.join(", ", users));
            return new Connection(words, application, users);
        }

        boolean isOther() {
            return !application.equals(OWN) && !users.contains(SERVERS);
        }
    }

    /**
     * All but the deployment itself and this program, in words, with the number of their connections. Where there are users,
     * connections without one are left out: they cannot write.
     */
    List<String> others() {
        Retry.Ask ask = new Retry.Ask("look who is connected to MongoDB", "role clusterMonitor on admin");
        List<Connection> all =
                retry.call(ask, this::connected).stream().map(Connection::of).toList();
        boolean withUsers = all.stream().anyMatch(one -> !one.users().isEmpty());
        Map<String, Long> counts = all.stream()
                .filter(one -> one.isOther() && one.users().isEmpty() != withUsers)
                .collect(Collectors.groupingBy(Connection::words, TreeMap::new, Collectors.counting()));
        List<String> words = new ArrayList<>();
        counts.forEach((who, count) -> words.add(who + ", " + count + (count == 1 ? " connection" : " connections")));
        return words;
    }

    private List<BsonDocument> connected() {
        BsonDocument which = BsonDocument.parse("{allUsers: true, idleConnections: true, idleSessions: false}");
        if (Probes.sharded(members.hello())) {
            which.append("localOps", BsonBoolean.TRUE);
        }
        return members.main()
                .getDatabase("admin")
                .aggregate(
                        List.of(
                                new BsonDocument("$currentOp", which),
                                BsonDocument.parse("{$match: {client: {$type: 'string'}}}"),
                                new BsonDocument("$project", FIELDS)),
                        BsonDocument.class)
                .into(new ArrayList<>());
    }
}
