package dev.changeover.servers;

import com.mongodb.ConnectionString;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A proxy before each member of a replica set. In what the members say of each other their proxies are named, so that a
 * driver knows the set as it is, elections included, and still goes through the proxies only. Thread-safe.
 */
public final class ReplicaSetProxies implements AutoCloseable {
    private final ConnectionString uri;
    private final List<FaultyProxy> proxies;

    private ReplicaSetProxies(ConnectionString uri) {
        this.uri = uri;
        proxies = hosts().stream()
                .map(host -> FaultyProxy.before("mongodb://" + host + "/"))
                .toList();
        for (FaultyProxy proxy : proxies) {
            for (int i = 0; i < proxies.size(); i++) {
                proxy.garble(bytes(hosts().get(i)), bytes(address(proxies.get(i))));
            }
        }
    }

    public static ReplicaSetProxies before(String uri) {
        return new ReplicaSetProxies(new ConnectionString(uri));
    }

    private List<String> hosts() {
        return uri.getHosts();
    }

    private static String address(FaultyProxy proxy) {
        return "127.0.0.1:" + proxy.port();
    }

    private static byte[] bytes(String host) {
        return host.getBytes(StandardCharsets.US_ASCII);
    }

    /** Where clients reach the same database through the proxies; {@code options} are added to it. */
    public String uri(String options) {
        String hosts = proxies.stream().map(ReplicaSetProxies::address).collect(Collectors.joining(","));
        return "mongodb://" + hosts + "/" + Objects.requireNonNull(uri.getDatabase()) + "?replicaSet="
                + uri.getRequiredReplicaSetName() + "&" + options;
    }

    /** Ends every connection at once. */
    public void cut() {
        proxies.forEach(FaultyProxy::cut);
    }

    /** Nothing passes any more on the connections that there are, and nobody is told; new ones are taken. */
    public void freeze() {
        proxies.forEach(FaultyProxy::freeze);
    }

    @Override
    public void close() {
        proxies.forEach(FaultyProxy::close);
    }
}
