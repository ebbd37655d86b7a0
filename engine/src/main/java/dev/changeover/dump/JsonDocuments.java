package dev.changeover.dump;

import dev.changeover.bson.Bytes;
import dev.changeover.bson.MalformedBsonException;
import dev.changeover.source.DamagedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Documents of mongoexport: one after the other, or an array of them; each may go over several lines. */
final class JsonDocuments implements Documents {
    private static final int USUAL = 1 << 20;
    private static final int LARGEST = 400 << 20;

    private final InputStream in;
    private final BsonDocuments.Where where;
    private final Block block = new Block();
    private final Bytes bson = new Bytes(USUAL);
    private final ExportedJson json = new ExportedJson(bson);
    private byte[] buffer = new byte[USUAL];
    private int at;
    private int end;
    private long base;
    private boolean ended;
    private final boolean array;
    private boolean closed;
    private @Nullable DamagedException damaged;

    /** {@code place} is that of the stream's next byte: the file's beginning, or a document's. {@code array}: of --jsonArray. */
    JsonDocuments(InputStream in, long place, boolean array, BsonDocuments.Where where) {
        this.in = in;
        this.where = where;
        this.array = array;
        base = place;
    }

    @Override
    public Optional<Block> next(long to) {
        bson.clear();
        block.begin(buffer);
        while (damaged == null && bson.size() < USUAL) {
            Optional<Text> found = find(to);
            if (found.isEmpty()) {
                break;
            }
            int offset = bson.size();
            try {
                json.read(buffer, found.get().start(), found.get().length());
                block.add(offset, found.get().place());
            } catch (MalformedBsonException e) {
                damaged = where.damaged(found.get().place(), String.valueOf(e.getMessage()), e);
            }
        }
        if (block.size() > 0) {
            block.holding(bson.array());
            return Optional.of(block);
        }
        if (damaged != null && Places.of(damaged.at()) < to) {
            throw damaged;
        }
        return Optional.empty();
    }

    /** A document's text in the buffer, and its place. */
    record Text(int start, int length, long place) {}

    /** The next document that begins before {@code to}, if there is one; it is passed then. */
    Optional<Text> find(long to) {
        if (!begins() || base + at >= to) {
            return Optional.empty();
        }
        int depth = 0;
        boolean string = false;
        boolean escaped = false;
        for (int i = at; ; i++) {
            if (i == end) {
                int passed = i - at;
                if (!fill()) {
                    damage("the data end within a document, after " + passed + " bytes");
                    return Optional.empty();
                }
                i = at + passed;
            }
            byte b = buffer[i];
            if (string) {
                string = escaped || b != '"';
                escaped = !escaped && b == '\\';
            } else if (b == '"') {
                string = true;
            } else if (b == '{') {
                depth++;
            } else if (b == '}' && --depth == 0) {
                Text found = new Text(at, i + 1 - at, base + at);
                at = i + 1;
                return Optional.of(found);
            }
        }
    }

    /** Stands on the next document's brace; false at the end, and at what is none. */
    private boolean begins() {
        while (damaged == null) {
            if (at == end && !fill()) {
                if (array && !closed) {
                    damage("the data end within the array");
                }
                return false;
            }
            byte b = buffer[at];
            if (b == '{' && !closed) {
                return true;
            }
            boolean blank = b == ' ' || b == '\n' || b == '\r' || b == '\t';
            boolean ofArray = array && !closed && (b == ',' || b == '[' || b == ']');
            boolean orderMark = base + at < 3 && (b == (byte) 0xEF || b == (byte) 0xBB || b == (byte) 0xBF);
            closed |= array && b == ']';
            if (!blank && !ofArray && !orderMark) {
                damage("a document was expected, or the end");
            }
            at++;
        }
        return false;
    }

    private void damage(String what) {
        if (damaged == null) {
            damaged = where.damaged(base + at, what, null);
        }
    }

    /** Reads on; what is from {@link #at} on stays. False at the end. */
    private boolean fill() {
        int left = end - at;
        byte[] into = left * 2 > buffer.length ? new byte[Math.max(USUAL, buffer.length * 2)] : buffer;
        if (into.length > LARGEST) {
            damage("a document of more than " + LARGEST / 2 + " bytes is not one");
            return false;
        }
        System.arraycopy(buffer, at, into, 0, left);
        buffer = into;
        base += at;
        at = 0;
        end = left;
        try {
            int read = ended ? -1 : in.read(buffer, end, buffer.length - end);
            ended = read < 0;
            end += Math.max(0, read);
            return read > 0;
        } catch (IOException e) {
            damaged = where.damaged(base, "cannot read on: " + e.getMessage(), e);
            return false;
        }
    }

    /** The place of what comes next. */
    long place() {
        return base + at;
    }

    @Override
    public void close() {
        Damage.close(in, where.file());
    }
}
