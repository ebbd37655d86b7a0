package dev.changeover.mongo;

import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import dev.changeover.FailedException;
import dev.changeover.Namespace;
import dev.changeover.bson.RawBatch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A server's cursor, read batch by batch on the member that opened it. Confined to one thread. */
final class Cursor implements ChunkReader {
    private static final Logger log = LoggerFactory.getLogger(Cursor.class);

    private final Conversation conversation;
    private final Retry.Ask ask;
    private final Namespace namespace;
    private final int batchSize;
    private final Deque<BsonDocument> commands;
    private long cursorId;
    private boolean opened;
    private Optional<RawBatch> held = Optional.empty();

    /**
     * The documents of some commands, one after the other; the first is sent when its first batch is asked for.
     *
     * @param commands finds or aggregates, their batch size included
     * @param batchSize in documents, for the batches after the first
     */
    Cursor(Conversation conversation, Retry.Ask ask, Namespace namespace, List<BsonDocument> commands, int batchSize) {
        this.conversation = conversation;
        this.ask = ask;
        this.namespace = namespace;
        this.commands = new ArrayDeque<>(commands);
        this.batchSize = batchSize;
    }

    /** Asks for the first batch, which {@link #next} then hands out. Nothing was handed out when it fails. */
    Cursor open() {
        if (!opened) {
            held = fetch();
            opened = true;
        }
        return this;
    }

    @Override
    public Optional<RawBatch> next() throws InterruptedException {
        try {
            if (!opened) {
                open();
            }
            Optional<RawBatch> batch = held.isPresent() ? held : fetch();
            held = Optional.empty();
            return batch;
        } catch (MongoInterruptedException stop) {
            Thread.interrupted(); // the driver has set the flag again; the exception carries it from here
            InterruptedException interrupted = new InterruptedException(ask.during());
            interrupted.initCause(stop);
            throw interrupted;
        } catch (MongoException e) {
            cursorId = 0; // lost or over: asking a server that may be gone to close it would only take time
            throw new FailedException(Failures.sort(ask, e), e);
        }
    }

    private Optional<RawBatch> fetch() {
        while (cursorId != 0 || !commands.isEmpty()) {
            Reply reply = conversation.ask(namespace.database(), cursorId == 0 ? commands.remove() : getMore());
            cursorId = reply.cursorId();
            if (reply.size() > 0) {
                return Optional.of(reply);
            }
        }
        return Optional.empty();
    }

    private BsonDocument getMore() {
        return new BsonDocument("getMore", new BsonInt64(cursorId))
                .append("collection", new BsonString(namespace.collection()))
                .append("batchSize", new BsonInt32(batchSize));
    }

    @Override
    public void close() {
        try {
            if (cursorId != 0) {
                conversation.ask(
                        namespace.database(),
                        new BsonDocument("killCursors", new BsonString(namespace.collection()))
                                .append("cursors", new BsonArray(List.of(new BsonInt64(cursorId)))));
            }
        } catch (MongoException gone) {
            log.atDebug().addKeyValue("reason", Failures.words(gone)).log("cursor left to the server's time-out");
        } finally {
            cursorId = 0;
            commands.clear();
            conversation.close();
        }
    }
}
