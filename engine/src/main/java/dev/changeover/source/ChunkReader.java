package dev.changeover.source;

import dev.changeover.IdBound;
import dev.changeover.bson.RawBatch;
import java.util.Optional;

/** One chunk's documents, batch by batch. Confined to one thread; interruption ends a wait. */
public interface ChunkReader extends AutoCloseable {
    /**
     * The next documents, or empty at the chunk's end. The batch before it is no longer valid. Fails with
     * {@link DamagedException} where a file cannot be read on.
     */
    Optional<RawBatch> next() throws InterruptedException;

    /** The edge of a chunk that begins with the batch that came last. */
    IdBound edge(RawBatch last);

    @Override
    void close();
}
