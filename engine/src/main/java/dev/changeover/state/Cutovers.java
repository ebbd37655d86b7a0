package dev.changeover.state;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Phase;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The change of the database in charge, as it is asked for and as it goes. Each stage is written before what it names is
 * begun, so that whoever comes after a crash knows what there may be to undo. Thread-safe.
 */
public final class Cutovers {
    private final Pg pg;

    Cutovers(Pg pg) {
        this.pg = pg;
    }

    /** How far one is; writes wait from FENCING on until it is over. */
    public enum Stage {
        ASKED,
        PREPARING,
        FENCING,
        DRAINING,
        MOVED,
        UNDONE;

        public boolean isOver() {
            return this == MOVED || this == UNDONE;
        }

        /** As it is stored. */
        public String words() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * What a person asks for. {@code budget} is how long writes may wait; {@code unfenced}: MongoDB's writers were stopped
     * by hand; a {@code rehearsal} only looks how it would go.
     */
    public record Wish(
            Phase to, String who, List<String> overridden, Duration budget, boolean unfenced, boolean rehearsal) {}

    /** One of them; {@code fence}: MongoDB may be fenced by us; {@code met}: who else was connected to it, a line for each. */
    public record Row(
            long number,
            Wish wish,
            Stage stage,
            boolean fence,
            Optional<Duration> pause,
            List<String> met,
            Optional<String> reason) {}

    /** Asks the process that follows; returns the number. Refused while one is under way. */
    public long ask(Wish wish) throws InterruptedException {
        return pg.transaction(
                "ask for " + wish.to().words(),
                tx -> tx.row(
                                "UPDATE changeover.cutover SET number = number + 1, to_phase = ?, who = ?, overridden = ?,"
                                        + " budget_ms = ?, unfenced = ?, rehearsal = ?, stage = 'asked',"
                                        + " since = clock_timestamp(), held = NULL, fenced_at = NULL, pause_ms = NULL, met = '{}',"
                                        + " reason = NULL WHERE stage IN ('moved', 'undone') RETURNING number",
                                row -> row.getLong(1),
                                wish.to().words(),
                                wish.who(),
                                wish.overridden().toArray(String[]::new),
                                wish.budget().toMillis(),
                                wish.unfenced(),
                                wish.rehearsal())
                        .orElseThrow(() -> new FailedException(new Failure.Refused(
                                tx.during(),
                                "another cutover is under way",
                                "Wait for it: changeover phase shows how far it is. If the process that does it is gone,"
                                        + " changeover run undoes it."))));
    }

    /** The last one; empty before the first. */
    public Optional<Row> last() throws InterruptedException {
        return pg.transaction("look at the cutover", Cutovers::last);
    }

    /** After which time others wrote nothing to MongoDB; empty where no cutover has come as far. */
    public Optional<ClusterTime> fencedAt() throws InterruptedException {
        return pg.transaction(
                "look when MongoDB was fenced",
                tx -> tx.row(
                                "SELECT fenced_at FROM changeover.cutover WHERE fenced_at IS NOT NULL",
                                row -> row.getBigDecimal(1))
                        .map(Spool::time));
    }

    private static Optional<Row> last(Tx tx) {
        return tx.row(
                "SELECT number, to_phase, who, overridden, budget_ms, unfenced, rehearsal, stage, fence,"
                        + " pause_ms, met, reason FROM changeover.cutover WHERE number > 0",
                Cutovers::read);
    }

    private static Row read(ResultSet row) throws SQLException {
        Wish wish = new Wish(
                Phase.of(row.getString(2)).orElseThrow(),
                row.getString(3),
                List.of((String[]) row.getArray(4).getArray()),
                Duration.ofMillis(row.getLong(5)),
                row.getBoolean(6),
                row.getBoolean(7));
        long pause = row.getLong(10);
        Optional<Duration> waited = row.wasNull() ? Optional.empty() : Optional.of(Duration.ofMillis(pause));
        return new Row(
                row.getLong(1),
                wish,
                Stage.valueOf(row.getString(8).toUpperCase(Locale.ROOT)),
                row.getBoolean(9),
                waited,
                List.of((String[]) row.getArray(11).getArray()),
                Optional.ofNullable(row.getString(12)));
    }

