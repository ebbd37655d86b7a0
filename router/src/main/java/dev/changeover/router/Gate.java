package dev.changeover.router;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Where every call begins and ends: by the newest era that was heard of, and only while the lease lasts. A call that may
 * begin takes no lock. Thread-safe.
 */
final class Gate {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Era> leaving = new ArrayList<>();
    private final boolean staysOnMongo;
    private final Turns turns = new Turns();
    private volatile @Nullable Era era;
    private volatile long leaseEnds = System.nanoTime();
    private volatile boolean closed;
    private volatile long askedAt = leaseEnds;
    private long heardAt = leaseEnds;
    private long takenAgain;

    /** {@code staysOnMongo}: calls of an era with MongoDB in charge need no lease. */
    Gate(boolean staysOnMongo) {
        this.staysOnMongo = staysOnMongo;
    }

    /**
     * Begins a call; {@link #leave} ends it. Waits while the lease is over.
     *
     * @throws NotDoneException when that takes too long, or the router is closed
     */
    Era enter(Deadline deadline) {
        while (true) {
            Era now = era;
            if (now != null && mayGoBy(now)) {
                now.begin();
                if (now == era && !closed) { // I10: who drains an era sees every call that begins by it
                    return now;
                }
                now.end();
            }
            if (closed) {
                throw new NotDoneException("the router is closed; nothing of the call was done", null);
            }
            awaitLease(deadline);
        }
    }

    static void leave(Era era) {
        era.end();
    }

    /** The newest era, which a call may not be able to begin by. */
    @Nullable
    Era newest() {
        return era;
    }

    private boolean mayGoBy(Era now) {
        return hasLease() || staysOnMongo && now.phase().inCharge() == Store.MONGO;
    }

    boolean hasLease() {
        return leaseEnds - System.nanoTime() > 0;
    }

    private void awaitLease(Deadline deadline) {
        lock.lock();
        try {
            while (!hasLease() && !closed) {
                if (deadline.isOver()) {
                    throw new NotDoneException(
                            "the lease is over, and PostgreSQL does not answer what the phase is; nothing of the call"
                                    + " was done. Can this instance reach PostgreSQL?",
                            null);
                }
                await(deadline);
            }
        } finally {
            lock.unlock();
        }
    }

    /** One wait of the condition; an interrupted thread gets its flag back, and its call is not done. */
    private void await(Deadline deadline) {
        try {
            boolean unused = changed.await(deadline.left(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new NotDoneException("interrupted while it waited; nothing of the call was done", e);
        }
    }

    /**
     * After a write by {@code mine} was refused: waits until another era is heard of, or another that was refused is taken, or
     * it is this one's turn to find out, {@code pause} from now at the earliest.
     */
    void awaitTurn(Era mine, Duration pause, Deadline deadline) {
        lock.lock();
        try {
            long before = takenAgain;
            Deadline turn = turns.next(pause).or(deadline);
            while (era == mine && takenAgain == before && !closed && !turn.isOver()) {
                await(turn);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A write that had been refused was taken: the others need not wait for their turns. */
    void takenAgain() {
        lock.lock();
        try {
            takenAgain++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether what was read by the era can be handed out: no later one can have begun, without this instance knowing,
     * before the reading had ended. Waits for the lease when it is over, as only the table can tell then.
     */
    boolean held(Era mine, Deadline deadline) {
        if (!mayGoBy(mine)) {
            awaitLease(deadline);
        }
        return mine == era || !mine.isOutlived();
    }

    /**
     * Takes what the table said. {@code sent} is from before it was asked; {@code leaseEnds} is until when this instance is
     * waited for, at least.
     *
     * @throws IllegalStateException when the epoch is older than one that was heard before it was asked
     */
    void hear(PhaseTable.Answer answer, long sent, long leaseEnds) {
        lock.lock();
        try {
            Era before = era;
            if (before != null && answer.epoch() < before.epoch()) {
                if (sent - heardAt > 0) {
                    throw new IllegalStateException("the phase went back from epoch " + before.epoch() + " to "
                            + answer.epoch() + ": is this the PostgreSQL that the application ran on before?");
                }
                return; // answered before the other, and only heard later
            }
            if (before == null || answer.epoch() > before.epoch()) {
                begin(new Era(answer.phase(), answer.epoch()));
            }
            heardAt = System.nanoTime();
            if (sent - askedAt > 0) {
                askedAt = sent;
            }
            if (leaseEnds - this.leaseEnds > 0) {
                this.leaseEnds = leaseEnds; // after the era: a lease that lasts is never seen with an era that is over
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void begin(Era next) {
        Era before = era;
        if (before != null) {
            if (!hasLease()) {
                before.outlive();
            }
            leaving.add(before);
        }
        era = next;
    }

    /** Until when, at least, it is known what the phase was: the last question that was answered was sent then. */
    long askedAt() {
        return askedAt;
    }

    /** The epoch that all calls go by which are under way; none if an earlier one still has some. */
    OptionalLong acknowledged() {
        lock.lock();
        try {
            leaving.removeIf(Era::isIdle);
            Era now = era;
            return now == null || !leaving.isEmpty() ? OptionalLong.empty() : OptionalLong.of(now.epoch());
        } finally {
            lock.unlock();
        }
    }

    /** Lets no call begin any more, and waits until all have ended; false: not in time. */
    boolean close(Deadline deadline) {
        closed = true;
        lock.lock();
        try {
            changed.signalAll();
            Era last = era;
            while (!leaving.stream().allMatch(Era::isIdle) || (last != null && !last.isIdle())) {
                if (deadline.isOver()) {
                    return false;
                }
                boolean unused = changed.await(Math.min(deadline.left(), 2_000_000), TimeUnit.NANOSECONDS);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }
}
