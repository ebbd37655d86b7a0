package dev.changeover.dump;

import dev.changeover.IdBound;
import dev.changeover.bson.RawBatch;
import dev.changeover.source.ChunkReader;
import java.util.Optional;

/** Reads a chunk that is in memory. Confined to one thread. */
final class HeldReader implements ChunkReader {
    private Optional<RawBatch> next;

    HeldReader(Block held) {
        next = Optional.of(held);
    }

    @Override
    public Optional<RawBatch> next() {
        Optional<RawBatch> now = next;
        next = Optional.empty();
        return now;
    }

    @Override
    public IdBound edge(RawBatch last) {
        return Places.edge(((Block) last).place(0));
    }

    @Override
    public void close() {}
}
