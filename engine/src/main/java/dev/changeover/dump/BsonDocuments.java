package dev.changeover.dump;

import dev.changeover.bson.BsonCheck;
import dev.changeover.bson.BsonValues;
import dev.changeover.bson.MalformedBsonException;
import dev.changeover.source.DamagedException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Documents that stand one after the other, as mongodump writes them. Each is checked before it is handed out. */
final class BsonDocuments implements Documents {
    /** The largest document of a server's own: 16 MB, and 16 kB for an oplog entry's other fields. */
    static final int LARGEST = (16 << 20) + (16 << 10);

    private static final int USUAL = 1 << 20;

    private final InputStream in;
    private final Where where;
    private final BsonCheck check = new BsonCheck();
    private final Block block = new Block();
    private byte[] buffer = new byte[USUAL];
    private int start;
    private int end;
    private long place;
    private boolean ended;
    private @Nullable DamagedException damaged;

    /** {@code place} is that of the stream's next byte. */
    BsonDocuments(InputStream in, long place, Where where) {
        this.in = in;
        this.place = place;
        this.where = where;
    }

    /** Names the file, and a place in it. */
    record Where(String file, java.util.function.LongFunction<String> place) {
        DamagedException damaged(long at, String what, @Nullable Throwable cause) {
            return Damage.at(at, file, place.apply(at), what, cause);
        }
    }

    @Override
    public Optional<Block> next(long to) {
        shift();
        block.begin(buffer);
        while (damaged == null && place < to) {
            int length = whole();
            if (length > 0) {
                block.add(start, place);
                start += length;
                place += length;
            } else if (block.size() > 0 || damaged != null || !fill(-length)) {
                break;
            } else {
                block.begin(buffer);
            }
        }
        if (block.size() > 0) {
            return Optional.of(block);
        }
        if (damaged != null && place < to) {
            throw damaged;
        }
        return Optional.empty();
    }

    /** What is left goes to the buffer's beginning; a buffer that one large document has made large is given back. */
    private void shift() {
        int left = end - start;
        byte[] into = buffer.length > USUAL && left <= USUAL / 2 ? new byte[USUAL] : buffer;
        System.arraycopy(buffer, start, into, 0, left);
        buffer = into;
        start = 0;
        end = left;
    }

    /** The length of the document at {@link #start} if it is there as a whole; else the bytes that are needed, negative. */
    private int whole() {
        int there = end - start;
        if (there < 4) {
            return -4;
        }
        int length = BsonValues.int32(buffer, start);
        if (length < 5 || length > LARGEST) {
            damaged = where.damaged(place, "a document of " + length + " bytes is not one", null);
            return 0;
        }
        if (there < length) {
            return -length;
        }
        try {
            check.check(buffer, start, start + length);
        } catch (MalformedBsonException e) {
            damaged = where.damaged(place, "the document is not well formed: " + e.getMessage(), e);
            return 0;
        }
        return length;
    }

    /** Reads on until {@code needed} bytes are there from {@link #start} on; false at the end. */
    private boolean fill(int needed) {
        if (start > 0) {
            shift();
        }
        if (needed > buffer.length) {
            buffer = Arrays.copyOf(buffer, needed);
        }
        try {
            while (!ended && end < needed) {
                int read = in.read(buffer, end, buffer.length - end);
                ended = read < 0;
                end += Math.max(0, read);
            }
        } catch (IOException e) {
            damaged = where.damaged(place, "cannot read on: " + e.getMessage(), e);
            return false;
        }
        if (end >= needed) {
            return true;
        }
        if (end > 0) {
            String length = needed > 4 ? " of " + needed + " bytes" : "";
            damaged = where.damaged(place, "the data ends within a document" + length + ", after " + end, null);
        }
        return false;
    }

    /** The place of the next document. */
    long place() {
        return place;
    }

    @Override
    public void close() {
        Damage.close(in, where.file());
    }
}
