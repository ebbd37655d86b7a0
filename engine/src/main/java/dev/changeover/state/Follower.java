package dev.changeover.state;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.postgres.CommitInDoubtException;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.Tx;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the process says of its following, so that anybody can read it from any machine. Thread-safe. */
public final class Follower {
    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);

    private final Pg pg;

    Follower(Pg pg) {
        this.pg = pg;
    }

    /** What only the target knows of a following: how far the stored position is from the oplog, and the last error. */
    public record Stored(Optional<Duration> oplogWindow, Optional<Following.Trouble> lastError) {}

    /**
     * Writes {@code now} down, as well as it can: empty where that failed, which the next word makes good.
     *
     * @param oplogBegins the time of the oplog's first entry
     * @param error what is being tried again
     */
    public Optional<Stored> say(Owner owner, Following now, Optional<ClusterTime> oplogBegins, Optional<String> error) {
        return attempt(
                owner,
                "say how far the following is",
                tx -> tx.row(
                        """
                        UPDATE changeover.follower f SET heard = now(), head = ?, silent_seconds = ?, lag_seconds = ?::bigint,
                            events_behind = ?, spooled = ?,
                            events_per_second = ?, documents_per_second = ?, rows_per_second = ?,
                            events = ?, documents = ?, rows = ?,
                            oplog_window_seconds = (
                                SELECT greatest(0, trunc(coalesce(s.position, r.t0) / 4294967296) - ?::numeric)::bigint
                                FROM changeover.stream s, changeover.run r),
                            last_error = coalesce(e.text, f.last_error),
                            last_error_at = CASE WHEN e.text IS DISTINCT FROM f.last_error AND e.text IS NOT NULL
                                THEN now() ELSE f.last_error_at END
                        FROM (SELECT ?::text) e (text)
                        RETURNING oplog_window_seconds, f.last_error, f.last_error_at""",
                        row -> new Stored(seconds(row, 1), trouble(row, 2)),
                        Spool.number(now.head()),
                        now.silence().toSeconds(),
                        now.lag().map(Duration::toSeconds),
                        now.behind().events(),
                        now.behind().spooled(),
                        now.pace().eventsPerSecond(),
                        now.pace().documentsPerSecond(),
                        now.pace().rowsPerSecond(),
                        now.counts().events(),
                        now.counts().documents(),
                        now.counts().rows(),
                        oplogBegins.map(ClusterTime::seconds).map(BigDecimal::valueOf),
                        error));
    }

    /** Notes what the process ends with, as well as it can. */
    public void ended(Owner owner, FailedException with) {
        Optional<Boolean> unused = attempt(owner, "note the last error", tx -> {
            tx.update(
                    "UPDATE changeover.follower SET last_error = ?, last_error_at = clock_timestamp()",
                    with.getMessage());
            return Optional.of(true);
        });
    }

    private interface Word<T> {
        Optional<T> in(Tx tx);
    }

    /** Once: what is said here must never be what a run fails with, and whoever asks sees how old it is. */
    private <T> Optional<T> attempt(Owner owner, String during, Word<T> word) {
        try (Tx tx = pg.begin(during)) {
            owner.check(tx);
            Optional<T> said = word.in(tx);
            tx.commit();
            return said;
        } catch (FailedException | CommitInDoubtException e) {
            LOG.atDebug().setCause(e).log("not said");
            return Optional.empty();
        }
    }

    /** As last said; empty while no process has followed. */
    public Optional<Following> read() throws InterruptedException {
        return pg.transaction("look how far the following is", tx -> tx.row("""
                SELECT c.at, c.number, c.exact, f.head, f.silent_seconds, f.events_behind, f.spooled,
                       f.events_per_second, f.documents_per_second, f.rows_per_second, f.events, f.documents, f.rows,
                       f.oplog_window_seconds, f.last_error, f.last_error_at
                FROM changeover.follower f, changeover.cut c WHERE f.heard IS NOT NULL""", Follower::following));
    }

    private static Following following(ResultSet row) throws SQLException {
        BigDecimal at = row.getBigDecimal(1);
        return new Following(
                at == null
                        ? Optional.empty()
                        : Optional.of(new Spool.Cut(Spool.time(at), row.getLong(2), row.getBoolean(3))),
                Spool.time(row.getBigDecimal(4)),
                Duration.ofSeconds(row.getLong(5)),
                new Following.Behind(row.getLong(6), row.getBoolean(7)),
                new Following.Pace(row.getDouble(8), row.getDouble(9), row.getDouble(10)),
                new Following.Counts(row.getLong(11), row.getLong(12), row.getLong(13)),
                seconds(row, 14),
                trouble(row, 15));
    }

    private static Optional<Duration> seconds(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, Long.class)).map(Duration::ofSeconds);
    }

    private static Optional<Following.Trouble> trouble(ResultSet row, int column) throws SQLException {
        String text = row.getString(column);
        OffsetDateTime at = row.getObject(column + 1, OffsetDateTime.class);
        return text == null || at == null ? Optional.empty() : Optional.of(new Following.Trouble(text, at.toInstant()));
    }
}
