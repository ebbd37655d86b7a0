package dev.changeover.mapping;

import dev.changeover.plan.CollectionPlan;
import java.util.List;

/**
 * f: one document's BSON bytes to its rows, compiled from the plan once. Pure: no network, no clock. What a column cannot
 * hold exactly is kept in mongo_extra, so nothing is lost. Not thread-safe: one for each worker.
 */
public final class DocumentMapper {
    private DocumentMapper() {}

    public static DocumentMapper compile(CollectionPlan plan) {
        throw new UnsupportedOperationException("being written");
    }

    /** Appends the rows of the document at {@code offset}; it must end at or before {@code limit}. */
    public void map(byte[] bytes, int offset, int limit) {
        throw new UnsupportedOperationException("being written");
    }

    /** The buffers filled by {@link #map}: the collection's own table first, then its children's. The caller clears them. */
    public List<RowBuffer> rows() {
        throw new UnsupportedOperationException("being written");
    }

    /** The column names of {@code rows().get(i)}, in the order of the tuples' fields. */
    public List<String> columns(int i) {
        throw new UnsupportedOperationException("being written");
    }

    /** What became of every value since the last {@link Tally#clear}. */
    public Tally tally() {
        throw new UnsupportedOperationException("being written");
    }
}
