package dev.changeover.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.ReadPreference;
import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.source.Kinds;
import java.util.List;
import java.util.Set;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;

/**
 * A write that means nothing, acknowledged by a majority: its time is later than every write acknowledged before. A
 * no-op in the oplog where the user may write one, else a document of our own. Thread-safe.
 */
final class Heartbeat {
    /** The tool's own collection in the source, written to only where no-ops are not allowed. */
    static final String COLLECTION = Kinds.HEARTBEAT;

    private static final Set<Integer> NOT_ALLOWED =
            Set.of(Failures.UNAUTHORIZED, Failures.COMMAND_NOT_FOUND, Failures.ATLAS);
    private static final BsonDocument MAJORITY = BsonDocument.parse("{w: 'majority', wtimeout: 30000}");

    private final Members members;
    private final Retry retry;
    private final String database;

    /** In {@code database} goes the document, if it must be one. */
    Heartbeat(Members members, Retry retry, String database) {
        this.members = members;
        this.retry = retry;
        this.database = database;
    }

    ClusterTime note(String message) {
        Retry.Ask ask = new Retry.Ask(
                "write a no-op to MongoDB",
                "the action appendOplogNote on the cluster (role backup or clusterManager has it), or role readWrite on"
                        + " collection " + database + "." + COLLECTION);
        return retry.call(ask, () -> {
            try {
                return write("admin", noop(message));
            } catch (MongoCommandException e) {
                if (!NOT_ALLOWED.contains(e.getErrorCode())) {
                    throw e;
                }
            }
            return write(database, upsert(message));
        });
    }

    private static BsonDocument noop(String message) {
        return new BsonDocument("appendOplogNote", new BsonInt32(1))
                .append("data", new BsonDocument("changeover", new BsonString(message)))
                .append("writeConcern", MAJORITY);
    }

    private static BsonDocument upsert(String message) {
        BsonDocument change = BsonDocument.parse("{$inc: {n: {$numberLong: '1'}}}")
                .append("$set", new BsonDocument("message", new BsonString(message)));
        BsonDocument update =
                BsonDocument.parse("{q: {_id: 'heartbeat'}, upsert: true}").append("u", change);
        return new BsonDocument("update", new BsonString(COLLECTION))
                .append("updates", new BsonArray(List.of(update)))
                .append("writeConcern", MAJORITY);
    }

    private ClusterTime write(String into, BsonDocument command) {
        try (Conversation conversation = new Conversation(members.main(), ReadPreference.primary())) {
            Reply reply = conversation.ask(into, command);
            requireWritten(reply.asDocument());
            return reply.operationTime()
                    .orElseThrow(() -> new FailedException(new Failure.Refused(
                            "write a no-op to MongoDB",
                            "the server keeps no logical time: it is not a replica set",
                            Failures.MAKE_A_SET)));
        }
    }

    /** A write that failed, or that no majority has, is answered with ok: 1. */
    static void requireWritten(BsonDocument answer) {
        BsonDocument error = answer.getDocument("writeConcernError", new BsonDocument());
        BsonArray errors = answer.getArray("writeErrors", new BsonArray());
        if (!errors.isEmpty()) {
            error = errors.get(0).asDocument();
        }
        if (!error.isEmpty()) {
            throw new MongoException(
                    error.getInt32("code", new BsonInt32(0)).getValue(),
                    error.getString("errmsg", new BsonString("the write failed"))
                            .getValue());
        }
    }
}
