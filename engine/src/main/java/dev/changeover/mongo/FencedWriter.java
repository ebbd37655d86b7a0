package dev.changeover.mongo;

import com.mongodb.ClientSessionOptions;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.TransactionOptions;
import com.mongodb.WriteConcern;
import com.mongodb.client.ClientSession;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.Ids;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.RawBsonDocument;

/**
 * Writes documents in transactions each of which also moves a fencing document on, from exactly the epoch and sequence
 * that this writer left it at: whoever has been overtaken commits nothing. Confined to one thread.
 */
public final class FencedWriter implements AutoCloseable {
    /** Where the fencing documents are: in a database of our own, so that no collection of the source is touched. */
    static final Namespace FENCES = new Namespace("changeover", "reverse");

    private static final int DUPLICATE_KEY = 11_000;
    private static final BsonDocument MAJORITY = BsonDocument.parse("{w: 'majority', wtimeout: 30000}");
    private static final TransactionOptions OPTIONS = TransactionOptions.builder()
            .readConcern(ReadConcern.SNAPSHOT)
            .writeConcern(WriteConcern.MAJORITY.withWTimeout(30, TimeUnit.SECONDS))
            .readPreference(ReadPreference.primary())
            .build();

    private final Members members;
    private final UUID fence;
    private final long epoch;
    private long sequence;

    private FencedWriter(Members members, UUID fence, long epoch) {
        this.members = members;
        this.fence = fence;
        this.epoch = epoch;
    }

    /** Takes the fence over from every earlier epoch; refused when a later one has it. */
    static FencedWriter take(Members members, UUID fence, long epoch) throws InterruptedException {
        FencedWriter writer = new FencedWriter(members, fence, epoch);
        writer.take();
        return writer;
    }

    private void take() throws InterruptedException {
        Retry.Ask ask = ask("take the fence of the way back");
        Failures.once(ask, () -> {
            try (Conversation talk = new Conversation(members.main(), ReadPreference.primary())) {
                BsonDocument query = BsonDocument.parse("{epoch: {$lt: {$numberLong: '" + epoch + "'}}}");
                BsonDocument set = BsonDocument.parse("{$set: {epoch: {$numberLong: '" + epoch
                        + "'}, sequence: {$numberLong: '0'}}, $currentDate: {since: true}}");
                BsonDocument change = new BsonDocument(
                                "q", query.append("_id", new org.bson.BsonString(fence.toString())))
                        .append("u", set)
                        .append("upsert", org.bson.BsonBoolean.TRUE);
                BsonDocument answer = talk.ask(
                                FENCES.database(),
                                new BsonDocument("update", new org.bson.BsonString(FENCES.collection()))
                                        .append("updates", new BsonArray(List.of(change)))
                                        .append("writeConcern", MAJORITY))
                        .asDocument();
                boolean held = answer.getArray("writeErrors", new BsonArray()).stream()
                        .anyMatch(e -> e.asDocument().getInt32("code").getValue() == DUPLICATE_KEY);
                if (!held) {
                    Heartbeat.requireWritten(answer);
                }
                return held;
            }
        });
        sequence = readSequence(ask);
    }

    private long readSequence(Retry.Ask ask) throws InterruptedException {
        return Failures.once(ask, () -> {
            try (Conversation talk = new Conversation(members.main(), ReadPreference.primary())) {
                BsonDocument find = new BsonDocument("find", new org.bson.BsonString(FENCES.collection()))
                        .append("filter", new BsonDocument("_id", new org.bson.BsonString(fence.toString())))
                        .append("readConcern", BsonDocument.parse("{level: 'majority'}"));
                Reply reply = talk.ask(FENCES.database(), find);
                BsonDocument found = new RawBsonDocument(reply.bytes(), reply.offset(0), reply.length(0));
                if (found.getNumber("epoch").longValue() != epoch) {
                    throw overtaken(ask.during());
                }
                return found.getNumber("sequence").longValue();
            }
        });
    }

