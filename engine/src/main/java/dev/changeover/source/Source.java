package dev.changeover.source;

import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.bson.RawBatch;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Where documents are copied from: a MongoDB deployment, or files that stand still. Thread-safe. */
public interface Source extends AutoCloseable {
    /** Every namespace that is meant. */
    List<CollectionFacts> collections();

    /** About {@code size} documents chosen at random; all of them of a smaller collection. */
    void sample(Namespace namespace, int size, Consumer<RawBatch> each);

    /** Every document. */
    void scan(Namespace namespace, Consumer<RawBatch> each);

    /** Which of {@code ids} are there: documents that hold at least their _id, in no order. */
    void byIds(Namespace namespace, List<IdBound> ids, Consumer<RawBatch> each);

    /** Cuts a collection into chunks of about {@code chunkBytes} each that together hold it exactly once. */
    List<Chunk> split(Namespace namespace, long chunkBytes);

    /** Reads a chunk's documents; of a source that lives at or after {@code since}. */
    ChunkReader read(Chunk chunk, ClusterTime since);

    /** Open chunks in the order in which they are best read, which is the one given unless the source says otherwise. */
    default List<Chunk> inOrder(List<Chunk> open) {
        return open;
    }

    /** What has come since, of a source that comes once: chunks that nobody could know of before; empty at its end. */
    default Optional<Chunk> more() {
        return Optional.empty();
    }

    /** How many chunks may be read at once. */
    default int readersMost() {
        return Integer.MAX_VALUE;
    }

    @Override
    void close();
}
