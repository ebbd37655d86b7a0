package dev.changeover.dump;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.MalformedBsonException;
import dev.changeover.dump.Elements.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bson.RawBsonDocument;

/** One entry of an oplog, or one operation of an applyOps in it. */
final class Entry {
    private static final int SHOWN_MOST = 600;
    private static final byte[] NOTHING = {5, 0, 0, 0, 0};

    private final byte[] bytes;
    private final Map<String, Value> fields;

    Entry(byte[] bytes) {
        this.bytes = bytes;
        fields = Elements.map(bytes);
    }

    private String text(String field) {
        Value value = fields.get(field);
        return value == null ? "" : value.text().orElse("");
    }

    /** i, u, d, c (a command) or n (nothing); newer servers have more. */
    String kind() {
        return text("op");
    }

    String namespace() {
        return text("ns");
    }

    private byte[] document(String field) {
        Value value = fields.get(field);
        return value != null && value.is(BsonType.DOCUMENT) ? value.bytes() : NOTHING;
    }

    /** The document, the change or the command. */
    byte[] object() {
        return document("o");
    }

    /** Of an update: what names the document. */
    byte[] object2() {
        return document("o2");
    }

    /** A command's name, which is its first field. */
    String command() {
        return Elements.map(object()).keySet().stream().findFirst().orElse("");
    }

    /** What makes the entries of one transaction one; empty for all others. */
    Optional<String> transaction() {
        Value session = fields.get("lsid");
        Value number = fields.get("txnNumber");
        Value several = fields.get("multiOpType");
        boolean isCommand = kind().equals("c")
                && List.of("applyOps", "commitTransaction", "abortTransaction").contains(command());
        if (session == null || number == null || !isCommand || several != null && several.number() == 1) {
            return Optional.empty();
        }
        return Optional.of(HexFormat.of().formatHex(session.bytes()) + "/" + number.number());
    }

    boolean is(String flag) {
        Value value = Elements.map(object()).get(flag);
        return value != null && value.number() != 0;
    }

    /** Whether an earlier entry of its transaction is said to be before it. */
    boolean hasBefore() {
        Map<String, Value> before = Elements.map(document("prevOpTime"));
        Value time = before.get("ts");
        return time != null && time.number() != 0;
    }

    /** The operations of an applyOps. */
    List<Entry> operations() {
        Value all = Elements.map(object()).get("applyOps");
        if (all == null || !all.is(BsonType.ARRAY)) {
            throw notUnderstood("an applyOps without operations");
        }
        List<Entry> operations = new ArrayList<>();
        Elements.each(all.bytes(), (index, one) -> operations.add(new Entry(one.bytes())));
        return operations;
    }

    FailedException notUnderstood(String why) {
        return new FailedException(new Failure.Refused(
                "replay the oplog",
                why + ": " + shown(),
                "Nothing has been skipped. Make a dump in a time without such operations, or without --oplog while nobody"
                        + " writes."));
    }

    private String shown() {
        try {
            String text = new RawBsonDocument(Arrays.copyOf(bytes, bytes.length)).toJson();
            return text.length() > SHOWN_MOST ? text.substring(0, SHOWN_MOST) + "..." : text;
        } catch (RuntimeException | StackOverflowError e) {
            throw new MalformedBsonException("an entry of the oplog that cannot be shown: " + e.getMessage());
        }
    }
}
