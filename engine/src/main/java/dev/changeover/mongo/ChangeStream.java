package dev.changeover.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.ReadPreference;
import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.ResumeToken;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;
import org.bson.RawBsonDocument;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/**
 * The change stream of the whole deployment, which no drop or rename ends; of one database where the user may watch no
 * more.
 */
final class ChangeStream {
    /** Which documents changed, and the few fields that schema changes need; never the documents themselves. */
    private static final BsonDocument PROJECTION =
            BsonDocument.parse("{$project: {_id: 1, operationType: 1, ns: 1, documentKey: 1, clusterTime: 1, to: 1,"
                    + " operationDescription: 1, collectionUUID: 1, lsid: 1, txnNumber: 1}}");

    private final Members members;
    private final Retry retry;
    private final Optional<String> database;

    ChangeStream(Members members, Retry retry, Optional<String> database) {
        this.members = members;
        this.retry = retry;
        this.database = database;
    }

    ResumeToken firstToken(ClusterTime t0) {
        Retry.Ask ask = new Retry.Ask(
                "open a change stream",
                database.map(name -> "role read on database " + name).orElse("role readAnyDatabase"));
        byte[] token = retry.call(ask, () -> {
            try {
                return open("admin", true, t0);
            } catch (MongoCommandException e) {
                if (e.getErrorCode() != Failures.UNAUTHORIZED || database.isEmpty()) {
                    throw e;
                }
            }
            return open(database.get(), false, t0);
        });
        return new ResumeToken(new RawBsonDocument(token)
                .toJson(JsonWriterSettings.builder()
                        .outputMode(JsonMode.EXTENDED)
                        .build()));
    }

    /** Opens and closes the stream; its first answer holds no event, so its token stands exactly at {@code t0}. */
    private byte[] open(String in, boolean wholeCluster, ClusterTime t0) {
        BsonDocument stage = new BsonDocument("startAtOperationTime", new BsonTimestamp(t0.bits()));
        if (wholeCluster) {
            stage.append("allChangesForCluster", BsonBoolean.TRUE);
        }
        BsonDocument command = new BsonDocument("aggregate", new BsonInt32(1))
                .append("pipeline", new BsonArray(List.of(new BsonDocument("$changeStream", stage), PROJECTION)))
                .append("cursor", new BsonDocument("batchSize", new BsonInt32(0)));
        try (Conversation conversation = new Conversation(members.main(), ReadPreference.primary())) {
            Reply reply = conversation.ask(in, command);
            long cursor = reply.cursorId();
            byte[] token = reply.inCursor("postBatchResumeToken")
                    .orElseThrow(() -> new FailedException(new Failure.Refused(
                            "open a change stream",
                            "the server gave no resume token",
                            "Changeover needs MongoDB 4.4 or newer; look-alikes may not have change streams.")));
            conversation.ask(
                    in,
                    new BsonDocument("killCursors", new BsonString("$cmd.aggregate"))
                            .append("cursors", new BsonArray(List.of(new BsonInt64(cursor)))));
            return token;
        }
    }
}
