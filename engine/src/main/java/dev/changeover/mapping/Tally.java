package dev.changeover.mapping;

import dev.changeover.bson.BsonType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What became of every value that f has read: the collection's ledger while it is being written. Not thread-safe. */
public final class Tally {
    /** One line: values at {@code field} that ended as {@code outcome} for {@code reason}; {@code example} is a mongo_id. */
    public record Line(String field, Outcome outcome, String reason, long values, String example) {}

    /** Where a value went. */
    public enum Outcome {
        /** In its column, in the type the plan gave it. */
        EXACT,
        /** In its column, equal in value; its type is noted in mongo_extra. */
        CONVERTED,
        /** In mongo_extra. */
        KEPT,
        /** Left behind, because the plan says so. */
        EXCLUDED
    }

    /** Fields that the plan does not know may be without end (keys as data); past this many they share a line. */
    private static final int UNKNOWN_FIELDS_MAX = 1_000;

    /** What they share there. */
    public static final String OTHER_FIELDS = "(other fields)";

    private record Key(String field, Reason reason, BsonType type) {}

    private static final class Counter {
        private final String example;
        private long values;

        private Counter(String example) {
            this.example = example;
        }
    }

    private final List<Exact> exact = new ArrayList<>();
    private final Map<Key, Counter> others = new HashMap<>();
    private int unknownFields;
    private long documents;
    private long values;

    /** The values of one field that went into their column as they were; the one counter on the hot path. */
    static final class Exact {
        private final String field;
        private long values;

        private Exact(String field) {
            this.field = field;
        }

        void add() {
            values++;
        }
    }

    Exact exact(String field) {
        Exact counter = new Exact(field);
        exact.add(counter);
        return counter;
    }

    void documentRead() {
        documents++;
    }

    void valueRead() {
        values++;
    }

    /** Counts a value that did not simply go into its column. */
    void count(String field, Reason reason, BsonType type, MongoId example) {
        Key key = new Key(field, reason, type);
        Counter counter = others.get(key);
        if (counter == null) {
            if (reason == Reason.NOT_IN_PLAN && ++unknownFields > UNKNOWN_FIELDS_MAX && !field.equals(OTHER_FIELDS)) {
                count(OTHER_FIELDS, reason, type, example);
                return;
            }
            counter = new Counter(example.text());
            others.put(key, counter);
        }
        counter.values++;
    }

    /** Documents handed to f. */
    public long documents() {
        return documents;
    }

    /** Values found in them, counted where they are read; must equal the sum over {@link #lines}. */
    public long values() {
        return values;
    }

    public List<Line> lines() {
        List<Line> lines = new ArrayList<>();
        for (Exact counter : exact) {
            if (counter.values > 0) {
                lines.add(new Line(counter.field, Outcome.EXACT, Reason.EXACT.text, counter.values, ""));
            }
        }
        others.forEach((key, counter) ->
                lines.add(new Line(key.field(), key.reason().outcome, reason(key), counter.values, counter.example)));
        return lines;
    }

    /** Values of a field that the plan does not know; {@code example} is a mongo_id. */
    public record Unknown(String field, BsonType type, long values, String example) {}

    /** Those of {@link #lines} whose fields the plan does not know. */
    public List<Unknown> unknown() {
        List<Unknown> unknown = new ArrayList<>();
        others.forEach((key, counter) -> {
            if (key.reason() == Reason.NOT_IN_PLAN) {
                unknown.add(new Unknown(key.field(), key.type(), counter.values, counter.example));
            }
        });
        return unknown;
    }

    private static String reason(Key key) {
        return key.type().alias() + ": " + key.reason().text;
    }

    public void clear() {
        exact.forEach(counter -> counter.values = 0);
        others.clear();
        unknownFields = 0;
        documents = 0;
        values = 0;
    }
}
