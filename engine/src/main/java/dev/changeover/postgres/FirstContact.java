package dev.changeover.postgres;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;

/**
 * The first connection to a server, made to see whether it can be reached. One that is there but starts or recovers is
 * waited for; anything else is for a person to mend.
 */
final class FirstContact {
    /** A server that crashed under load replays what it has not yet written; that takes seconds, seldom minutes. */
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private final PgUri uri;
    private final Properties properties;
    private final String during;

    FirstContact(PgUri uri, Properties properties) {
        this.uri = uri;
        this.properties = properties;
        during = "connect to PostgreSQL at " + uri.shown();
    }

    /** Gives up {@code patience} after the first failure; an interruption ends the wait too, and stays set. */
    void make(Duration patience) {
        try {
            boolean unused = new Retry(patience, new CountDownLatch(1)).until(this::connect);
        } catch (FailedException e) {
            if (e.failure() instanceof Failure.Transient again) {
                throw new FailedException(stillStarting(again.reason()), e);
            }
            throw e;
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new FailedException(stillStarting("interrupted while it started"), stop);
        }
    }

    private boolean connect() {
        try (Connection probe = Pg.open(uri, properties)) {
            probe.setAutoCommit(false);
            return true;
        } catch (SQLException e) {
            throw new FailedException(sort(e), e);
        }
    }

    /** Of what passes by itself, only a start is worth waiting for here: a wrong host or port looks like the rest. */
    private Failure sort(SQLException e) {
        Failure failure = SqlFailure.sort(during, e);
        return failure instanceof Failure.Transient gone && !SqlFailure.isStarting(e)
                ? new Failure.Unreachable(
                        during,
                        gone.reason(),
                        "Check host, port and sslmode in PG_URI, and that the server runs and lets this machine in.")
                : failure;
    }

    private Failure stillStarting(String reason) {
        return new Failure.Unreachable(
                during,
                reason,
                "Run the same command again when it takes connections; its log says how far it is. A standby that takes"
                        + " none is not the target: give the primary.");
    }
}
