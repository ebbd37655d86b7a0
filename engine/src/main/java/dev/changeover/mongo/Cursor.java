package dev.changeover.mongo;

import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.bson.Ids;
import dev.changeover.bson.RawBatch;
import dev.changeover.source.ChunkReader;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonInt64;
import org.bson.BsonString;

/** A server's cursor, read batch by batch on the member that opened it. Confined to one thread. */
final class Cursor implements ChunkReader {
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
        return Failures.once(ask, () -> {
            open();
            Optional<RawBatch> batch = held.isPresent() ? held : fetch();
            held = Optional.empty();
            return batch;
        });
    }

    @Override
    public IdBound edge(RawBatch last) {
        return Ids.of(last, 0);
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
        if (cursorId != 0) {
            conversation.kill(namespace.database(), namespace.collection(), cursorId);
        }
        cursorId = 0;
        commands.clear();
        conversation.close();
    }
}
