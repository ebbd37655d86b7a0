package dev.changeover.router;

import com.mongodb.MongoServerException;
import com.mongodb.event.CommandFailedEvent;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.event.CommandSucceededEvent;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.BsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Sees, as a command listener of the application's MongoClient, what each call does on MongoDB: when, whether something was
 * done, and whether an answer is missing. The driver calls it on the thread that sends the command. Thread-safe.
 */
public final class MongoTimes implements CommandListener {
    private static final Set<String> WRITES = Set.of(
            "insert",
            "update",
            "delete",
            "findAndModify",
            "bulkWrite",
            "aggregate",
            "create",
            "createIndexes",
            "drop",
            "dropDatabase",
            "dropIndexes",
            "renameCollection",
            "collMod",
            "commitTransaction");

    @Override
    public void commandStarted(CommandStartedEvent event) {
        Scope scope = Scope.current();
        if (scope == null) {
            return;
        }
        scope.saw(0);
        if (changes(event.getCommandName(), event.getCommand())) {
            scope.sent();
        }
    }

    /** What is in a transaction changes nothing before its commit. */
    private static boolean changes(String name, BsonDocument command) {
        if (!WRITES.contains(name)) {
            return false;
        }
        return name.equals("commitTransaction")
                || !command.containsKey("autocommit") && (!name.equals("aggregate") || writes(command));
    }

    private static boolean writes(BsonDocument aggregate) {
        BsonValue pipeline = aggregate.get("pipeline");
        if (pipeline == null || !pipeline.isArray() || pipeline.asArray().isEmpty()) {
            return false;
        }
        BsonValue last = pipeline.asArray().get(pipeline.asArray().size() - 1);
        return last.isDocument()
                && (last.asDocument().containsKey("$out") || last.asDocument().containsKey("$merge"));
    }

    @Override
    public void commandSucceeded(CommandSucceededEvent event) {
        Scope scope = Scope.current();
        if (scope == null) {
            return;
        }
        BsonDocument reply = event.getResponse();
        see(scope, reply);
        if (scope.isUnanswered()) {
            scope.answered();
            if (hasEffect(event.getCommandName(), reply)) {
                scope.done();
            }
        }
    }

    @Override
    public void commandFailed(CommandFailedEvent event) {
        Scope scope = Scope.current();
        if (scope == null) {
            return;
        }
        if (event.getThrowable() instanceof com.mongodb.MongoCommandException) {
            see(scope, ((com.mongodb.MongoCommandException) event.getThrowable()).getResponse());
            scope.answered();
        } else if (event.getThrowable() instanceof MongoServerException) {
            scope.answered();
        }
    }

    private static void see(Scope scope, BsonDocument reply) {
        BsonTimestamp time = reply.getTimestamp("operationTime", null);
        scope.saw(time == null ? 0 : time.getValue());
    }

    /** An update that found nothing, or an insert whose every document was refused, has none. */
    private static boolean hasEffect(String name, BsonDocument reply) {
        switch (name) {
            case "insert", "update", "delete":
                return number(reply.get("n")) > 0;
            case "bulkWrite":
                return number(reply.get("nInserted"))
                                + number(reply.get("nMatched"))
                                + number(reply.get("nUpserted"))
                                + number(reply.get("nDeleted"))
                        > 0;
            default:
                return true;
        }
    }

    private static long number(@Nullable BsonValue value) {
        return value != null && value.isNumber() ? value.asNumber().longValue() : 0;
    }
}
