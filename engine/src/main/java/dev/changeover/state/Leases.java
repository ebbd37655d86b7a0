package dev.changeover.state;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Phase;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.SqlFailure;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** What an instance of the application says and asks, by the same functions that it may call itself. Thread-safe. */
public final class Leases {
    private final Pg pg;

    Leases(Pg pg) {
        this.pg = pg;
    }

    /** What an instance is told. */
    public record Told(Phase phase, long epoch) {}

    /** The same, and the last cut; empty before the first. */
    public record Now(Told told, Optional<ClusterTime> applied) {}

    public Now now() throws InterruptedException {
        return pg.transaction(
                "look at the phase",
                tx -> tx.row(
                                "SELECT phase, epoch, changeover.applied_through() FROM changeover.current_phase()",
                                row -> new Now(
                                        told(row),
                                        Optional.ofNullable(row.getBigDecimal(3))
                                                .map(Spool::time)))
                        .orElseThrow());
    }

    private static Told told(ResultSet row) throws SQLException {
        return new Told(Phase.of(row.getString(1)).orElseThrow(), row.getLong(2));
    }

    /** {@code instance} is there for {@code lease} from now, and all its calls go by {@code epoch}. */
    public Told renew(String instance, long epoch, Duration lease) throws InterruptedException {
        BigDecimal seconds = BigDecimal.valueOf(lease.toMillis(), 3);
        try {
            return pg.transaction(
                    "renew the lease of " + instance,
                    tx -> tx.row(
                                    "SELECT phase, epoch FROM changeover.renew_lease(?, ?, ? * interval '1 second')",
                                    Leases::told,
                                    instance,
                                    epoch,
                                    seconds)
                            .orElseThrow());
        } catch (FailedException e) {
            if (!SqlFailure.isOfData(e)) {
                throw e;
            }
            Failure failure = e.failure();
            throw new FailedException(
                    new Failure.WrongUse(
                            failure.during(), failure.reason(), "Acknowledge only an epoch that you were told."),
                    e);
        }
    }

    /** {@code instance} has ended, and all its calls have. */
    public void end(String instance) throws InterruptedException {
        pg.change(
                "end the lease of " + instance, tx -> tx.rows("SELECT changeover.end_lease(?)", row -> true, instance));
    }
}
