package dev.changeover.mongo;

import dev.changeover.Change;
import dev.changeover.ChangeBatch;
import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.ResumeToken;
import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonValues;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.ExtendedJson;
import dev.changeover.bson.Ids;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads change stream answers from their bytes. Not thread-safe. */
final class ChangeEvents {
    private static final Set<String> OF_DOCUMENTS = Set.of("insert", "update", "replace", "delete");
    /** A token's data is hex of: 0x82, then the cluster time as 64 bits, highest first (MongoDB's KeyString format). */
    private static final int TOKEN_TIMESTAMP = 0x82;

    private final BsonCursor event = new BsonCursor();
    private final BsonCursor part = new BsonCursor();

    ChangeBatch read(Reply reply) {
        List<Change> changes = new ArrayList<>(reply.size());
        for (int i = 0; i < reply.size(); i++) {
            changes.add(change(reply.bytes(), reply.offset(i), reply.offset(i) + reply.length(i)));
        }
        byte[] token = token(reply);
        Bytes json = new Bytes(128);
        ExtendedJson.write(json, BsonType.DOCUMENT, token, 0, token.length);
        String text = new String(json.array(), 0, json.size(), StandardCharsets.UTF_8);
        ClusterTime position = time(token, 0, token.length);
        return new ChangeBatch(
                changes, new ResumeToken(text), position, reply.operationTime().orElse(position));
    }

    /** The time up to which an answer tells everything. */
    ClusterTime position(Reply reply) {
        byte[] token = token(reply);
        return time(token, 0, token.length);
    }

    private static byte[] token(Reply reply) {
        return reply.inCursor("postBatchResumeToken")
                .orElseThrow(() -> malformed("an answer without postBatchResumeToken"));
    }

    private Change change(byte[] b, int start, int end) {
        String operation = "";
        Namespace namespace = new Namespace("", "");
        Optional<Namespace> to = Optional.empty();
        Optional<ClusterTime> at = Optional.empty();
        Optional<UUID> uuid = Optional.empty();
        @Nullable IdBound key = null;
        event.open(b, start, end);
        while (event.next()) {
            switch (event.name()) {
                case "operationType" -> operation = text(b, event.valueStart(), event.valueEnd());
                case "clusterTime" -> at = Optional.of(ClusterTime.ofBits(BsonValues.int64(b, event.valueStart())));
                case "ns" -> namespace = namespace(b, event.valueStart(), event.valueEnd());
                case "to" -> to = Optional.of(namespace(b, event.valueStart(), event.valueEnd()));
                case "collectionUUID" -> uuid = Optional.of(uuid(b, event.valueStart()));
                case "documentKey" -> key = Ids.of(b, event.valueStart(), event.valueEnd());
                default -> {} // the resume token, the session: not needed here
            }
        }
        String kind = operation;
        ClusterTime time = at.orElseThrow(() -> malformed("a " + kind + " event without clusterTime"));
        if (!OF_DOCUMENTS.contains(operation)) {
            return new Change.Schema(operation, namespace, to, uuid, time);
        }
        if (key == null) {
            throw malformed("a " + operation + " event without documentKey");
        }
        return new Change.Document(namespace, key, time);
    }

    Namespace namespace(byte[] b, int start, int end) {
        String database = "";
        String collection = "";
        part.open(b, start, end);
        while (part.next()) {
            if (part.name().equals("db")) {
                database = text(b, part.valueStart(), part.valueEnd());
            } else if (part.name().equals("coll")) {
                collection = text(b, part.valueStart(), part.valueEnd());
            }
        }
        return new Namespace(database, collection);
    }

    /** Of a binary value: its length and subtype come first. */
    private static UUID uuid(byte[] b, int start) {
        return new UUID(
                Long.reverseBytes(BsonValues.int64(b, start + 5)), Long.reverseBytes(BsonValues.int64(b, start + 13)));
    }

    static String text(byte[] b, int start, int end) {
        return new String(b, start + 4, end - 1 - (start + 4), StandardCharsets.UTF_8);
    }

    /** The cluster time that a resume token stands for. */
    private ClusterTime time(byte[] token, int start, int end) {
        part.open(token, start, end);
        while (part.next()) {
            if (part.name().equals("_data") && part.type() == BsonType.STRING) {
                byte[] data = HexFormat.of()
                        .parseHex(
                                text(token, part.valueStart(), part.valueEnd()).substring(0, 18));
                if ((data[0] & 0xFF) == TOKEN_TIMESTAMP) {
                    return ClusterTime.ofBits(Long.reverseBytes(BsonValues.int64(data, 1)));
                }
            }
        }
        throw malformed("a resume token of an unknown form");
    }

    private static FailedException malformed(String what) {
        return new FailedException(new Failure.Refused(
                "read the change stream",
                "the server sent " + what,
                "This server is not one that Changeover can follow; please report it with the server's version."));
    }
}
