package dev.changeover.copy;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * What a person may tune of the copy. A chunk is planned to hold {@code chunkBytes} of BSON; one that takes longer than
 * {@code chunkBudget} is divided. {@code heapBytes} is how much memory the process may use.
 */
public record CopySettings(int workers, long chunkBytes, Duration chunkBudget, long heapBytes) {
    private static final Duration BUDGET = Duration.ofSeconds(20);

    private static final long LEAST_SHARE_BYTES = 4L << 20;
    private static final long MOST_CHUNKS = 20_000;

    /** A worker holds a server's reply (up to 16 MB, and as much again while it arrives) and the rows made of it. */
    private static final long WORKER_BYTES = 48L << 20;

    public CopySettings {
        if (workers < 1 || workers > 64) {
            throw new IllegalArgumentException(workers + " workers; give 1 to 64");
        }
        if (chunkBytes < 1024) {
            throw new IllegalArgumentException("chunks of " + chunkBytes + " bytes; give at least 1024");
        }
    }

    /**
     * Two workers for a core of this machine, so that one reads while the other writes, and no more than two for a core
     * of the source, where that is known; fewer where memory or the target's free connections do not allow them.
     */
    public static CopySettings fitting(int cores, OptionalInt sourceCores, long heapBytes, int connectionsFree) {
        int fewest = Math.min(cores, sourceCores.orElse(cores));
        long most = Math.min(heapBytes / WORKER_BYTES, connectionsFree - 3L);
        int workers = (int) Math.max(1, Math.min(Math.min(16, fewest * 2L), most));
        return new CopySettings(workers, 64L << 20, BUDGET, heapBytes);
    }

    /**
     * For a collection of {@code collectionBytes}: small enough that every worker has its share of a small one, and not
     * so many that the list of a huge one's chunks would fill the memory.
     */
    long chunkBytes(long collectionBytes) {
        long share = Math.max(LEAST_SHARE_BYTES, collectionBytes / (workers * 4L));
        return Math.max(Math.min(chunkBytes, share), collectionBytes / MOST_CHUNKS);
    }
}
