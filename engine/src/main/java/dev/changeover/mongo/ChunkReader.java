package dev.changeover.mongo;

import dev.changeover.bson.RawBatch;
import java.util.Optional;

/** One chunk's documents, batch by batch. Confined to one thread; interruption ends a wait. */
public interface ChunkReader extends AutoCloseable {
    /** The next documents, or empty at the chunk's end. The batch before it is no longer valid. */
    Optional<RawBatch> next() throws InterruptedException;

    @Override
    void close();
}
