package dev.changeover.dump;

import dev.changeover.source.DamagedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A file of mongoexport, compressed or not. Thread-safe. */
final class JsonFile implements Data {
    private static final int LOOKED_AT = 1 << 18;

    private final FileBytes file;
    private final boolean array;
    private final Parked parked = new Parked();

    JsonFile(Path path) {
        file = new FileBytes(path);
        array = first(file) == '[';
    }

    /** The first byte that says something; 0 where there is none. */
    private static int first(FileBytes file) {
        try (InputStream in = file.open(0)) {
            for (int b = in.read(); b >= 0; b = in.read()) {
                if (b > ' ' && b < 0x80) {
                    return b;
                }
            }
            return 0;
        } catch (IOException e) {
            throw Damage.unreadable(file.toString(), String.valueOf(e.getMessage()), e);
        }
    }

    /** True for a file that begins as documents in JSON do. */
    static boolean isOne(Path path) {
        int first = first(new FileBytes(path));
        return first == '{' || first == '[';
    }

    private BsonDocuments.Where where() {
        return file.where();
    }

    @Override
    public Documents from(long place) {
        return file.compressed() ? parked.take(place).orElseGet(() -> parked.when(opened(place))) : opened(place);
    }

    private JsonDocuments opened(long place) {
        try {
            return new JsonDocuments(file.open(place), place, array, where());
        } catch (IOException e) {
            throw where().damaged(place, "cannot read up to here: " + e.getMessage(), e);
        }
    }

    @Override
    public Size size() {
        long text = file.uncompressed();
        try (JsonDocuments first = opened(0)) {
            Optional<Block> block = first.next(LOOKED_AT);
            if (block.isEmpty()) {
                return new Size(0, 0);
            }
            int last = block.get().size() - 1;
            long bson = block.get().end(last);
            long read = first.place();
            double share = (double) Math.max(text, read) / read;
            return new Size(Math.max(1, Math.round((last + 1) * share)), Math.round(bson * share));
        } catch (DamagedException e) {
            return new Size(0, text); // whoever copies it is told
        }
    }

    @Override
    public List<Long> edges(long bytes) {
        List<Long> edges = new ArrayList<>();
        if (file.compressed()) {
            return edges;
        }
        try (JsonDocuments all = opened(0)) {
            long next = bytes;
            for (Optional<JsonDocuments.Text> one = all.find(Long.MAX_VALUE);
                    one.isPresent();
                    one = all.find(Long.MAX_VALUE)) {
                if (one.get().place() >= next) {
                    edges.add(one.get().place());
                    next = one.get().place() + bytes;
                }
            }
        }
        return edges;
    }

    @Override
    public void close() {
        parked.close();
    }
}
