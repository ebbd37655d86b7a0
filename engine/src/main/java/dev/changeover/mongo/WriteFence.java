package dev.changeover.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.ReadPreference;
import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Namespace;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonValue;

/**
 * Keeps everybody but this user from writing to the deployment: {@code setUserWriteBlockMode}, which waits for prepared
 * transactions, ends open ones, and stops TTL deletions too. Thread-safe.
 */
public final class WriteFence {
    private static final String RIGHT =
            "the actions setUserWriteBlockMode and bypassWriteBlockingMode on the cluster (role restore or root has them)";
    /** Of serverStatus, repl.userWriteBlockMode: 1 is without. */
    private static final int BLOCKED = 2;

    private static final Set<String> ACTIONS = Set.of("setUserWriteBlockMode", "bypassWriteBlockingMode");

    private final Members members;
    private final Retry retry;

    WriteFence(Members members, Retry retry) {
        this.members = members;
        this.retry = retry;
    }

    /** Empty when this user may raise it, and write behind it; else why not, and what to do. */
    public Optional<Failure.Refused> obstacle() {
        String during = "look whether MongoDB can be fenced";
        Retry.Ask ask = new Retry.Ask(during, RIGHT);
        BsonDocument status = retry.call(
                ask,
                () -> ask(new BsonDocument("connectionStatus", new BsonInt32(1))
                        .append("showPrivileges", BsonBoolean.TRUE)));
        BsonDocument who = status.getDocument("authInfo", new BsonDocument());
        if (who.getArray("authenticatedUsers", new BsonArray()).isEmpty()) {
            return Optional.of(
                    new Failure.Refused(
                            during,
                            "MongoDB runs without users: whoever is kept from writing, Changeover is as well",
                            "Start mongod with users (--auth, --keyFile), or stop all writers yourself and say so: --unfenced"));
        }
        Set<String> missing = new HashSet<>(ACTIONS);
        for (BsonValue privilege : who.getArray("authenticatedUserPrivileges", new BsonArray())) {
            BsonDocument resource = privilege.asDocument().getDocument("resource");
            if (resource.containsKey("cluster") || resource.containsKey("anyResource")) {
                privilege
                        .asDocument()
                        .getArray("actions")
                        .forEach(action -> missing.remove(action.asString().getValue()));
            }
        }
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(new Failure.Refused(
                        during,
                        "the user of the MongoDB URI may not " + String.join(" and ", missing),
                        "Grant it " + RIGHT + "; both exist since MongoDB 6.0. Or stop all writers yourself and say"
                                + " so: --unfenced"));
    }

    /**
     * What is known of writes of others: whether the fence is up now; the {@code first} of them in the oplog; from when on that
     * was read, empty where it may not be; and whether that is all since the time that was asked for.
     */
    public record Writes(boolean fenced, Optional<String> first, Optional<ClusterTime> oplog, boolean allOfOplog) {}

    /** Looks for writes to {@code namespaces} after {@code since} by others than the user that writes back. */
    public Writes writesOfOthers(Collection<Namespace> namespaces, ClusterTime since) {
        String during = "look who wrote to MongoDB";
        boolean up = retry.call(new Retry.Ask(during, "the action serverStatus (role clusterMonitor)"), this::isUp);
        Optional<ClusterTime> begins = OplogFacts.begins(members.main());
        try {
            Optional<String> first = retry.call(
                    new Retry.Ask(during, "role read on database local"),
                    () -> ForeignWrites.first(members.main(), namespaces, since));
            Optional<ClusterTime> from = begins.map(begin -> begin.isAfter(since) ? begin : since);
            return new Writes(
                    up, first, from, begins.isPresent() && !begins.get().isAfter(since));
        } catch (FailedException mayNotLook) {
            if (mayNotLook.failure() instanceof Failure.Refused) {
                return new Writes(up, Optional.empty(), Optional.empty(), false);
            }
            throw mayNotLook;
        }
    }

    private boolean isUp() {
        BsonDocument replication =
                ask(new BsonDocument("serverStatus", new BsonInt32(1))).getDocument("repl", new BsonDocument());
        return replication.getNumber("userWriteBlockMode", new BsonInt32(0)).intValue() == BLOCKED;
    }

    /** When this returns, nothing that others had begun can still be written; fails when that takes longer. */
    public void raise(Duration patience) throws InterruptedException {
        set(true, patience, "keep all others from writing to MongoDB");
    }

    /** Everybody writes again; harmless where there is no fence. */
    public void lower() throws InterruptedException {
        set(false, Duration.ofSeconds(30), "let all write to MongoDB again");
    }

    private void set(boolean block, Duration patience, String during) throws InterruptedException {
        Retry.Ask ask = new Retry.Ask(during, RIGHT);
        BsonDocument unused = Failures.once(ask, () -> {
            try {
                return ask(new BsonDocument("setUserWriteBlockMode", new BsonInt32(1))
                        .append("global", BsonBoolean.valueOf(block))
                        .append("maxTimeMS", new BsonInt64(Math.max(1, patience.toMillis()))));
            } catch (MongoCommandException e) {
                if (!block && e.getErrorCode() == Failures.COMMAND_NOT_FOUND) {
                    return new BsonDocument(); // there can be none
                }
                throw e;
            }
        });
    }

    private BsonDocument ask(BsonDocument command) {
        try (Conversation talk = new Conversation(members.main(), ReadPreference.primary())) {
            return talk.ask("admin", command).asDocument();
        }
    }
}
