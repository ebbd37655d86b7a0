package dev.changeover.profile;

import dev.changeover.bson.BsonCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** The way through one document: a cursor for each level, used again and again. Not thread-safe. */
final class Walk {
    /** Deeper levels are counted, not looked at; MongoDB itself stops at about 180. */
    private static final int LEVELS_MOST = 64;

    private final List<BsonCursor> cursors = new ArrayList<>();
    private int depth;
    private int deepest;
    private long visits;

    /** Calls {@code visit} with a cursor that stands before the first element of the value {@code at} is on. */
    void inside(BsonCursor at, Consumer<BsonCursor> visit) {
        open(at.bytes(), at.valueStart(), at.valueEnd(), visit);
    }

    void open(byte[] bytes, int from, int to, Consumer<BsonCursor> visit) {
        depth++;
        try {
            deepest = Math.max(deepest, depth);
            if (depth <= LEVELS_MOST) {
                visit.accept(cursor(depth).open(bytes, from, to));
            }
        } finally {
            depth--;
        }
    }

    private BsonCursor cursor(int level) {
        while (cursors.size() < level) {
            cursors.add(new BsonCursor());
        }
        return cursors.get(level - 1);
    }

    /** A number that tells this visit of a document from every other. */
    long visit() {
        return ++visits;
    }

    /** The deepest level seen; a document without nested ones is at 1. */
    int deepest() {
        return deepest;
    }
}
