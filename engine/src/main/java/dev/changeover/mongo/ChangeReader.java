package dev.changeover.mongo;

import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.ReadPreference;
import dev.changeover.ChangeBatch;
import dev.changeover.ClusterTime;
import dev.changeover.ResumeToken;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.BsonTimestamp;

/**
 * The change stream of the whole deployment, or of one database where the user may watch no more: which documents
 * changed, never the documents. An answer is handed out once; after a failure, open another reader at the last token.
 * Confined to one thread.
 */
public final class ChangeReader implements AutoCloseable {
    /** Keys, and the few fields that schema changes need. */
    private static final BsonDocument KEYS =
            BsonDocument.parse("{$project: {_id: 1, operationType: 1, ns: 1, documentKey: 1, clusterTime: 1, to: 1,"
                    + " operationDescription: 1, collectionUUID: 1, lsid: 1, txnNumber: 1}}");

    private final Members members;
    private final Optional<String> database;
    private final StartPoint start;
    private final int batchSize;
    private final List<BsonDocument> stages;
    private final Retry.Ask ask;
    private final ChangeEvents events = new ChangeEvents();
    private Optional<Conversation> conversation = Optional.empty();
    private String askedOf = "admin";
    private long cursor;
    private boolean tellsAll;

    ChangeReader(Members members, Optional<String> database, StartPoint start, int batchSize) {
        this(members, database, start, batchSize, List.of(KEYS));
    }

    /** {@code stages} make of each event what is read of it. */
    ChangeReader(
            Members members, Optional<String> database, StartPoint start, int batchSize, List<BsonDocument> stages) {
        this.members = members;
        this.database = database;
        this.start = start;
        this.batchSize = batchSize;
        this.stages = List.copyOf(stages);
        ask = new Retry.Ask(
                "read the change stream " + start.describe(),
                database.map(name -> "role read on database " + name).orElse("role readAnyDatabase"));
    }

    /** The token that stands exactly at {@code t0}: of an answer that holds no event. */
    static ResumeToken firstToken(Members members, Retry retry, Optional<String> database, ClusterTime t0) {
        try (ChangeReader reader = new ChangeReader(members, database, new StartPoint.At(t0), 0)) {
            return retry.call(reader.ask, () -> reader.events.read(reader.open()))
                    .token();
        }
    }

    /** What has happened since; waits up to {@code patience} when nothing has, and then says how far time has come. */
    public ChangeBatch next(Duration patience) throws InterruptedException {
        return Failures.once(ask, () -> events.read(answer(patience)));
    }

    /** The next answer as it is; overwritten by the one after it. */
    Reply answer(Duration patience) {
        return conversation.isEmpty() ? open() : more(conversation.get(), patience);
    }

    /** With the events that newer servers have of schema changes, where the server has them. */
    private Reply open() {
        try {
            return open(true);
        } catch (MongoCommandException e) {
            if (e.getErrorCode() != Failures.UNKNOWN_FIELD) {
                throw e;
            }
        }
        return open(false);
    }

    private Reply open(boolean expanded) {
        try {
            return open("admin", true, expanded);
        } catch (MongoCommandException e) {
            if (e.getErrorCode() != Failures.UNAUTHORIZED || database.isEmpty()) {
                throw e;
            }
        }
        return open(database.get(), false, expanded);
    }

    private Reply open(String in, boolean wholeCluster, boolean expanded) {
        BsonDocument stage = stage();
        if (expanded) {
            stage.append("showExpandedEvents", BsonBoolean.TRUE);
        }
        if (wholeCluster) {
            stage.append("allChangesForCluster", BsonBoolean.TRUE);
        }
        BsonArray pipeline = new BsonArray(List.of(new BsonDocument("$changeStream", stage)));
        pipeline.addAll(stages);
        BsonDocument command = new BsonDocument("aggregate", new BsonInt32(1))
                .append("pipeline", pipeline)
                .append("cursor", new BsonDocument("batchSize", new BsonInt32(batchSize)));
        Conversation fresh = new Conversation(members.main(), ReadPreference.primary());
        try {
            Reply reply = fresh.ask(in, command);
            conversation = Optional.of(fresh);
            askedOf = in;
            cursor = reply.cursorId();
            tellsAll = expanded;
            return reply;
        } catch (MongoException e) {
            fresh.close();
            throw e;
        }
    }

    private BsonDocument stage() {
        return switch (start) {
            case StartPoint.At at ->
                new BsonDocument(
                        "startAtOperationTime", new BsonTimestamp(at.t0().bits()));
            case StartPoint.After after ->
                new BsonDocument("resumeAfter", BsonDocument.parse(after.token().json()));
        };
    }

    /** True when the creation of a collection is an event too (MongoDB 6.0 and later); known after the first answer. */
    public boolean tellsCreations() {
        return tellsAll;
    }

    private Reply more(Conversation open, Duration patience) {
        return open.ask(
                askedOf,
                new BsonDocument("getMore", new BsonInt64(cursor))
                        .append("collection", new BsonString("$cmd.aggregate"))
                        .append("batchSize", new BsonInt32(batchSize))
                        .append("maxTimeMS", new BsonInt64(Math.max(1, patience.toMillis()))));
    }

    /** Where a stream is opened. */
    public sealed interface StartPoint {
        /** Just behind what that token stands for. */
        record After(ResumeToken token) implements StartPoint {}

        /** At an instant, that instant's own changes included. */
        record At(ClusterTime t0) implements StartPoint {}

        default String describe() {
            return switch (this) {
                case After after -> "after its stored token";
                case At at -> "from cluster time " + at.t0();
            };
        }
    }

    @Override
    public void close() {
        conversation.ifPresent(open -> {
            if (cursor != 0) {
                open.kill(askedOf, "$cmd.aggregate", cursor);
            }
            open.close();
        });
        conversation = Optional.empty();
    }
}