    private static FailedException overtaken(String during) {
        return new FailedException(new Failure.Refused(
                during, "another process has taken over the way back to MongoDB", "Let it go on; nothing is lost."));
    }

    private static Retry.Ask ask(String during) {
        return new Retry.Ask(during, "role readWrite on the databases of the collections and on database changeover");
    }

    /** A write that the server refuses for what the document is; the transaction is over then. */
    public static final class RefusedWrite extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient Write write;
        private final boolean duplicate;

        RefusedWrite(Write write, int code, String message) {
            super(message);
            this.write = write;
            duplicate = code == DUPLICATE_KEY;
        }

        public Write write() {
            return write;
        }

        /** True when another document has a value of a unique index. */
        public boolean duplicate() {
            return duplicate;
        }
    }

    /** One change of one collection's document. */
    public sealed interface Write {
        Namespace namespace();

        record Delete(Namespace namespace, IdBound key) implements Write {}

        record Insert(Namespace namespace, byte[] document) implements Write {}

        record Replace(Namespace namespace, byte[] document) implements Write {}
    }

    /** One transaction. Confined to the work that it is handed to. */
    public final class Transaction {
        private final ClientSession session;
        private final Reply reply = new Reply();
        private final Retry.Ask ask;

        private Transaction(ClientSession session, Retry.Ask ask) {
            this.session = session;
            this.ask = ask;
        }

        /** The documents of these keys, by key; one whose key is equal to MongoDB but not by its bytes is not meant. */
        public Map<IdBound, byte[]> read(Namespace namespace, List<IdBound> keys) throws InterruptedException {
            Map<IdBound, byte[]> found = new HashMap<>();
            if (keys.isEmpty()) {
                return found;
            }
            Failures.once(ask, () -> {
                BsonWriter find = new BsonWriter(new Bytes(64 + keys.size() * 32)).begin();
                find.name(BsonType.STRING, "find").string(namespace.collection());
                find.name(BsonType.DOCUMENT, "filter").begin();
                find.name(BsonType.DOCUMENT, "_id")
                        .begin()
                        .name(BsonType.ARRAY, "$in")
                        .begin();
                for (int i = 0; i < keys.size(); i++) {
                    key(find, Integer.toString(i), keys.get(i));
                }
                find.end().end().end();
                run(namespace, find.end());
                take(found);
                while (reply.cursorId() != 0) {
                    BsonWriter more = new BsonWriter(new Bytes(64)).begin();
                    more.name(BsonType.INT64, "getMore").int64(reply.cursorId());
                    more.name(BsonType.STRING, "collection").string(namespace.collection());
                    run(namespace, more.end());
                    take(found);
                }
                return found;
            });
            found.keySet().retainAll(keys);
            return found;
        }

        private void take(Map<IdBound, byte[]> found) {
            for (int i = 0; i < reply.size(); i++) {
                byte[] document = reply.document(i);
                found.put(Ids.of(document, 0, document.length), document);
            }
        }

        /** Deletes first, then replacements, then insertions; those of one kind in their order. */
        public void write(List<Write> writes) throws InterruptedException {
            for (Class<? extends Write> kind : List.of(Write.Delete.class, Write.Replace.class, Write.Insert.class)) {
                List<Write> some = new ArrayList<>();
                long bytes = 0;
                for (Write write : writes) {
                    if (!kind.isInstance(write)) {
                        continue;
                    }
                    boolean full = bytes + size(write) > MESSAGE || some.size() == MOST_IN_MESSAGE;
                    if (!some.isEmpty() && (full || !some.getFirst().namespace().equals(write.namespace()))) {
                        send(some);
                        some.clear();
                        bytes = 0;
                    }
                    some.add(write);
                    bytes += size(write);
                }
                send(some);
            }
        }

        private void send(List<Write> writes) throws InterruptedException {
            if (writes.isEmpty()) {
                return;
            }
            Namespace namespace = writes.getFirst().namespace();
            BsonDocument answer = Failures.once(ask, () -> run(namespace, WriteCommands.of(writes)));
            BsonArray errors = answer.getArray("writeErrors", new BsonArray());
            if (!errors.isEmpty()) {
                BsonDocument error = errors.get(0).asDocument();
                throw new RefusedWrite(
                        writes.get(error.getInt32("index").getValue()),
                        error.getInt32("code").getValue(),
                        Failures.line(error.getString("errmsg").getValue()));
            }
            if (answer.getInt32("n", new BsonInt32(0)).getValue() != writes.size()) {
                throw new FailedException(new Failure.Transient(
                        ask.during(), "a document has gone meanwhile", java.time.Duration.ofMillis(100)));
            }
        }

        /** Moves the fencing document on; all of the transaction, or nothing, is from this epoch. */
        private void passFence() throws InterruptedException {
            BsonDocument answer = Failures.once(ask, () -> {
                BsonWriter update = new BsonWriter(new Bytes(256)).begin();
                update.name(BsonType.STRING, "update").string(FENCES.collection());
                update.name(BsonType.ARRAY, "updates").begin();
                update.name(BsonType.DOCUMENT, "0").begin();
                update.name(BsonType.DOCUMENT, "q").begin();
                update.name(BsonType.STRING, "_id").string(fence.toString());
                update.name(BsonType.INT64, "epoch").int64(epoch);
                update.name(BsonType.INT64, "sequence").int64(sequence).end();
                update.name(BsonType.DOCUMENT, "u").begin();
                update.name(BsonType.DOCUMENT, "$inc").begin();
                update.name(BsonType.INT64, "sequence").int64(1).end().end();
                return run(FENCES, update.end().end().end());
            });
            if (answer.getInt32("n", new BsonInt32(0)).getValue() != 1) {
                throw overtaken(ask.during());
            }
        }

        private BsonDocument run(Namespace namespace, BsonWriter command) {
            RawBsonDocument raw =
                    new RawBsonDocument(command.out().array(), 0, command.out().size());
            return Conversation.ask(members.main(), session, namespace.database(), raw, reply)
                    .asDocument();
        }
    }

    static final int MESSAGE = 16 << 20;
    static final int MOST_IN_MESSAGE = 1_000;

    private static long size(Write write) {
        return switch (write) {
            case Write.Delete delete -> delete.key().document().length;
            case Write.Insert insert -> insert.document().length;
            case Write.Replace replace -> replace.document().length;
        };
    }

    static void key(BsonWriter out, String name, IdBound key) {
        BsonCursor at = new BsonCursor(key.document());
        if (at.next()) {
            out.name(at.type(), name).raw(key.document(), at.valueStart(), at.valueEnd() - at.valueStart());
        }
    }

    /** What is done within a transaction. */
    public interface Work<T> {
        T in(Transaction transaction) throws InterruptedException;
    }

    /**
     * Runs {@code work} in a transaction that ends by passing the fence, and commits with majority. Fails with Transient
     * where it may have been committed or not: then {@link #resume}, look, and do it again.
     */
    public <T> T transaction(String during, Work<T> work) throws InterruptedException {
        Retry.Ask ask = ask(during);
        try (ClientSession session = members.main()
                .startSession(
                        ClientSessionOptions.builder().causallyConsistent(false).build())) {
            session.startTransaction(OPTIONS);
            Transaction transaction = new Transaction(session, ask);
            T result = work.in(transaction);
            transaction.passFence();
            Failures.once(ask, () -> {
                session.commitTransaction();
                return ask;
            });
            sequence++;
            return result;
        } // closing the session ends a transaction that was not committed
    }

    /** After a failure: finds out how far the fence is. */
    public void resume() throws InterruptedException {
        sequence = readSequence(ask("look at the fence of the way back"));
    }

    @Override
    public void close() {}
}
