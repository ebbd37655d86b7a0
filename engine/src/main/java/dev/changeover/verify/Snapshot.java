package dev.changeover.verify;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Namespace;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import dev.changeover.state.Spool.Standing;
import dev.changeover.state.State;
import java.util.Optional;

/**
 * The tables at one cut: a transaction whose snapshot has the cut's row and the rows of that cut. Held open for one part only,
 * so that it holds back neither vacuum nor the source's history. Confined to one thread.
 */
final class Snapshot implements AutoCloseable {
    private final Tx tx;
    private final Namespace of;
    private final Standing standing;

    private Snapshot(Tx tx, Namespace of, Standing standing) {
        this.tx = tx;
        this.of = of;
        this.standing = standing;
    }

    /** Refused before the first cut. */
    static Snapshot open(Pg.Session session, State state, Namespace of) {
        Tx tx = session.begin("compare " + of);
        try {
            tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            Standing standing = state.spool()
                    .standing(tx, of)
                    .orElseThrow(() -> new FailedException(new Failure.Refused(
                            tx.during(),
                            "there is no cut yet: the rows are of no one time",
                            "Let changeover run take the first one, at the end of the copy.")));
            return new Snapshot(tx, of, standing);
        } catch (RuntimeException e) {
            tx.close();
            throw e;
        }
    }

    /** The tables as they are now, to be compared with documents of another time, {@code at}. */
    static Snapshot now(Pg.Session session, Namespace of, ClusterTime at) {
        Tx tx = session.begin("compare " + of);
        tx.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        return new Snapshot(tx, of, new Standing(at, true, Optional.empty(), "", true));
    }

    Tx tx() {
        return tx;
    }

    /** The collection whose rows it is for. */
    Namespace of() {
        return of;
    }

    Standing standing() {
        return standing;
    }

    /** The instant of MongoDB that the rows are of. */
    ClusterTime at() {
        return standing.cut();
    }

    @Override
    public void close() {
        tx.close();
    }
}
