package dev.changeover.mapping;

import dev.changeover.bson.Bytes;
import dev.changeover.bson.Json;
import dev.changeover.plan.Paths;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where in the document the writer stands: a column's path, then the names below it as ranges of the document's bytes, so
 * that a path is only spelt, as {@link Paths} has it, when mongo_extra needs it. Not thread-safe.
 */
final class Place {
    private byte @Nullable [] base;
    private byte[] bytes = new byte[0];
    private int[] from = new int[32];
    private int[] to = new int[32];
    private int depth;

    /** Stands at a field whose path is given as the inside of a JSON string; null is the document itself. */
    Place at(byte @Nullable [] base, byte[] document) {
        this.base = base;
        bytes = document;
        depth = 0;
        return this;
    }

    void down(int nameStart, int nameEnd) {
        if (depth == from.length) {
            from = Arrays.copyOf(from, depth * 2);
            to = Arrays.copyOf(to, depth * 2);
        }
        from[depth] = nameStart;
        to[depth++] = nameEnd;
    }

    void up() {
        depth--;
    }

    /** Writes the path as a JSON string; {@code occurrence} above 1 marks a repeated field name. */
    void writeKey(Bytes out, int occurrence) {
        out.put('"');
        if (base != null) {
            out.put(base, 0, base.length);
        }
        for (int i = 0; i < depth; i++) {
            if (i > 0 || base != null) {
                out.put('.');
            }
            name(out, from[i], to[i]);
        }
        if (occurrence > 1) {
            out.putAscii("\\\\#");
            Json.integer(out, occurrence);
        }
        out.put('"');
    }

    private void name(Bytes out, int start, int end) {
        int plain = start;
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b == '.' || b == '\\' || b == '$' && i == start) {
                Json.stringPart(out, bytes, plain, i);
                out.putAscii("\\\\");
                plain = i;
            }
        }
        Json.stringPart(out, bytes, plain, end);
    }
}
