package dev.changeover.mapping;

import dev.changeover.bson.Bytes;
import dev.changeover.plan.TableName;

/** Rows of one table as tuples of PostgreSQL's binary COPY format, without its header and trailer. Not thread-safe. */
public final class RowBuffer {
    private final TableName table;
    final Bytes bytes = new Bytes(64 << 10);
    private long rows;

    RowBuffer(TableName table) {
        this.table = table;
    }

    public TableName table() {
        return table;
    }

    public byte[] bytes() {
        return bytes.array();
    }

    public int size() {
        return bytes.size();
    }

    /** Rows since the last {@link #clear}. */
    public long rows() {
        return rows;
    }

    void rowAdded() {
        rows++;
    }

    public void clear() {
        bytes.clear();
        rows = 0;
    }
}
