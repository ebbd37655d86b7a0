package dev.changeover.dump;

import dev.changeover.bson.BsonCheck;
import dev.changeover.bson.BsonValues;
import dev.changeover.bson.MalformedBsonException;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;
import org.bson.BsonBoolean;
import org.bson.BsonDocument;
import org.bson.BsonInt64;
import org.bson.BsonString;
import org.bson.RawBsonDocument;

/**
 * Goes through an archive of mongodump: a magic number, a header, a document for each collection's metadata, then blocks. A
 * block is a header that names its collection, documents, and four bytes of ones; the last of a collection has no documents
 * but a checksum. Confined to one thread.
 */
final class ArchiveReader implements AutoCloseable {
    /** Little-endian, as everything else. */
    static final int MAGIC = 0x8199E26D;

    private static final int BUFFER = 1 << 18;

    private final InputStream in;
    private final BsonCheck check = new BsonCheck();
    private final byte[] head = new byte[4];
    private byte[] document = new byte[1 << 16];
    private int length;
    private long position;

    ArchiveReader(InputStream in) {
        this.in = new BufferedInputStream(in, BUFFER);
    }

    /** What the archive cannot be. */
    static final class BrokenException extends Exception {
        private static final long serialVersionUID = 1;

        BrokenException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** A block's header. */
    record Header(String database, String collection, boolean ends, long checksum) {}

    /** Bytes read so far. */
    long position() {
        return position;
    }

    void magic() throws BrokenException {
        if (number() != MAGIC) {
            throw new BrokenException("not an archive of mongodump", new IOException("magic number"));
        }
    }

    private int number() throws BrokenException {
        try {
            if (in.readNBytes(head, 0, 4) < 4) {
                throw new EOFException("the archive ends here");
            }
        } catch (IOException e) {
            throw new BrokenException(String.valueOf(e.getMessage()), e);
        }
        position += 4;
        return BsonValues.int32(head, 0);
    }

    /** Reads the next document; false at the end of its block. */
    boolean next() throws BrokenException {
        int number = number();
        if (number == -1) {
            return false;
        }
        if (number < 5 || number > BsonDocuments.LARGEST) {
            throw new BrokenException("a document of " + number + " bytes is not one", new IOException("length"));
        }
        if (number > document.length) {
            document = Arrays.copyOf(document, Math.max(number, document.length * 2));
        }
        System.arraycopy(head, 0, document, 0, 4);
        try {
            int read = 4 + in.readNBytes(document, 4, number - 4);
            if (read < number) {
                throw new EOFException("the archive ends within a document of " + number + " bytes, after " + read);
            }
            check.check(document, 0, number);
        } catch (IOException | MalformedBsonException e) {
            throw new BrokenException(String.valueOf(e.getMessage()), e);
        }
        position += number - 4;
        length = number;
        return true;
    }

    /** The next block's header; empty at the archive's end. */
    Optional<Header> header() throws BrokenException {
        try {
            in.mark(1);
            if (in.read() < 0) {
                return Optional.empty();
            }
            in.reset();
        } catch (IOException e) {
            throw new BrokenException(String.valueOf(e.getMessage()), e);
        }
        if (!next()) {
            throw new BrokenException("a block without a header", new IOException("terminator"));
        }
        BsonDocument told = told();
        if (!(told.get("collection") instanceof BsonString collection)
                || !(told.get("db") instanceof BsonString database)) {
            throw new BrokenException("a block whose header names no collection", new IOException("header"));
        }
        boolean ends = told.get("EOF") instanceof BsonBoolean flag && flag.getValue();
        long checksum = told.get("CRC") instanceof BsonInt64 number ? number.getValue() : 0;
        return Optional.of(new Header(database.getValue(), collection.getValue(), ends, checksum));
    }

    /** The document that was read, for what is not data. */
    BsonDocument told() {
        return new RawBsonDocument(Arrays.copyOf(document, length));
    }

    byte[] bytes() {
        return document;
    }

    int length() {
        return length;
    }

    @Override
    public void close() {
        Damage.close(in, "the archive");
    }
}
