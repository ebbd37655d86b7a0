package dev.changeover.mongo;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.bson.BsonValue;

/** What the server says the user may do, from the answer of connectionStatus with showPrivileges. */
record Privileges(List<String> users, List<String> roles, List<Grant> grants) {
    /** Actions on the cluster, or on the collections that match; an empty name matches all. */
    record Grant(boolean cluster, boolean any, String database, String collection, Set<String> actions) {
        boolean covers(String wantedDatabase, String wantedCollection) {
            boolean fits = (database.isEmpty() || database.equals(wantedDatabase))
                    && (collection.isEmpty() || collection.equals(wantedCollection));
            return any || (!cluster && fits);
        }
    }

    static Privileges of(BsonDocument answer) {
        BsonDocument info = answer.getDocument("authInfo", new BsonDocument());
        List<Grant> grants = new ArrayList<>();
        for (BsonValue each : info.getArray("authenticatedUserPrivileges", new BsonArray())) {
            BsonDocument resource = each.asDocument().getDocument("resource", new BsonDocument());
            List<String> actions = new ArrayList<>();
            each.asDocument()
                    .getArray("actions", new BsonArray())
                    .forEach(action -> actions.add(action.asString().getValue()));
            grants.add(new Grant(
                    resource.getBoolean("cluster", BsonBoolean.FALSE).getValue(),
                    resource.getBoolean("anyResource", BsonBoolean.FALSE).getValue(),
                    resource.getString("db", new BsonString("")).getValue(),
                    resource.getString("collection", new BsonString("")).getValue(),
                    Set.copyOf(actions)));
        }
        return new Privileges(
                named(info, "authenticatedUsers", "user"), named(info, "authenticatedUserRoles", "role"), grants);
    }

    private static List<String> named(BsonDocument info, String array, String name) {
        List<String> all = new ArrayList<>();
        for (BsonValue each : info.getArray(array, new BsonArray())) {
            BsonDocument entry = each.asDocument();
            all.add(Probes.text(entry, name) + "@" + Probes.text(entry, "db"));
        }
        return all;
    }

    ServerFacts.Rights rights(String database, String heartbeat) {
        boolean checked = !users.isEmpty();
        boolean mayHeartbeat = !checked
                || grants.stream()
                        .anyMatch(g ->
                                g.covers(database, heartbeat) && g.actions().containsAll(Set.of("insert", "update")));
        boolean mayBlock = !checked
                || grants.stream()
                        .anyMatch(g -> (g.cluster() || g.any()) && g.actions().contains("setUserWriteBlockMode"));
        return new ServerFacts.Rights(checked, users.isEmpty() ? "" : users.get(0), roles, mayHeartbeat, mayBlock);
    }
}
