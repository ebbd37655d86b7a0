package dev.changeover.router;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Asks what the phase is, and says that this instance is there and which epoch its calls go by: on a thread of its own, over
 * one connection that it keeps.
 */
final class Leaseholder implements AutoCloseable {
    /** How often the phase is asked for: what is told unasked is only a hint. */
    private static final Duration POLL = Duration.ofSeconds(1);

    /** While calls of an earlier epoch are waited for. */
    private static final Duration DRAIN_POLL = Duration.ofMillis(2);

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

    private final Connections connections;
    private final Gate gate;
    private final String name;
    private final Duration lease;
    private final RouterListener listener;
    private final Thread thread;
    private final Semaphore nudge = new Semaphore(0);
    private final ReentrantLock asking = new ReentrantLock();
    private volatile boolean closed;
    private long acknowledged = -1;
    private long renewAt = System.nanoTime();

    Leaseholder(Connections connections, Gate gate, String name, Duration lease, RouterListener listener) {
        this.connections = connections;
        this.gate = gate;
        this.name = name;
        this.lease = lease;
        this.listener = listener;
        this.thread = new Thread(this::run, "changeover-phase");
        thread.setDaemon(true);
    }

    /** Gets the first lease, or fails; keeps it from then on. */
    void start() throws SQLException {
        try (Connection connection = connections.open()) {
            acknowledged = PhaseTable.look(connection).epoch(); // there are no calls yet
            renew(connection);
        }
        thread.start();
    }

    private void run() {
        while (!closed) {
            try (Connection connection = connections.open()) {
                Notifications notifications = Notifications.of(connection);
                while (!closed) {
                    turn(connection);
                    rest(notifications);
                }
            } catch (SQLException | RuntimeException e) {
                if (!closed) {
                    listener.phaseUnknown(e);
                    rest(PAUSE_AFTER_FAILURE);
                }
            }
        }
    }

    private void turn(Connection connection) throws SQLException {
        long now = gate.acknowledged().orElse(acknowledged);
        if (now != acknowledged || renewAt - System.nanoTime() <= 0) {
            acknowledged = now;
            renew(connection);
        } else {
            look(connection);
        }
    }

    private void renew(Connection connection) throws SQLException {
        long sent = System.nanoTime();
        PhaseTable.Answer answer = PhaseTable.renew(connection, name, acknowledged, lease);
        renewAt = sent + lease.toNanos() / 3;
        hear(answer, sent, sent + lease.toNanos()); // the server counts from later on
    }

    private void look(Connection connection) throws SQLException {
        long sent = System.nanoTime();
        hear(PhaseTable.look(connection), sent, sent);
    }

    private void hear(PhaseTable.Answer answer, long sent, long leaseEnds) {
        Era before = gate.newest();
        gate.hear(answer, sent, leaseEnds);
        if (before != null && before.epoch() < answer.epoch()) {
            listener.phaseMoved(before.phase(), answer.phase(), answer.epoch());
        }
    }

    private void rest(@Nullable Notifications notifications) throws SQLException {
        Duration most = mostRest();
        if (notifications == null || most.equals(DRAIN_POLL)) {
            rest(most);
        } else {
            notifications.await(most);
        }
    }

    private Duration mostRest() {
        if (gate.acknowledged().orElse(-1) != acknowledged) {
            return DRAIN_POLL;
        }
        Duration untilRenewal = Duration.ofNanos(Math.max(0, renewAt - System.nanoTime()));
        return untilRenewal.compareTo(POLL) < 0 ? untilRenewal : POLL;
    }

    /** Returns early when the router is closed. */
    private void rest(Duration most) {
        try {
            boolean unused = nudge.tryAcquire(most.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            closed = true; // nobody else has this thread: it is told to end
        }
    }

    /**
     * Asks the table on the caller's thread, so that what the gate knows is not older than the call of this method; of many
     * who ask at once one goes, and the others take its answer.
     */
    void askNow() throws SQLException {
        long after = System.nanoTime();
        asking.lock();
        try {
            if (gate.askedAt() - after < 0) {
                try (Connection connection = connections.open()) {
                    look(connection);
                }
            }
        } finally {
            asking.unlock();
        }
    }

    /** Gives the lease back; the phase moves without this instance from then on. */
    void endLease() throws SQLException {
        stop();
        try (Connection connection = connections.open()) {
            PhaseTable.endLease(connection, name);
        }
    }

    /** Without a word: the lease runs out by itself. */
    @Override
    public void close() {
        stop();
    }

    private void stop() {
        closed = true;
        nudge.release();
        thread.interrupt();
        try {
            thread.join(lease.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
