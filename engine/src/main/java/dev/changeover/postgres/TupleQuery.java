package dev.changeover.postgres;

import dev.changeover.bson.Bytes;
import dev.changeover.mapping.Tuple;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/** Rows read by COPY ... TO STDOUT (FORMAT binary): the very bytes that f writes. */
final class TupleQuery {
    /** Signature and flags; the length of the header's extension follows in four bytes. */
    private static final int SIGNATURE_AND_FLAGS = 15;

    private TupleQuery() {}

    /** All rows of {@code select}, held in memory: bound the query. */
    static List<Tuple> read(Tx tx, String select, int bytes) {
        Bytes all = new Bytes(bytes);
        try {
            CopyOut copy = tx.connection()
                    .unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (" + select + ") TO STDOUT (FORMAT binary)");
            for (byte[] part = copy.readFromCopy(); part != null; part = copy.readFromCopy()) {
                all.put(part, 0, part.length);
            }
        } catch (SQLException e) {
            throw SqlFailure.of(tx.during(), e);
        }
        return tuples(all.array());
    }

    private static List<Tuple> tuples(byte[] bytes) {
        List<Tuple> tuples = new ArrayList<>();
        int at = SIGNATURE_AND_FLAGS + 4 + Tuple.int32(bytes, SIGNATURE_AND_FLAGS);
        while (bytes[at] != -1) { // the trailer is a field count of -1
            Tuple tuple = Tuple.read(bytes, at);
            tuples.add(tuple);
            at = tuple.end();
        }
        return tuples;
    }
}
