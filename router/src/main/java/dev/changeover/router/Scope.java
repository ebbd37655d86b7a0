package dev.changeover.router;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** One try of a call, bound to the thread that it runs on: what it is, and what was seen of it. Confined to that thread. */
final class Scope {
    private static final ThreadLocal<@Nullable Scope> CURRENT = new ThreadLocal<>();

    enum Kind {
        READ,
        WRITE,
        /** On PostgreSQL before its time, in a transaction that cannot commit. */
        REHEARSAL
    }

    private final Router router;
    private final Kind kind;
    private final Store store;
    private final long epoch;
    private @Nullable Stage stage;
    private long time;
    private boolean seen;
    private boolean unanswered;
    private boolean done;

    Scope(Router router, Kind kind, Store store, long epoch) {
        this.router = router;
        this.kind = kind;
        this.store = store;
        this.epoch = epoch;
    }

    /** Of the call that this thread is in. */
    static @Nullable Scope current() {
        return CURRENT.get();
    }

    /** Does it in this scope. */
    <T extends @Nullable Object, X extends Exception> T run(Work<T, X> work) throws X {
        CURRENT.set(this);
        try {
            return work.get();
        } finally {
            CURRENT.remove();
        }
    }

    @FunctionalInterface
    interface Work<T extends @Nullable Object, X extends Exception> {
        T get() throws X;
    }

    /** Where a rehearsal plays; no other scope has one. */
    Stage stage(Duration patience) {
        Stage opened = new Stage(patience);
        stage = opened;
        return opened;
    }

    /** A connection for this scope. */
    Connection connection(DataSource source) throws SQLException {
        return stage == null ? source.getConnection() : stage.connection(source);
    }

    boolean isOf(Router other) {
        return router == other;
    }

    Kind kind() {
        return kind;
    }

    Store store() {
        return store;
    }

    long epoch() {
        return epoch;
    }

    /** A command that may change something is on its way. */
    void sent() {
        unanswered = true;
    }

    /** The server answered the last one. */
    void answered() {
        unanswered = false;
    }

    /** What cannot be taken back any more. */
    void done() {
        done = true;
    }

    /** Something goes on on the database, which told its operationTime, as in {@link Token}, or 0. */
    void saw(long operationTime) {
        seen = true;
        if (Long.compareUnsigned(operationTime, time) > 0) {
            time = operationTime;
        }
    }

    /** The latest operationTime; 0: none was seen. */
    long time() {
        return time;
    }

    boolean wasSeen() {
        return seen;
    }

    boolean isUnanswered() {
        return unanswered;
    }

    boolean isDone() {
        return done;
    }
}
