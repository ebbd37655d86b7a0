package dev.changeover.mongo;

import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.Namespace;
import dev.changeover.ResumeToken;
import dev.changeover.bson.RawBatch;
import java.util.List;
import java.util.function.Consumer;

/** The source: one MongoDB deployment. The package's door. Thread-safe. */
public final class Mongo implements AutoCloseable {
    private Mongo() {}

    /** Connects, and fails with {@code Unreachable} when no primary answers in time. */
    public static Mongo connect(String uri) {
        throw new UnsupportedOperationException("being written");
    }

    /** What the deployment is and can do, found by asking and by trying, not from a table of versions. */
    public ServerFacts facts() {
        throw new UnsupportedOperationException("being written");
    }

    /** Every namespace of the databases meant: the URI's one, or all but admin, local and config. */
    public List<CollectionFacts> collections() {
        throw new UnsupportedOperationException("being written");
    }

    /** About {@code size} documents chosen by the server at random; all of them when the collection is smaller. */
    public void sample(Namespace namespace, int size, Consumer<RawBatch> each) {
        throw new UnsupportedOperationException("being written");
    }

    /** Every document, in _id order. */
    public void scan(Namespace namespace, Consumer<RawBatch> each) {
        throw new UnsupportedOperationException("being written");
    }

    /** Writes a no-op with majority and returns its time: later than every write acknowledged before the call. */
    public ClusterTime note(String message) {
        throw new UnsupportedOperationException("being written");
    }

    /** Opens the change stream at {@code t0} and returns its first token, to be stored before anything is copied. */
    public ResumeToken firstToken(ClusterTime t0) {
        throw new UnsupportedOperationException("being written");
    }

    /** Cuts a collection into ranges of its _id index of about {@code chunkBytes} each, without reading it all. */
    public List<Chunk> split(Namespace namespace, long chunkBytes) {
        throw new UnsupportedOperationException("being written");
    }

    /** Reads a chunk's documents in _id order, majority-committed and at or after {@code t0} (I5). */
    public ChunkReader read(Chunk chunk, ClusterTime t0) {
        throw new UnsupportedOperationException("being written");
    }

    @Override
    public void close() {}
}
