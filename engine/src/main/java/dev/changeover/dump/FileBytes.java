package dev.changeover.dump;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/** A file's bytes as they were before it was compressed. Thread-safe. */
final class FileBytes {
    private static final int GZIP_BUFFER = 1 << 16;

    /** gzip stores a length of 32 bits; beyond this many compressed bytes it may have gone round. */
    private static final long LENGTH_IS_TOLD = 400L << 20;

    private static final int USUAL_RATIO = 4;

    private final Path path;
    private final boolean compressed;

    FileBytes(Path path) {
        this.path = path;
        try (InputStream in = new FileInputStream(path.toFile())) {
            compressed = in.read() == 0x1f && in.read() == 0x8b;
        } catch (IOException e) {
            throw Damage.unreadable(path.toString(), String.valueOf(e.getMessage()), e);
        }
        if (!compressed && path.getFileName().toString().endsWith(".gz")) {
            throw Damage.unreadable(
                    path.toString(), "its name ends with .gz, but it does not begin as gzip does", null);
        }
    }

    /** By its first bytes, whatever its name says. */
    boolean compressed() {
        return compressed;
    }

    /** How a place is told. */
    BsonDocuments.Where where() {
        return new BsonDocuments.Where(
                toString(), place -> "byte " + place + (compressed ? " of what is compressed" : ""));
    }

    /** The bytes from {@code from} on. */
    @SuppressWarnings("resource") // the caller's
    InputStream open(long from) throws IOException {
        InputStream raw = new FileInputStream(path.toFile());
        try {
            InputStream in = compressed ? new GZIPInputStream(raw, GZIP_BUFFER) : raw;
            in.skipNBytes(from);
            return in;
        } catch (IOException e) {
            raw.close();
            throw e;
        }
    }

    /** How many there are; of a large compressed file about how many. */
    long uncompressed() {
        try {
            long length = Files.size(path);
            if (!compressed) {
                return length;
            }
            return length > LENGTH_IS_TOLD || length < 18 ? length * USUAL_RATIO : told(length);
        } catch (IOException e) {
            throw Damage.unreadable(path.toString(), String.valueOf(e.getMessage()), e);
        }
    }

    private long told(long length) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
            file.seek(length - 4);
            return Integer.toUnsignedLong(Integer.reverseBytes(file.readInt()));
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
