package dev.changeover.dump;

import dev.changeover.Chunk;
import dev.changeover.Namespace;
import dev.changeover.bson.Bytes;
import dev.changeover.dump.ArchiveReader.BrokenException;
import dev.changeover.dump.ArchiveReader.Header;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;

/**
 * An archive that comes once, on standard input: its chunks are what comes next, some megabytes at a time, and are known only
 * then. A chunk is held until the next one is asked for, so that its transaction can be tried again. Confined to one thread.
 */
final class ArchiveStream {
    static final String NAME = "standard input";

    private static final Set<String> SERVERS_OWN = Set.of("admin", "local", "config");
    private static final int CHUNK_BYTES = 8 << 20;
    private static final int SAMPLE_BYTES = 2 << 20;

    private final ArchiveReader reader;
    private final List<Stored> stored = new ArrayList<>();
    private final Map<Namespace, Coming> coming = new HashMap<>();
    private final Set<Namespace> unseen = new HashSet<>();
    private @Nullable Header block;
    private Block held = new Block();

    /** What has come of a collection. */
    private static final class Coming {
        private final Crc64 checksum = new Crc64();
        private int chunks;
        private long place;
    }

    ArchiveStream(InputStream in) {
        try {
            BufferedInputStream buffered = new BufferedInputStream(in);
            buffered.mark(2);
            boolean compressed = buffered.read() == 0x1f && buffered.read() == 0x8b;
            buffered.reset();
            reader = new ArchiveReader(compressed ? new GZIPInputStream(buffered, 1 << 16) : buffered);
            prelude();
        } catch (IOException | BrokenException e) {
            throw Damage.unreadable(NAME, String.valueOf(e.getMessage()), e);
        }
    }

    private void prelude() throws BrokenException {
        reader.magic();
        if (!reader.next()) {
            throw new BrokenException("an archive without a header", new IOException("terminator"));
        }
        while (reader.next()) {
            BsonDocument told = reader.told();
            String database = text(told, "db");
            String type = text(told, "type");
            if (database.isEmpty()) {
                throw withOplog();
            }
            if (!SERVERS_OWN.contains(database)) {
                Namespace namespace = new Namespace(database, text(told, "collection"));
                String metadata = text(told, "metadata");
                stored.add(
                        metadata.isEmpty()
                                ? Stored.bare(namespace, Data.NONE)
                                : Stored.of(namespace, metadata, Data.NONE));
                if (!type.equals("view") && !type.equals("timeseries")) {
                    unseen.add(namespace);
                }
            }
        }
    }

    private static RuntimeException withOplog() {
        return Damage.unreadable(
                NAME,
                "the archive has an oplog, which comes last and is needed first: write the archive to a file, and give that",
                null);
    }

    private static String text(BsonDocument told, String field) {
        return told.get(field) instanceof BsonString text ? text.getValue() : "";
    }

    List<Stored> stored() {
        return stored;
    }

    /** The next documents as a chunk; empty at the archive's end. */
    Optional<Chunk> more() {
        try {
            while (true) {
                Optional<Header> next = block == null ? reader.header() : Optional.of(block);
                if (next.isEmpty()) {
                    return ended();
                }
                block = next.get();
                Optional<Chunk> chunk = documents(next.get());
                if (chunk.isPresent()) {
                    return chunk;
                }
            }
        } catch (BrokenException e) {
            throw Damage.at(0, NAME, "byte " + reader.position() + " of the archive", String.valueOf(e.getMessage()), e)
                    .failed();
        }
    }

    private Optional<Chunk> documents(Header of) throws BrokenException {
        if (of.database().isEmpty()) {
            throw withOplog();
        }
        Namespace namespace = new Namespace(of.database(), of.collection());
        Coming one = coming.computeIfAbsent(namespace, absent -> new Coming());
        long from = one.place;
        Bytes bytes = new Bytes(CHUNK_BYTES / 8);
        held = new Block();
        held.begin(bytes.array());
        while (bytes.size() < CHUNK_BYTES) {
            if (!reader.next()) {
                block = null;
                break;
            }
            one.checksum.add(reader.bytes(), 0, reader.length());
            held.add(bytes.size(), one.place);
            bytes.put(reader.bytes(), 0, reader.length());
            one.place += reader.length();
        }
        held.holding(bytes.array());
        if (block == null && of.ends()) {
            ended(namespace, one, of);
        }
        return held.size() == 0
                ? Optional.empty()
                : Optional.of(new Chunk(
                        namespace, one.chunks++, Optional.of(Places.edge(from)), Optional.of(Places.edge(one.place))));
    }

    private void ended(Namespace namespace, Coming one, Header end) throws BrokenException {
        unseen.remove(namespace);
        if (one.checksum.value() != end.checksum()) {
            throw new BrokenException(
                    "the checksum of " + namespace + " is not that of its documents, so its rows are not to be trusted",
                    new IOException("checksum"));
        }
    }

    private Optional<Chunk> ended() throws BrokenException {
        if (!unseen.isEmpty()) {
            throw new BrokenException("the archive ends before " + unseen + " do", new IOException("end"));
        }
        return Optional.empty();
    }

    /** The documents of the chunk that came last. */
    Block held() {
        return held;
    }

    /** Reads all of it, and keeps the first documents of each collection. */
    Map<Namespace, List<Block>> samples() {
        Map<Namespace, List<Block>> samples = new HashMap<>();
        Map<Namespace, Integer> kept = new HashMap<>();
        for (Optional<Chunk> next = more(); next.isPresent(); next = more()) {
            Namespace namespace = next.get().namespace();
            Block some = held;
            int room = SAMPLE_BYTES - kept.getOrDefault(namespace, 0);
            some.keep(i -> some.end(i) <= room);
            if (some.size() > 0) {
                kept.merge(namespace, some.end(some.size() - 1), Integer::sum);
                some.holding(java.util.Arrays.copyOf(some.bytes(), some.end(some.size() - 1)));
                samples.computeIfAbsent(namespace, n -> new ArrayList<>()).add(some);
            }
        }
        return samples;
    }

    void close() {
        reader.close();
    }
}
