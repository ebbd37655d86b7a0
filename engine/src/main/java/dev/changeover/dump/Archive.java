package dev.changeover.dump;

import dev.changeover.Namespace;
import dev.changeover.dump.ArchiveReader.BrokenException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bson.BsonDocument;
import org.bson.BsonString;
import org.jspecify.annotations.Nullable;

/**
 * An archive of mongodump in a file. It is gone through once to find where each collection's blocks are and whether its
 * checksum is right; then a collection is read block by block, an uncompressed archive by several readers at once.
 */
final class Archive {
    private static final long MARK_BYTES = 2L << 20;
    private static final Set<String> SERVERS_OWN = Set.of("admin", "local", "config");

    private final FileBytes file;
    private final Map<String, Indexed> collections = new LinkedHashMap<>();
    private Optional<String> broken = Optional.empty();
    private @Nullable Stream parked;

    private Archive(FileBytes file) {
        this.file = file;
    }

    /** What is found of a collection on the way. */
    private static final class Indexed {
        private final String database;
        private final String collection;
        private final String metadata;
        private final String type;
        private final List<Extent> extents = new ArrayList<>();
        private final Crc64 checksum = new Crc64();
        private final List<Long> marks = new ArrayList<>();
        private long bytes;
        private long documents;
        private boolean ended;
        private boolean wrong;

        Indexed(String database, String collection, String metadata, String type) {
            this.database = database;
            this.collection = collection;
            this.metadata = metadata;
            this.type = type;
        }

        /** Documents of a block, which follow those before if nothing is between. */
        void extent(long at, long length) {
            Extent last = extents.isEmpty() ? null : extents.getLast();
            if (length == 0) {
                return;
            }
            if (last != null && last.at() + last.length() == at) {
                extents.set(extents.size() - 1, new Extent(last.place(), last.at(), last.length() + length));
            } else {
                extents.add(new Extent(last == null ? 0 : last.place() + last.length(), at, length));
            }
        }

        void document(byte[] read, int length) {
            checksum.add(read, 0, length);
            if (bytes >= (marks.isEmpty() ? 0 : marks.getLast()) + MARK_BYTES) {
                marks.add(bytes);
            }
            bytes += length;
            documents++;
        }

        boolean hasData() {
            return !type.equals("view") && !type.equals("timeseries");
        }
    }

    /** Documents that stand together: their place in the collection's data, where they are in the archive, and their bytes. */
    record Extent(long place, long at, long length) {}

    /** Where a collection is in the archive; {@code marks} are places of documents, some megabytes from each other. */
    record Layout(List<Extent> extents, List<Long> marks, long documents) {}

    static boolean isOne(Path path) {
        FileBytes file = new FileBytes(path);
        try (InputStream in = file.open(0)) {
            byte[] head = in.readNBytes(4);
            return head.length == 4 && dev.changeover.bson.BsonValues.int32(head, 0) == ArchiveReader.MAGIC;
        } catch (IOException e) {
            return false;
        }
    }

    static Found read(Path path) {
        Archive archive = new Archive(new FileBytes(path));
        archive.index();
        List<Stored> stored = new ArrayList<>();
        Optional<Data> oplog = Optional.empty();
        for (Indexed one : archive.collections.values()) {
            if (one.database.isEmpty()) {
                oplog = one.collection.equals("oplog") ? Optional.of(archive.data(one)) : oplog;
            } else if (!SERVERS_OWN.contains(one.database)) {
                Namespace namespace = new Namespace(one.database, one.collection);
                Data data = one.hasData() ? archive.data(one) : Data.NONE;
                stored.add(
                        one.metadata.isEmpty()
                                ? Stored.bare(namespace, data)
                                : Stored.of(namespace, one.metadata, data));
            }
        }
        return new Found(stored, oplog, List.of());
    }

