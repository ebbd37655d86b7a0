package dev.changeover.state;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.postgres.CommitInDoubtException;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to work on a target: a session's advisory lock, and an epoch that what is committed is checked against. The
 * session belongs to the thread that calls {@link #beat}; {@link #check} may be called from any.
 */
public final class Owner implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Owner.class);

    /** "changeov" in ASCII. */
    private static final long LOCK = 0x6368616e_67656f76L;

    /** "chngwork" in ASCII: shared by every transaction of the owner, so that the next one begins after the last of them. */
    private static final long WORK = 0x63686e67_776f726bL;

    /** The lock of a process that was killed is free when the server has noticed: looked for five times a second. */
    private static final int LOOKS = 15;

    /** Seconds without a beat after which a process is taken for gone: it beats once a second. */
    private static final int SILENCE = 60;

    /** Finds who holds an advisory lock: twice its number. */
    private static final String HOLDERS = "pg_locks l WHERE l.locktype = 'advisory' AND l.granted"
            + " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            + " AND l.classid::bigint = ?::bigint >> 32 AND l.objid::bigint = ?::bigint & 4294967295";

    private final Pg pg;
    private final String who;
    private final long epoch;
    private Pg.Session session;

    private Owner(Pg pg, String who, long epoch, Pg.Session session) {
        this.pg = pg;
        this.who = who;
        this.epoch = epoch;
        this.session = session;
    }

    static Owner take(Pg pg, String who) throws InterruptedException {
        String during = "become the one run on " + pg.shown();
        return pg.until(() -> {
            Pg.Session session = pg.session(during);
            try (Tx tx = session.begin(during)) {
                if (!locked(tx) && !(endSilent(tx) && locked(tx))) {
                    throw new FailedException(held(tx));
                }
                endWorkOfOthers(tx);
                long epoch = tx.row(
                                "UPDATE changeover.owner SET epoch = epoch + 1, who = ?, since = now(), beat = now(),"
                                        + " step = 'schema' RETURNING epoch",
                                row -> row.getLong(1),
                                who)
                        .orElseThrow();
                tx.commit();
                return new Owner(pg, who, epoch, session);
            } catch (RuntimeException e) {
                session.close();
                throw e;
            }
        });
    }

    private static boolean locked(Tx tx) {
        return locked(tx, LOCK);
    }

    /** Takes an advisory lock for the session; waits a moment for one whose holder was killed just now. */
    static boolean locked(Tx tx, long lock) {
        for (int look = 0; look < LOOKS; look++) {
            if (tx.row("SELECT pg_try_advisory_lock(?)", row -> row.getBoolean(1), lock)
                    .orElseThrow()) {
                return true;
            }
            tx.rows("SELECT pg_sleep(0.2)", row -> true);
        }
        return false;
    }

    /** A session that has {@code lock} to itself until it is closed; refused while another process has it. */
    static Pg.Session alone(Pg pg, long lock, String during) throws InterruptedException {
        return pg.until(() -> {
            Pg.Session session = pg.session(during);
            try (Tx tx = session.begin(during)) {
                boolean locked = locked(tx, lock);
                tx.commit();
                if (locked) {
                    return session;
                }
            } catch (RuntimeException e) {
                session.close();
                throw e;
            }
            session.close();
            throw new FailedException(new Failure.Refused(
                    during, "another process is at it", "Wait for it, or end it: what it has done stays."));
        });
    }

    /**
     * Ends the session of a process that gives no sign of life: where a machine or a network is gone, the server holds
     * its lock until somebody does. If it is only paused, the epoch keeps it from committing anything.
     */
    private static boolean endSilent(Tx tx) {
        record Silent(String who, long seconds, int process) {}
        List<Silent> ended = tx.rows(
                "SELECT o.who, extract(epoch FROM clock_timestamp() - o.beat)::bigint, l.pid, pg_terminate_backend(l.pid)"
                        + " FROM changeover.owner o, pg_stat_activity a, " + HOLDERS
                        + " AND a.pid = l.pid AND a.usename = current_user"
                        + " AND o.beat < clock_timestamp() - make_interval(secs => ?)",
                row -> new Silent(String.valueOf(row.getString(1)), row.getLong(2), row.getInt(3)),
                LOCK,
                LOCK,
                SILENCE);
        ended.forEach(silent -> LOG.atWarn()
                .addKeyValue("who", silent.who())
                .addKeyValue("secondsAgo", silent.seconds())
                .addKeyValue("backend", silent.process())
                .log("takes over from a run that gives no sign of life"));
        return !ended.isEmpty();
    }

    /**
     * Who had the lock before is gone, but a transaction of its other connections may still be open, held by a process
     * that is paused: it is ended, so that nothing of it is committed from here on.
     */
    private static void endWorkOfOthers(Tx tx) {
        for (int look = 0; look < LOOKS; look++) {
            if (tx.row("SELECT pg_try_advisory_xact_lock(?)", row -> row.getBoolean(1), WORK)
                    .orElseThrow()) {
                return;
            }
            tx.rows(
                    "SELECT pg_terminate_backend(l.pid), pg_sleep(0.2) FROM " + HOLDERS
                            + " AND l.pid <> pg_backend_pid()",
                    row -> true,
                    WORK,
                    WORK);
        }
        throw new FailedException(new Failure.Transient(
                tx.during(), "a transaction of the process before does not end", Duration.ofSeconds(1)));
    }

    private static Failure held(Tx tx) {
        return tx.row(
                        "SELECT o.who, o.since, extract(epoch FROM clock_timestamp() - o.beat)::bigint, (SELECT l.pid FROM "
                                + HOLDERS + " LIMIT 1) FROM changeover.owner o",
                        row -> new Failure.Refused(
                                tx.during(),
                                row.getString(1) + " is at it since " + row.getString(2) + ", last sign of life "
                                        + row.getLong(3) + " s ago",
                                "Wait for it or stop it (Ctrl-C there loses nothing). If that machine is gone: "
                                        + SILENCE + " s after that sign of life the same command takes over by itself;"
                                        + " at once after SELECT pg_terminate_backend(" + row.getInt(4) + ");"),
                        LOCK,
                        LOCK)
                .orElseThrow();
    }

    public long epoch() {
        return epoch;
    }

    /** Stops whoever is no longer the owner; until {@code tx} ends, nobody else becomes it. */
    public void check(Tx tx) {
        tx.rows("SELECT pg_advisory_xact_lock_shared(?)", row -> true, WORK);
        Optional<String> other = tx.row(
                "SELECT who FROM changeover.owner WHERE epoch <> ?", row -> String.valueOf(row.getString(1)), epoch);
        if (other.isPresent()) {
            throw new FailedException(new Failure.Refused(
                    tx.during(), other.get() + " has taken over this target", "Let it go on; nothing is lost."));
        }
    }

    /** Says that this process lives and what it does; takes the lock again where the session was lost. */
    public void beat(String step, double documentsPerSecond, double bytesPerSecond) throws InterruptedException {
        String during = "say that the run is alive";
        pg.until(() -> {
            try (Tx tx = session.begin(during)) {
                check(tx);
                tx.update(
                        "UPDATE changeover.owner SET beat = now(), step = ?, documents_per_second = ?,"
                                + " bytes_per_second = ? WHERE epoch = ?",
                        step,
                        documentsPerSecond,
                        bytesPerSecond,
                        epoch);
                tx.commit();
                return true;
            } catch (RuntimeException e) {
                session.close();
                session = lockAgain(during);
                throw e;
            }
        });
    }

    /** The last word. Whether it is heard does not matter: the beats have ended anyway. */
    public void leave(String step) {
        try (Tx tx = session.begin("leave the target")) {
            tx.update(
                    "UPDATE changeover.owner SET beat = now(), step = ?, documents_per_second = 0,"
                            + " bytes_per_second = 0 WHERE epoch = ?",
                    step,
                    epoch);
            tx.commit();
        } catch (FailedException | CommitInDoubtException e) {
            LOG.atDebug().setCause(e).log("left without a word");
        }
    }

    private Pg.Session lockAgain(String during) {
        Pg.Session again = pg.session(during);
        try (Tx tx = again.begin(during)) {
            check(tx);
            if (!locked(tx)) {
                throw new FailedException(new Failure.Transient(
                        during, "the lost session still holds the lock of " + who, Duration.ofSeconds(1)));
            }
            tx.commit();
            return again;
        } catch (RuntimeException e) {
            again.close();
            throw e;
        }
    }

    @Override
    public void close() {
        session.close();
    }
}
