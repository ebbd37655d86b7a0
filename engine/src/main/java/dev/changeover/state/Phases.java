package dev.changeover.state;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Phase;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** The phase of the application, who moved it, and which instances go by it. Thread-safe. */
public final class Phases {
    /** "chngphas" in ASCII: one process moves the phase at a time. */
    private static final long LOCK = 0x63686e67_70686173L;

    /** Whoever listens is told at once; the table is the truth. */
    private static final String CHANNEL = "changeover_phase";

    private final Pg pg;

    Phases(Pg pg) {
        this.pg = pg;
    }

    /** The phase now. */
    public record Now(Phase phase, long epoch, Instant since) {}

    /** A change of the phase, which began {@code epoch}; open until it has ended. */
    public record Step(
            long epoch,
            Phase from,
            Phase to,
            String who,
            Instant begun,
            Optional<Instant> ended,
            boolean undone,
            List<String> overridden,
            Optional<String> reason) {
        public boolean isOpen() {
            return ended.isEmpty();
        }
    }

    /** An instance of the application; {@code lease} is what is left of it, negative when it is over. */
    public record Instance(String name, long epoch, Duration lease) {
        public boolean isThere() {
            return lease.isPositive();
        }
    }

    /** The right to be the one who moves the phase, until closed; refused while another has it. */
    public Pg.Session own() throws InterruptedException {
        return Owner.alone(pg, LOCK, "become the one who moves the phase in " + pg.shown());
    }

    public Now now() throws InterruptedException {
        return pg.transaction("look at the phase", Phases::now);
    }

    /** How long it has been what it is, by PostgreSQL's clock. */
    public Duration lasted() throws InterruptedException {
        return pg.transaction(
                "look since when the phase is what it is",
                tx -> Duration.ofMillis(tx.row(
                                "SELECT (extract(epoch FROM clock_timestamp() - since) * 1000)::bigint FROM changeover.phase",
                                row -> row.getLong(1))
                        .orElseThrow()));
    }

    static Now now(Tx tx) {
        return tx.row(
                        "SELECT phase, epoch, since FROM changeover.phase",
                        row -> new Now(
                                Phase.of(row.getString(1)).orElseThrow(),
                                row.getLong(2),
                                row.getObject(3, OffsetDateTime.class).toInstant()))
                .orElseThrow();
    }

    /** The last {@code most} steps, the newest first. */
    public List<Step> steps(int most) throws InterruptedException {
        return pg.transaction(
                "look who moved the phase",
                tx -> tx.rows(
                        "SELECT epoch, from_phase, to_phase, who, begun, ended, undone, overridden, reason"
                                + " FROM changeover.phase_step ORDER BY epoch DESC LIMIT ?",
                        Phases::step,
                        most));
    }

    private static Step step(ResultSet row) throws SQLException {
        return new Step(
                row.getLong(1),
                Phase.of(row.getString(2)).orElseThrow(),
                Phase.of(row.getString(3)).orElseThrow(),
                row.getString(4),
                row.getObject(5, OffsetDateTime.class).toInstant(),
                Optional.ofNullable(row.getObject(6, OffsetDateTime.class)).map(OffsetDateTime::toInstant),
                row.getBoolean(7),
                List.of((String[]) row.getArray(8).getArray()),
                Optional.ofNullable(row.getString(9)));
    }

    /** All that have said that they are there, those that are gone without a word too. */
    public List<Instance> instances() throws InterruptedException {
        return pg.transaction(
                "look which instances there are",
                tx -> tx.rows(
                        "SELECT name, epoch, (extract(epoch FROM lease_ends - clock_timestamp()) * 1000)::bigint"
                                + " FROM changeover.instance ORDER BY name",
                        row -> new Instance(row.getString(1), row.getLong(2), Duration.ofMillis(row.getLong(3)))));
    }

    /** Moves the phase from {@code before}, by compare and set; returns the step's epoch, which is open then. */
    public long begin(Now before, Phase to, String who, List<String> overridden) throws InterruptedException {
        return pg.transaction("move the phase to " + to.words(), tx -> begin(tx, before, to, who, overridden));
    }

    static long begin(Tx tx, Now before, Phase to, String who, List<String> overridden) {
        long epoch = set(tx, before, to);
        add(tx, epoch, before.phase(), to, who, overridden, Optional.empty());
        return epoch;
    }

    /** Stops whoever still writes rows from MongoDB when PostgreSQL is in charge; until {@code tx} ends, it is not. */
    public void requireMongoInCharge(Tx tx) {
        tx.row("SELECT phase FROM changeover.phase FOR SHARE", row -> row.getString(1))
                .filter(Phase.POSTGRES.words()::equals)
                .ifPresent(moved -> {
                    throw new FailedException(
                            new Failure.Transient(tx.during(), "PostgreSQL is in charge", Duration.ofMillis(50)));
                });
    }

    /** The open step is complete. */
    public void end(long epoch) throws InterruptedException {
        pg.change(
                "note that the phase has moved",
                tx -> tx.update(
                        "UPDATE changeover.phase_step SET ended = clock_timestamp() WHERE epoch = ? AND ended IS NULL",
                        epoch));
    }

    /** Gives the open step up: back to where it came from, by a step of its own, which is open then. */
    public void undo(Step open, String who, String reason) throws InterruptedException {
        pg.change("move the phase back to " + open.from().words(), tx -> {
            long epoch = set(tx, new Now(open.to(), open.epoch(), open.begun()), open.from());
            giveUp(tx, open, reason);
            add(tx, epoch, open.to(), open.from(), who, List.of(), Optional.of(reason));
        });
    }

    /** Notes that it was given up, the phase having been moved back. */
    public void giveUp(Step open, String reason) throws InterruptedException {
        pg.change("note why the phase was moved back", tx -> giveUp(tx, open, reason));
    }

    private static void giveUp(Tx tx, Step open, String reason) {
        tx.update(
                "UPDATE changeover.phase_step SET ended = clock_timestamp(), undone = true, reason = ? WHERE epoch = ?",
                reason,
                open.epoch());
    }

    private static long set(Tx tx, Now before, Phase to) {
        tx.execute("SET LOCAL synchronous_commit = on");
        long epoch = tx.row(
                        "UPDATE changeover.phase SET phase = ?, epoch = epoch + 1, since = clock_timestamp()"
                                + " WHERE phase = ? AND epoch = ? RETURNING epoch",
                        row -> row.getLong(1),
                        to.words(),
                        before.phase().words(),
                        before.epoch())
                .orElseThrow(() -> new FailedException(new Failure.Refused(
                        tx.during(),
                        "it was moved meanwhile: it is " + now(tx).phase().words(),
                        "Look at it again: changeover phase")));
        tx.rows("SELECT pg_notify(?, ?)", row -> true, CHANNEL, epoch + " " + to.words());
        return epoch;
    }

    private static void add(
            Tx tx, long epoch, Phase from, Phase to, String who, List<String> overridden, Optional<String> reason) {
        tx.update(
                "INSERT INTO changeover.phase_step (epoch, from_phase, to_phase, who, overridden, reason)"
                        + " VALUES (?, ?, ?, ?, ?, ?)",
                epoch,
                from.words(),
                to.words(),
                who,
                overridden.toArray(String[]::new),
                reason);
    }
}
