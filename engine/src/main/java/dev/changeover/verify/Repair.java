package dev.changeover.verify;

import dev.changeover.ClusterTime;
import dev.changeover.mongo.Mongo;
import dev.changeover.postgres.Pg;
import dev.changeover.state.Spool;
import dev.changeover.state.State;
import dev.changeover.state.Watch;
import java.util.Optional;

/**
 * Has what a verification has found put right by the process that follows: in one of its cuts, so that nothing else can be
 * between document and row. Rows are not written from here.
 */
public final class Repair {
    private final Mongo mongo;
    private final Pg pg;
    private final State state;

    public Repair(Sides sides) {
        mongo = sides.mongo();
        pg = sides.pg();
        state = sides.state();
    }

    /** Notes what is to be put right; returns how many rows. The next process that follows does it, if there is none now. */
    public int ask(long verification) throws InterruptedException {
        return state.repairs().ask(verification);
    }

    /** Waits until a cut has it all; false when nobody follows. */
    public boolean await() throws InterruptedException {
        while (state.repairs().waiting() > 0) {
            if (!look()) {
                return false;
            }
        }
        ClusterTime asked = mongo.note("changeover repairs");
        while (true) {
            Optional<Spool.Cut> cut = state.spool().cut();
            if (cut.isPresent() && !asked.isAfter(cut.get().at())) {
                return true;
            }
            if (!look()) {
                return false;
            }
        }
    }

    /** A moment later: whether somebody follows. */
    private boolean look() throws InterruptedException {
        pg.transaction("wait for the next cut", tx -> tx.texts("SELECT pg_sleep(0.2)::text"));
        return state.watch().beat().filter(Watch.Beat::isAlive).isPresent();
    }
}
