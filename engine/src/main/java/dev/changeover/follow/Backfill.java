package dev.changeover.follow;

import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.IdBound;
import dev.changeover.Station;
import dev.changeover.bson.Ids;
import dev.changeover.mapping.DerivedId;
import dev.changeover.state.Backfills;
import dev.changeover.state.Ends;
import dev.changeover.state.Repairs;
import dev.changeover.state.Spool.Dirty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has documents read anew whose fields got columns while they were followed, and those that a verification has found to
 * differ from their rows. Their keys go to the spool some at a time, the next when a cut has taken those before, so that
 * cuts do not wait for all of them. Confined to one thread, but for {@link #isDone}.
 */
final class Backfill {
    private static final Logger LOG = LoggerFactory.getLogger(Backfill.class);
    private static final int KEYS_MOST = 10_000;

    /** How many documents are looked at for one that has such a field. */
    private static final int LOOKED_AT = 20;

    private static final Duration LOOK = Duration.ofMillis(50);

    /** Whether there is something to do is looked at that often. */
    private static final Duration QUIET = Duration.ofSeconds(1);

    private final Ends ends;
    private final Pending pending;
    private final int keysMost;
    private final Station.Listener stations;
    private volatile boolean done;

    /** Takes half of the keys that a pass may have, at most. */
    Backfill(Ends ends, Pending pending, int passMost, Station.Listener stations) {
        this.ends = ends;
        this.pending = pending;
        this.keysMost = Math.clamp(passMost / 2, 2, KEYS_MOST);
        this.stations = stations;
    }

    /** True when every new column is filled in the last cut, and what was found to differ is written anew. */
    boolean isDone() {
        return done;
    }

    /** Goes on until interrupted. */
    void run() throws InterruptedException {
        CountDownLatch never = new CountDownLatch(1);
        while (true) {
            boolean any = ends.target().<Boolean>until(() -> repair() || step());
            pending.filling(any);
            done = !any;
            if (!any) {
                boolean unused = never.await(QUIET.toMillis(), TimeUnit.MILLISECONDS);
            }
        }
    }

    private boolean repair() throws InterruptedException {
        List<Repairs.Wrong> wrong = ends.state().repairs().first(keysMost);
        if (wrong.isEmpty()) {
            return false;
        }
        done = false;
        ClusterTime at = ends.source().note("changeover repairs");
        List<Dirty> present = new ArrayList<>();
        List<Dirty> absent = new ArrayList<>();
        for (Repairs.Wrong one : wrong) {
            if (one.key().isPresent()) {
                present.add(new Dirty(one.namespace(), one.id(), one.key().get(), at, at));
            } else {
                absent.add(Dirty.withoutDocument(one.namespace(), one.id(), at));
            }
        }
        ends.state().repairs().spool(ends.owner(), present, absent);
        stations.reached(Station.REPAIR_SPOOLED);
        pending.spooledBeside(at);
        awaitApplied();
        LOG.atWarn().addKeyValue("rows", wrong.size()).log("rows that differed were written anew");
        return true;
    }

    private void awaitApplied() throws InterruptedException {
        while (pending.hasBacklog()) {
            pending.awaitMove(LOOK);
        }
    }

    private boolean step() throws InterruptedException {
        List<Backfills.Open> open = ends.state().backfills().open();
        if (open.isEmpty()) {
            return false;
        }
        Backfills.Open first = open.getFirst();
        Optional<IdBound> to = ends.source().idAhead(first.namespace(), first.from(), LOOKED_AT * keysMost);
        List<Dirty> some = some(first, to);
        Optional<IdBound> next =
                some.size() == keysMost ? Optional.of(some.getLast().key()) : to;
        if (!some.isEmpty() || next.isPresent()) {
            ends.state().backfills().spool(ends.owner(), first.namespace(), some, next);
            stations.reached(Station.BACKFILL_SPOOLED);
        }
        if (!some.isEmpty()) {
            pending.spooledBeside(some.getFirst().first());
        }
        awaitApplied();
        if (next.isEmpty()) {
            stations.reached(Station.BACKFILL_APPLIED);
            ends.state().backfills().done(ends.owner(), first.namespace());
            LOG.atInfo().addKeyValue("collection", first.namespace()).log("new columns are filled");
        }
        return true;
    }

    /** A document that is written after this looks is in the stream, and is mapped by the new plan anyway. */
    private List<Dirty> some(Backfills.Open open, Optional<IdBound> to) throws InterruptedException {
        DerivedId ids = DerivedId.in(open.namespace());
        ClusterTime at = ends.source().note("changeover fills new columns");
        List<Dirty> some = new ArrayList<>();
        Chunk part = new Chunk(open.namespace(), 0, open.from(), to);
        ends.source().idsHaving(part, open.fields(), keysMost, at, batch -> {
            for (int i = 0; i < batch.size() && some.size() < keysMost; i++) {
                IdBound key = Ids.of(batch, i);
                some.add(new Dirty(open.namespace(), ids.of(key), key, at, at));
            }
        });
        return some;
    }
}
