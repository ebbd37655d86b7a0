package dev.changeover.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.connection.ClusterDescription;
import com.mongodb.connection.ServerDescription;
import com.mongodb.connection.ServerType;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import java.util.ArrayList;
import java.util.List;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonString;

/** From a URI to a deployment that answers, or to a failure that says what to do. Never shows a password. */
final class Connecting {
    private static final String DURING = "connect to MongoDB";

    private Connecting() {}

    static ConnectionString parse(String uri) {
        try {
            return new ConnectionString(uri);
        } catch (IllegalArgumentException e) {
            // The driver quotes pieces of the URI, and a badly encoded password is taken for a host.
            String reason = uri.contains("@") || e.getMessage() == null
                    ? "the URI (not shown, it may hold a password) cannot be read"
                    : e.getMessage();
            throw new FailedException(
                    new Failure.WrongUse(
                            "read the MongoDB URI",
                            reason,
                            "Give mongodb://user:password@host:27017/database?authSource=admin or mongodb+srv://…;"
                                    + " percent-encode the characters : / ? # [ ] @ % in user and password."),
                    e);
        } catch (MongoException e) {
            throw new FailedException(
                    new Failure.Unreachable(
                            DURING, Failures.words(e), "Check the host name of mongodb+srv:// and that DNS answers."),
                    e);
        }
    }

    static Members reach(ConnectionString uri) {
        Members members = new Members(uri);
        try {
            requireUsable(members.hello());
            return members;
        } catch (FailedException e) {
            members.close();
            throw e;
        } catch (MongoTimeoutException e) {
            ClusterDescription seen = members.main().getClusterDescription();
            members.close();
            throw new FailedException(unreachable(seen), e);
        } catch (MongoException e) {
            members.close();
            throw new FailedException(firstContact(e), e);
        }
    }

    /** A URI of one host is taken as it is, so the member it names must be one that takes writes. */
    private static void requireUsable(BsonDocument hello) {
        boolean writable = hello.getBoolean("isWritablePrimary", hello.getBoolean("ismaster", BsonBoolean.FALSE))
                .getValue();
        if (writable) {
            return;
        }
        String set = hello.getString("setName", new BsonString("")).getValue();
        throw new FailedException(
                set.isEmpty() && hello.containsKey("isreplicaset")
                        ? notInitiated("the server")
                        : new Failure.Refused(
                                DURING,
                                "the URI leads to a member that is not the primary",
                                "Add replicaSet=" + (set.isEmpty() ? "NAME" : set)
                                        + " to the MongoDB URI, so that the primary is found; drop directConnection."));
    }

    private static Failure notInitiated(String server) {
        return new Failure.Refused(
                DURING,
                server + " was started with --replSet, but the replica set is not initiated",
                "Run rs.initiate() on it in mongosh.");
    }

    private static Failure firstContact(MongoException e) {
        Failure failure = Failures.sort(new Retry.Ask(DURING, "role read on the database"), e);
        return failure instanceof Failure.Transient gone
                ? new Failure.Unreachable(DURING, gone.reason(), "Check host, port, TLS options and firewalls.")
                : failure;
    }

    private static Failure unreachable(ClusterDescription seen) {
        List<String> answers = new ArrayList<>();
        for (ServerDescription server : seen.getServerDescriptions()) {
            if (server.getType() == ServerType.REPLICA_SET_GHOST) {
                return notInitiated(server.getAddress().toString());
            }
            answers.add(server.getAddress() + ": " + answer(server));
        }
        return new Failure.Unreachable(
                DURING,
                answers.isEmpty() ? "no server is known under this name" : String.join("; ", answers),
                remedy(seen));
    }

    private static String answer(ServerDescription server) {
        Throwable problem = server.getException();
        if (problem != null) {
            return problem instanceof MongoException known ? Failures.words(known) : problem.toString();
        }
        return server.isOk() ? "answers, but is no primary" : "no answer in time";
    }

    private static String remedy(ClusterDescription seen) {
        boolean someAnswer = seen.getServerDescriptions().stream().anyMatch(ServerDescription::isOk);
        return someAnswer
                ? "The replica set has no primary, or the URI names another replicaSet; look at rs.status()."
                : "Check host and port, that mongod runs and listens there, firewalls or the Atlas IP access list, and"
                        + " tls=true where the server asks for TLS.";
    }
}
