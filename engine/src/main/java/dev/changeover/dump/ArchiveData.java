package dev.changeover.dump;

import dev.changeover.dump.Archive.Extent;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A collection's documents in an archive. {@code flaw} is why they cannot be relied on or are not all there: it is said after
 * the last of them, of a wrong checksum before the first. Thread-safe.
 */
final class ArchiveData implements Data {
    private final Archive archive;
    private final String collection;
    private final List<Extent> extents;
    private final List<Long> marks;
    private final Size size;
    private final Optional<Flaw> flaw;
    private final Parked parked = new Parked();

    /** {@code before}: nothing of the collection is to be read. */
    record Flaw(String what, boolean before) {}

    ArchiveData(Archive archive, String collection, Archive.Layout layout, Optional<Flaw> flaw) {
        this.archive = archive;
        this.collection = collection;
        this.flaw = flaw;
        extents = List.copyOf(layout.extents());
        marks = List.copyOf(layout.marks());
        Extent last = extents.isEmpty() ? new Extent(0, 0, 0) : extents.getLast();
        size = new Size(layout.documents(), last.place() + last.length());
    }

    private BsonDocuments.Where where() {
        return new BsonDocuments.Where(
                collection + " in " + archive,
                place -> "byte " + at(place) + " of the archive" + archive.uncompressed());
    }

    /** Where a place of the collection's data is in the archive. */
    long at(long place) {
        if (extents.isEmpty()) {
            return 0;
        }
        Extent extent = extents.get(extentOf(place));
        return extent.at() + Math.min(place - extent.place(), extent.length());
    }

    /** The last extent that does not begin after {@code place}; an archive has a hundred thousand of them. */
    private int extentOf(long place) {
        int low = 0;
        int high = extents.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (extents.get(middle).place() <= place) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    @Override
    public Documents from(long place) {
        if (flaw.isPresent() && flaw.get().before()) {
            throw where().damaged(place, flaw.get().what(), null);
        }
        return archive.compressed() ? parked.take(place).orElseGet(() -> parked.when(opened(place))) : opened(place);
    }

    private Documents opened(long place) {
        return new BsonDocuments(new Blocks(place), place, where());
    }

    @Override
    public Size size() {
        return size;
    }

    @Override
    public long order(long place) {
        return at(place);
    }

    @Override
    public boolean oneReader() {
        return archive.compressed();
    }

    @Override
    public void close() {
        parked.close();
    }

    /** Of a compressed archive one piece for each block, as all collections' blocks are read in the archive's order. */
    @Override
    public List<Long> edges(long bytes) {
        List<Long> edges = new ArrayList<>();
        if (archive.compressed()) {
            extents.stream().skip(1).forEach(extent -> edges.add(extent.place()));
            return edges;
        }
        long next = bytes;
        for (long mark : marks) {
            if (mark >= next) {
                edges.add(mark);
                next = mark + bytes;
            }
        }
        return edges;
    }

    /** The bytes of the extents, one after the other; never more than one extent's at a time. */
    private final class Blocks extends InputStream {
        private final Archive.Reading reading = archive.reading();
        private long place;

        Blocks(long place) {
            this.place = place;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            Extent extent = extents.isEmpty() ? new Extent(0, 0, 0) : extents.get(extentOf(place));
            long left = extent.place() + extent.length() - place;
            if (left > 0) {
                int read = reading.read(extent.at() + place - extent.place(), into, from, (int) Math.min(left, most));
                place += read;
                return read;
            }
            if (flaw.isPresent()) {
                throw new IOException(flaw.get().what());
            }
            return -1;
        }

        @Override
        public void close() throws IOException {
            reading.close();
        }
    }
}
