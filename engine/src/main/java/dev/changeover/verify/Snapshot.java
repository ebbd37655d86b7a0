package dev.changeover.verify;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.math.BigDecimal;
import java.util.List;

/**
 * The tables at one cut: a transaction whose snapshot has the cut's row and the rows of that cut. Held open for one part only,
 * so that it holds back neither vacuum nor the source's history. Confined to one thread.
 */
final class Snapshot implements AutoCloseable {
    private final Tx tx;
    private final ClusterTime at;

    private Snapshot(Tx tx, ClusterTime at) {
        this.tx = tx;
        this.at = at;
    }

    /** Refused before the first cut. */
    static Snapshot open(Pg.Session session, String during) {
        Tx tx = session.begin(during);
        try {
            tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            List<String> at = tx.texts("SELECT at::text FROM changeover.cut WHERE at IS NOT NULL");
            if (at.isEmpty()) {
                throw new FailedException(new Failure.Refused(
                        during,
                        "there is no cut yet: the rows are of no one time",
                        "Let changeover run take the first one, at the end of the copy."));
            }
            return new Snapshot(tx, ClusterTime.ofBits(new BigDecimal(at.getFirst()).longValue()));
        } catch (RuntimeException e) {
            tx.close();
            throw e;
        }
    }

    Tx tx() {
        return tx;
    }

    /** The instant of MongoDB that the rows are of. */
    ClusterTime at() {
        return at;
    }

    @Override
    public void close() {
        tx.close();
    }
}
