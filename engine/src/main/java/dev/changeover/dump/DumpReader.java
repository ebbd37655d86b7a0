package dev.changeover.dump;

import dev.changeover.IdBound;
import dev.changeover.bson.RawBatch;
import dev.changeover.source.ChunkReader;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads a part of a collection: its data without what the oplog has touched, then that. Confined to one thread. */
final class DumpReader implements ChunkReader {
    private final Dump.Kept kept;
    private final long to;
    private final int lastPart;
    private final int parts;
    private int part;
    private @Nullable Documents data;

    DumpReader(Dump.Kept kept, long from, long to) {
        this.kept = kept;
        this.to = to;
        parts = from > Places.CHANGES ? Places.parts(from) : kept.changed().parts();
        part = from > Places.CHANGES ? Places.part(from) : 0;
        lastPart = to == Long.MAX_VALUE ? parts : to > Places.CHANGES && from > Places.CHANGES ? Places.part(to) : 0;
        if (from < Places.CHANGES) {
            data = kept.stored().data().from(from);
        }
    }

    @Override
    public Optional<RawBatch> next() {
        return block().map(block -> block);
    }

    @Override
    public IdBound edge(RawBatch last) {
        return Places.edge(((Block) last).place(0));
    }

    Optional<Block> block() {
        while (data != null) {
            Optional<Block> next = data.next(Math.min(to, Places.CHANGES));
            if (next.isEmpty()) {
                data.close();
                data = null;
            } else {
                Block block = next.get();
                block.keep(i -> !kept.changed().touches(block, i));
                if (block.size() > 0) {
                    return next;
                }
            }
        }
        while (part < lastPart) {
            Optional<Block> changed = kept.changed().part(part, parts).map(this::block);
            part++;
            if (changed.isPresent()) {
                return changed;
            }
        }
        return Optional.empty();
    }

    /** A part is never divided: all its documents have its place. */
    private Block block(List<byte[]> documents) {
        byte[] bytes = new byte
                [documents.stream().mapToInt(document -> document.length).sum()];
        Block block = new Block();
        block.begin(bytes);
        int at = 0;
        for (byte[] document : documents) {
            System.arraycopy(document, 0, bytes, at, document.length);
            block.add(at, Places.change(part, parts));
            at += document.length;
        }
        return block;
    }

    @Override
    public void close() {
        if (data != null) {
            data.close();
        }
    }
}
