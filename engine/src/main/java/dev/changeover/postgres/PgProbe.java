package dev.changeover.postgres;

import java.sql.SQLException;
import java.util.Optional;

/** Asks a target what it is, by trying where asking is not enough. */
final class PgProbe {
    private static final String DURING = "ask PostgreSQL what it is";

    private final Pg pg;

    PgProbe(Pg pg) {
        this.pg = pg;
    }

    PgFacts facts() {
        PgFacts.Pooling pooling = pooling();
        try (Tx tx = pg.begin(DURING)) {
            return tx.row(
                            """
                            SELECT current_setting('server_version_num')::int, current_setting('server_version'),
                                   current_setting('server_encoding'),
                                   has_database_privilege(current_database(), 'CREATE'),
                                   pg_is_in_recovery() OR current_setting('transaction_read_only')::bool,
                                   current_setting('max_connections')::int
                                     - current_setting('superuser_reserved_connections')::int
                                     - (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend'),
                                   (SELECT datcollate FROM pg_database WHERE datname = current_database()),
                                   current_database(), pg_database_size(current_database())""",
                            row -> new PgFacts(
                                    row.getInt(1),
                                    row.getString(2),
                                    row.getString(3),
                                    row.getBoolean(4),
                                    row.getBoolean(5),
                                    pooling,
                                    row.getInt(6),
                                    row.getString(7),
                                    row.getString(8),
                                    row.getLong(9)))
                    .orElseThrow();
        }
    }

    /**
     * A pooler makes up the process id it announces at the start. One that lends a server connection for a transaction
     * lends the same one to the next client as soon as the first is idle, so two open sessions meet the same process.
     */
    private PgFacts.Pooling pooling() {
        try (Pg.Session first = pg.session(DURING)) {
            int firstPid = pid(first);
            if (firstPid == first.announcedPid()) {
                return PgFacts.Pooling.NONE;
            }
            try (Pg.Session second = pg.session(DURING)) {
                return pid(second) == firstPid ? PgFacts.Pooling.BY_TRANSACTION : PgFacts.Pooling.BY_SESSION;
            }
        } catch (SQLException e) {
            throw SqlFailure.of(DURING, e);
        }
    }

    private static int pid(Pg.Session session) {
        try (Tx tx = session.begin(DURING)) {
            Optional<Integer> pid = tx.row("SELECT pg_backend_pid()", row -> row.getInt(1));
            tx.commit();
            return pid.orElseThrow();
        }
    }
}
