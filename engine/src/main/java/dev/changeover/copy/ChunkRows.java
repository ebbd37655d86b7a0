package dev.changeover.copy;

import dev.changeover.Chunk;
import dev.changeover.Invariant;
import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.RowBuffer;
import dev.changeover.mapping.Tally;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.postgres.Rows;
import dev.changeover.postgres.Tx;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one chunk on their way into its transaction. A collection of one table keeps one COPY open; several tables
 * take turns. Confined to one thread.
 */
final class ChunkRows implements AutoCloseable {
    private static final int ONE_TABLE_BYTES = 256 << 10;
    private static final int SEVERAL_TABLES_BYTES = 4 << 20;

    private final Tx tx;
    private final Chunk chunk;
    private final CollectionPlan plan;
    private final List<Tally.Line> lines = new ArrayList<>();
    private DocumentMapper mapper;
    private List<RowBuffer> buffers;
    private @Nullable Rows open;
    private long sent;
    private long acknowledged;
    private long childRows;
    private long documents;
    private long values;

    ChunkRows(Tx tx, Chunk chunk, CollectionPlan plan) {
        this.tx = tx;
        this.chunk = chunk;
        this.plan = plan;
        mapper = DocumentMapper.compile(plan);
        buffers = mapper.rows();
    }

    void add(byte[] bytes, int offset, int length) {
        mapper.map(bytes, offset, offset + length);
        long waiting = 0;
        for (RowBuffer buffer : buffers) {
            waiting += buffer.size();
        }
        if (waiting >= (buffers.size() == 1 ? ONE_TABLE_BYTES : SEVERAL_TABLES_BYTES)) {
            send();
        }
    }

    /** Sends what waits, and gives the memory back that a large document has taken. */
    void sendAndShrink() {
        send();
        takeTally();
        mapper = DocumentMapper.compile(plan);
        buffers = mapper.rows();
    }

    private void send() {
        if (buffers.size() == 1) {
            RowBuffer rows = buffers.getFirst();
            if (open == null) {
                open = tx.copy(rows.table(), mapper.columns(0));
            }
            open.write(rows);
            sent += rows.rows();
            rows.clear();
            return;
        }
        for (int i = 0; i < buffers.size(); i++) {
            RowBuffer rows = buffers.get(i);
            if (rows.rows() > 0) {
                sendWhole(rows, mapper.columns(i), i > 0);
            }
        }
    }

    private void sendWhole(RowBuffer rows, List<String> columns, boolean child) {
        long produced = rows.rows();
        long taken = tx.send(rows, columns);
        Invariant.LEDGER_BALANCES.check(
                taken == produced,
                () -> chunk + ": " + produced + " rows sent to " + rows.table() + ", " + taken + " acknowledged");
        if (child) {
            childRows += taken;
        } else {
            sent += taken;
            acknowledged += taken;
        }
    }

    /** Ends the COPY. From here on the counts are whole. */
    void end() {
        send();
        takeTally();
        if (open != null) {
            acknowledged = open.end();
        }
        Invariant.LEDGER_BALANCES.check(
                acknowledged == sent && sent == documents,
                () -> chunk + ": " + documents + " documents, " + sent + " rows sent, " + acknowledged
                        + " acknowledged");
        long sum = lines.stream().mapToLong(Tally.Line::values).sum();
        Invariant.LEDGER_BALANCES.check(
                sum == values, () -> chunk + ": " + values + " values read, " + sum + " accounted for");
    }

    private void takeTally() {
        documents += mapper.tally().documents();
        values += mapper.tally().values();
        lines.addAll(mapper.tally().lines());
        mapper.tally().clear();
    }

    long documents() {
        return documents;
    }

    long rows() {
        return acknowledged;
    }

    long childRows() {
        return childRows;
    }

    long values() {
        return values;
    }

    List<Tally.Line> lines() {
        return lines;
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
        }
    }
}
