package dev.changeover.postgres;

import dev.changeover.mapping.RowBuffer;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One running COPY ... FROM STDIN (FORMAT binary) into one table, inside its transaction. Confined to one thread. */
public final class Rows implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rows.class);

    /** Signature, flags and the length of the header's extension (PostgreSQL manual, COPY, Binary Format). */
    private static final byte[] HEADER = {
        'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private static final byte[] TRAILER = {(byte) 0xFF, (byte) 0xFF};

    private final Tx tx;
    private final CopyIn copy;

    private Rows(Tx tx, CopyIn copy) {
        this.tx = tx;
        this.copy = copy;
    }

    static Rows begin(Tx tx, TableName table, List<String> columns) {
        String sql = "COPY " + SqlText.quoted(table) + " (" + SqlText.quoted(columns) + ") FROM STDIN (FORMAT binary)";
        try {
            CopyIn copy = tx.soon(() ->
                    tx.connection().unwrap(PGConnection.class).getCopyAPI().copyIn(sql));
            Rows rows = new Rows(tx, copy);
            rows.write(HEADER, HEADER.length);
            return rows;
        } catch (SQLException e) {
            throw SqlFailure.of(tx.during() + " into " + table, e);
        }
    }

    /** Sends the buffer's rows; it may be cleared afterwards. */
    public void write(RowBuffer rows) {
        try {
            write(rows.bytes(), rows.size());
        } catch (SQLException e) {
            throw SqlFailure.of(tx.during() + " into " + rows.table(), e);
        }
    }

    private void write(byte[] bytes, int length) throws SQLException {
        tx.soon(() -> {
            copy.writeToCopy(bytes, 0, length);
            return length;
        });
    }

    /** Ends the COPY and returns how many rows PostgreSQL says it took. */
    public long end() {
        try {
            write(TRAILER, TRAILER.length);
            return tx.soon(copy::endCopy);
        } catch (SQLException e) {
            throw SqlFailure.of(tx.during(), e);
        }
    }

    /** Gives the COPY up if it has not ended; the transaction can then only be rolled back. */
    @Override
    public void close() {
        if (copy.isActive()) {
            try {
                tx.soon(() -> {
                    copy.cancelCopy();
                    return copy;
                });
            } catch (SQLException e) {
                // The connection is gone or the server has already ended the COPY: rolling back comes next and tells.
                LOG.atDebug().setCause(e).log("COPY already over");
            }
        }
    }
}
