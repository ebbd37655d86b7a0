package dev.changeover.dump;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.bson.BsonDocument;
import org.bson.BsonTimestamp;
import org.bson.Document;
import org.bson.RawBsonDocument;

/** What the server's own oplog has of one database. */
public record Oplog(MongoClient client, MongoDatabase database) {
    private MongoCollection<RawBsonDocument> entries() {
        return client.getDatabase("local").getCollection("oplog.rs", RawBsonDocument.class);
    }

    BsonTimestamp now() {
        BsonDocument last = entries().find().sort(new Document("$natural", -1)).first();
        return Objects.requireNonNull(last).getTimestamp("ts");
    }

    /** Its entries after {@code begin}, among them all transactions. */
    List<byte[]> since(BsonTimestamp begin) {
        List<byte[]> found = new ArrayList<>();
        entries()
                .find(Filters.and(
                        Filters.gt("ts", begin),
                        Filters.or(
                                Filters.regex("ns", "^" + database.getName() + "\\."), Filters.eq("ns", "admin.$cmd"))))
                .forEach(entry -> found.add(Dumped.bytes(entry)));
        return found;
    }

    /** A folder as mongodump --oplog makes it of a database that is written to meanwhile; returns it. */
    public static Path dump(Path folder, String mongoUri, String name, Consumer<MongoDatabase> writes) {
        try (MongoClient client = MongoClients.create(mongoUri)) {
            MongoDatabase database = client.getDatabase(name);
            Oplog oplog = new Oplog(client, database);
            BsonTimestamp begin = oplog.now();
            Dumped.folder(folder, name, Dumped.of(database), false);
            writes.accept(database);
            Dumped.write(folder.resolve("oplog.bson"), false, out -> Dumped.writeAll(out, oplog.since(begin)));
            return folder;
        }
    }
}