    private void index() {
        try (ArchiveReader reader = new ArchiveReader(file.open(0))) {
            try {
                prelude(reader);
            } catch (BrokenException e) {
                throw Damage.at(0, file.toString(), "byte " + reader.position(), String.valueOf(e.getMessage()), e)
                        .failed();
            }
            try {
                for (Optional<ArchiveReader.Header> header = reader.header();
                        header.isPresent();
                        header = reader.header()) {
                    block(reader, header.get());
                }
            } catch (BrokenException e) {
                broken = Optional.of("byte " + reader.position() + " of the archive: " + e.getMessage());
            }
        } catch (IOException e) {
            throw Damage.unreadable(file.toString(), String.valueOf(e.getMessage()), e);
        }
    }

    private void prelude(ArchiveReader reader) throws BrokenException {
        reader.magic();
        if (!reader.next()) {
            throw new BrokenException("an archive without a header", new IOException("terminator"));
        }
        while (reader.next()) {
            BsonDocument told = reader.told();
            Indexed one =
                    new Indexed(text(told, "db"), text(told, "collection"), text(told, "metadata"), text(told, "type"));
            collections.put(one.database + "." + one.collection, one);
        }
    }

    private static String text(BsonDocument told, String field) {
        return told.get(field) instanceof BsonString text ? text.getValue() : "";
    }

    private void block(ArchiveReader reader, ArchiveReader.Header header) throws BrokenException {
        Indexed of = collections.computeIfAbsent(
                header.database() + "." + header.collection(),
                absent -> new Indexed(header.database(), header.collection(), "", "collection"));
        long begin = reader.position();
        long end = begin;
        try {
            while (reader.next()) {
                of.document(reader.bytes(), reader.length());
                end = reader.position();
            }
        } finally {
            of.extent(begin, end - begin);
        }
        if (header.ends()) {
            of.ended = true;
            of.wrong = header.checksum() != of.checksum.value();
        }
    }

    private Data data(Indexed one) {
        Optional<ArchiveData.Flaw> flaw = Optional.empty();
        if (one.wrong) {
            flaw = Optional.of(
                    new ArchiveData.Flaw("the checksum of " + one.collection + " is not that of its documents", true));
        } else if (!one.ended) {
            String ends = broken.orElse("it ends before this collection does");
            flaw = Optional.of(new ArchiveData.Flaw("the archive is damaged: " + ends, false));
        }
        return new ArchiveData(this, one.collection, new Layout(one.extents, one.marks, one.documents), flaw);
    }

    boolean compressed() {
        return file.compressed();
    }

    String uncompressed() {
        return compressed() ? ", uncompressed" : "";
    }

    Reading reading() {
        return new Reading();
    }

    /** A stream that can only be read on, and how far it is. */
    private record Stream(InputStream in, long position) {}

    private synchronized Optional<Stream> take(long position) {
        Optional<Stream> there = Optional.ofNullable(parked).filter(stream -> stream.position() <= position);
        if (there.isPresent()) {
            parked = null;
        }
        return there;
    }

    private synchronized void park(Stream stream) throws IOException {
        if (parked != null) {
            parked.in().close();
        }
        parked = stream;
    }

    /** Reads at any position; backwards only by beginning anew. What is left open is read on by whoever comes next. */
    final class Reading {
        private @Nullable InputStream in;
        private long position;

        int read(long at, byte[] into, int from, int most) throws IOException {
            InputStream open = in;
            if (open == null || position > at || !file.compressed() && position != at) {
                close();
                Stream stream = file.compressed() ? take(at).orElse(null) : null;
                open = stream == null ? file.open(file.compressed() ? 0 : at) : stream.in();
                position = stream == null ? file.compressed() ? 0 : at : stream.position();
                in = open;
            }
            open.skipNBytes(at - position);
            int read = open.read(into, from, most);
            if (read < 0) {
                throw new java.io.EOFException("the archive has become shorter");
            }
            position = at + read;
            return read;
        }

        void close() throws IOException {
            if (in != null && file.compressed()) {
                park(new Stream(in, position));
            } else if (in != null) {
                in.close();
            }
            in = null;
        }
    }

    @Override
    public String toString() {
        return file.toString();
    }
}