    /** It is at {@code stage} now; refused when it is over, or another's. */
    public void enter(Owner owner, long number, Stage stage) throws InterruptedException {
        step(owner, number, stage, "", Optional.empty());
    }

    /** Who else is connected to MongoDB. */
    public void met(Owner owner, long number, List<String> clients) throws InterruptedException {
        pg.change("note who is connected to MongoDB", tx -> {
            owner.check(tx);
            tx.update("UPDATE changeover.cutover SET met = ? WHERE number = ?", clients.toArray(String[]::new), number);
        });
    }

    /** MongoDB may be fenced from here on. */
    public void fencing(Owner owner, long number, boolean fence) throws InterruptedException {
        step(owner, number, Stage.FENCING, fence ? ", fence = true" : "", Optional.empty());
    }

    /** Others have written nothing to MongoDB after {@code at}. */
    public void draining(Owner owner, long number, ClusterTime at) throws InterruptedException {
        step(owner, number, Stage.DRAINING, ", fenced_at = ?", Optional.of(Spool.number(at)));
    }

    private void step(Owner owner, long number, Stage stage, String more, Optional<BigDecimal> value)
            throws InterruptedException {
        pg.change("note that the cutover is " + stage.words(), tx -> {
            owner.check(tx);
            String held = stage == Stage.FENCING ? ", held = clock_timestamp()" : "";
            String sql = "UPDATE changeover.cutover SET stage = ?, since = clock_timestamp()" + held + more
                    + " WHERE number = ? AND stage NOT IN ('moved', 'undone')";
            int done = value.isPresent()
                    ? tx.update(sql, stage.words(), value.get(), number)
                    : tx.update(sql, stage.words(), number);
            if (done != 1) {
                throw over(tx);
            }
        });
    }

    private static FailedException over(Tx tx) {
        return new FailedException(
                new Failure.Refused(tx.during(), "it is over already", "Look at it: changeover phase"));
    }

    /** Given up; not possible any more once it has moved. True when it is. */
    public boolean undo(Owner owner, long number, String reason) throws InterruptedException {
        return pg.<Boolean>transaction("give the cutover up", tx -> {
            owner.check(tx);
            int done = tx.update(
                    "UPDATE changeover.cutover SET stage = 'undone', since = clock_timestamp(), reason = ?"
                            + " WHERE number = ? AND stage <> 'moved'",
                    reason,
                    number);
            return done == 1;
        });
    }

    /** A rehearsal has ended well. */
    public void rehearsed(Owner owner, long number, Duration pause) throws InterruptedException {
        pg.change("note how the rehearsal went", tx -> {
            owner.check(tx);
            tx.update(
                    "UPDATE changeover.cutover SET stage = 'undone', since = clock_timestamp(), pause_ms = ?"
                            + " WHERE number = ?",
                    pause.toMillis(),
                    number);
        });
    }

    /** MongoDB is fenced by us no more. */
    public void lowered(Owner owner) throws InterruptedException {
        pg.change("note that MongoDB is not fenced", tx -> {
            owner.check(tx);
            tx.update("UPDATE changeover.cutover SET fence = false WHERE fence");
        });
    }

    /** How long writes waited, in all. */
    public void paused(Owner owner, long number, Duration pause) throws InterruptedException {
        pg.change("note how long writes waited", tx -> {
            owner.check(tx);
            tx.update("UPDATE changeover.cutover SET pause_ms = ? WHERE number = ?", pause.toMillis(), number);
        });
    }

    /**
     * Writes go on after a move of which nobody noted how long they waited: the process was killed, or failed, after it. Until
     * then, whoever asked for it waits for this.
     */
    public void pausedUntilNow(Owner owner) throws InterruptedException {
        pg.change("note how long writes waited", tx -> {
            owner.check(tx);
            tx.update("UPDATE changeover.cutover SET pause_ms = 1000 * extract(epoch FROM"
                    + " CASE to_phase WHEN 'postgres' THEN since ELSE clock_timestamp() END - held)"
                    + " WHERE stage = 'moved' AND pause_ms IS NULL");
        });
    }

