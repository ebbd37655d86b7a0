package dev.changeover.mongo;

import com.mongodb.ClientSessionOptions;
import com.mongodb.ReadPreference;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import org.bson.BsonDocument;
import org.bson.codecs.configuration.CodecRegistries;

/**
 * Commands sent to one client in one server session, as cursors need it: a cursor answers only the session that opened
 * it. Each answer overwrites the one before. Not thread-safe.
 */
final class Conversation implements AutoCloseable {
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
        MongoDatabase raw = client.getDatabase(database)
                .withCodecRegistry(CodecRegistries.fromRegistries(
                        CodecRegistries.fromCodecs(new Reply.Filler(reply)), client.getCodecRegistry()));
        return raw.runCommand(session, command, reads, Reply.class);
    }

    @Override
    public void close() {
        session.close();
    }
}
