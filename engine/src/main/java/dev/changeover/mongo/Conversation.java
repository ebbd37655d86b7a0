package dev.changeover.mongo;

import com.mongodb.ClientSessionOptions;
import com.mongodb.MongoException;
import com.mongodb.ReadPreference;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import java.util.List;
import org.bson.BsonArray;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.codecs.configuration.CodecRegistries;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands sent to one client in one server session, as cursors need it: a cursor answers only the session that opened
 * it. Each answer overwrites the one before. Not thread-safe.
 */
final class Conversation implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Conversation.class);

    private final MongoClient client;
    private final ClientSession session;
    private final ReadPreference reads;
    private final Reply reply = new Reply();

    Conversation(MongoClient client, ReadPreference reads) {
        this.client = client;
        this.reads = reads;
        session = client.startSession(
                ClientSessionOptions.builder().causallyConsistent(false).build());
    }

    Reply ask(String database, BsonDocument command) {
        return filled(client, reply, database).runCommand(session, command, reads, Reply.class);
    }

    /** The same in a session whose transaction says where it reads. */
    static Reply ask(MongoClient client, ClientSession session, String database, BsonDocument command, Reply reply) {
        return filled(client, reply, database).runCommand(session, command, ReadPreference.primary(), Reply.class);
    }

    private static MongoDatabase filled(MongoClient client, Reply reply, String database) {
        return client.getDatabase(database)
                .withCodecRegistry(CodecRegistries.fromRegistries(
                        CodecRegistries.fromCodecs(new Reply.Filler(reply)), client.getCodecRegistry()));
    }

    /** Ends a cursor of this session, if the server can still be reached; else its time-out does. */
    void kill(String database, String collection, long cursor) {
        try {
            ask(
                    database,
                    new BsonDocument("killCursors", new BsonString(collection))
                            .append("cursors", new BsonArray(List.of(new BsonInt64(cursor)))));
        } catch (MongoException gone) {
            log.atDebug().addKeyValue("reason", Failures.words(gone)).log("cursor left to the server's time-out");
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