    /**
     * The flip: PostgreSQL is in charge when this commits, and only if every write that MongoDB has is here. Waits for the
     * lock at most {@code patience}. Looks first, as the commit before a lost connection may have gone through.
     */
    public void flip(Owner owner, Row asked, ClusterTime fencedAt, Duration patience) throws InterruptedException {
        pg.change("move the phase to postgres", tx -> {
            if (last(tx).filter(now -> now.number() == asked.number() && now.stage() == Stage.MOVED)
                    .isPresent()) {
                return;
            }
            owner.check(tx);
            Phases.Now before = locked(tx, patience);
            boolean drained = tx.row(
                            "SELECT at >= ? AND NOT EXISTS (SELECT FROM changeover.dirty)"
                                    + " AND NOT EXISTS (SELECT FROM changeover.reset WHERE at <= ?)"
                                    + " AND NOT EXISTS (SELECT FROM changeover.backfill) FROM changeover.cut",
                            row -> row.getBoolean(1),
                            Spool.number(fencedAt),
                            Spool.number(fencedAt))
                    .orElse(false);
            if (!drained) {
                throw new FailedException(new Failure.Refused(
                        tx.during(), "PostgreSQL has not all that MongoDB has", "Give the same command again."));
            }
            moved(tx, asked, before);
        });
    }

    /** Waits for whoever has a share of the phase, at most {@code patience}; ends those that are silent amid a transaction. */
    private static Phases.Now locked(Tx tx, Duration patience) {
        tx.rows("SELECT changeover.hold_phase(? * interval '1 millisecond')", row -> true, patience.toMillis());
        return Phases.now(tx);
    }

    private static void moved(Tx tx, Row asked, Phases.Now before) {
        Wish wish = asked.wish();
        long unused = Phases.begin(tx, before, wish.to(), wish.who(), wish.overridden());
        int done = tx.update(
                "UPDATE changeover.cutover SET stage = 'moved', since = clock_timestamp()"
                        + " WHERE number = ? AND stage = 'draining'",
                asked.number());
        if (done != 1) {
            throw over(tx);
        }
    }

    /** What the canary's row says; empty when it is not there. */
    public Optional<Long> canary() throws InterruptedException {
        return pg.transaction(
                "look at the canary",
                tx -> tx.row("SELECT n FROM changeover.canary WHERE n IS NOT NULL", row -> row.getLong(1)));
    }

    /** As an application changes a row: the way back takes it along. */
    public void changeCanary(Owner owner, long n) throws InterruptedException {
        pg.change("change the canary", tx -> {
            owner.check(tx);
            tx.update("UPDATE changeover.canary SET n = ?", n);
        });
    }

    /** The phase, kept from everybody: whoever writes in PostgreSQL waits until it is closed. Confined to one thread. */
    public final class Held implements AutoCloseable {
        private final Pg.Session session;
        private final Tx tx;
        private final Phases.Now before;

        private Held(Duration patience) {
            session = pg.session("keep writes of PostgreSQL waiting");
            tx = session.begin("keep writes of PostgreSQL waiting");
            try {
                tx.execute("SET LOCAL synchronous_commit = on");
                before = locked(tx, patience);
            } catch (RuntimeException e) {
                close();
                throw e;
            }
        }

        /**
         * MongoDB is in charge again when this commits: it has every row, and what was written before {@code at} need not
         * be followed.
         */
        public void giveBack(Owner owner, Row asked, ClusterTime at) {
            owner.check(tx);
            boolean queued = tx.row("SELECT 1 FROM changeover.reverse_queue LIMIT 1", row -> true)
                    .isPresent();
            if (queued) {
                throw new FailedException(new Failure.Refused(
                        tx.during(), "MongoDB has not all that PostgreSQL has", "Give the same command again."));
            }
            tx.update("UPDATE changeover.stream SET position = ?", Spool.number(at));
            tx.update("DELETE FROM changeover.dirty");
            tx.update(
                    "UPDATE changeover.cut SET at = ?, number = number + 1, taken = clock_timestamp()",
                    Spool.number(at));
            moved(tx, asked, before);
            tx.commit();
        }

        @Override
        public void close() {
            if (tx != null) {
                tx.close();
            }
            session.close();
        }
    }

    /**
     * Waits for open writes of PostgreSQL, at most {@code patience}, and lets no other begin. One whose session is silent
     * for a second is ended, with nothing of it done.
     */
    public Held hold(Duration patience) {
        return new Held(patience);
    }
}
