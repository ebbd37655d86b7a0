package dev.changeover.dump;

import dev.changeover.bson.BsonValues;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A .bson file of mongodump, compressed or not. Thread-safe. */
final class BsonFile implements Data {
    private static final int LOOKED_AT = 1 << 20;

    private final FileBytes file;
    private final Parked parked = new Parked();

    BsonFile(Path path) {
        file = new FileBytes(path);
    }

    private BsonDocuments.Where where() {
        return file.where();
    }

    @Override
    public Documents from(long place) {
        if (!file.compressed()) {
            return opened(place);
        }
        return parked.take(place).orElseGet(() -> parked.when(opened(place)));
    }

    private Documents opened(long place) {
        try {
            return new BsonDocuments(file.open(place), place, where());
        } catch (IOException e) {
            throw where().damaged(place, "cannot read up to here: " + e.getMessage(), e);
        }
    }

    @Override
    public Size size() {
        long bytes = file.uncompressed();
        long documents = 0;
        long read = 0;
        try (Documents first = opened(0)) {
            Optional<Block> block = first.next(LOOKED_AT);
            if (block.isPresent()) {
                int last = block.get().size() - 1;
                documents = block.get().size();
                read = block.get().place(last) + block.get().length(last);
            }
        } catch (dev.changeover.source.DamagedException e) {
            return new Size(0, bytes); // whoever copies it is told
        }
        return new Size(
                read == 0 ? 0 : Math.max(1, Math.round((double) documents * Math.max(bytes, read) / read)), bytes);
    }

    /** Found by the documents' lengths alone. What is damaged gets no edges; whoever reads it is told. */
    @Override
    public List<Long> edges(long bytes) {
        List<Long> edges = new ArrayList<>();
        if (file.compressed()) {
            return edges;
        }
        long next = bytes;
        try (InputStream in = new BufferedInputStream(file.open(0), 1 << 18)) {
            byte[] head = new byte[4];
            long place = 0;
            while (in.readNBytes(head, 0, 4) == 4) {
                int length = BsonValues.int32(head, 0);
                if (length < 5 || length > BsonDocuments.LARGEST || place + length > file.uncompressed()) {
                    break;
                }
                if (place >= next) {
                    edges.add(place);
                    next = place + bytes;
                }
                in.skipNBytes(length - 4L);
                place += length;
            }
        } catch (IOException e) {
            throw Damage.unreadable(file.toString(), String.valueOf(e), e);
        }
        return edges;
    }

    @Override
    public void close() {
        parked.close();
    }
}
