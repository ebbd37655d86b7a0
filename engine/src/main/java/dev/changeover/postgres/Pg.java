package dev.changeover.postgres;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The target: one PostgreSQL database. The package's door. Thread-safe. */
public final class Pg implements AutoCloseable {
    /** What every session is set to, whatever the role or the database say: our statements must mean one thing. */
    private static final String SESSION = "SET search_path = pg_catalog; SET client_encoding = 'UTF8';"
            + " SET statement_timeout = 0; SET lock_timeout = 0; SET idle_in_transaction_session_timeout = 0;"
            + " SET default_transaction_isolation = 'read committed'; SET default_transaction_read_only = off;"
            + " SET standard_conforming_strings = on; SET TimeZone = 'UTC';"
            // A dead client is noticed within a minute, so that its locks do not outlive it.
            + " SET tcp_keepalives_idle = 20; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3; "
            + Backends.NAME_SESSION;

    private static final Logger LOG = LoggerFactory.getLogger(Pg.class);

    private final PgUri uri;
    private final Properties properties;
    private final HikariDataSource pool;
    private final Retry retry;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Backends backends;
    private final Stalls stalls;
    private final Tx.Home pooled = new Tx.Home() {
        @Override
        public void back(Connection connection) throws SQLException {
            connection.close();
        }

        @Override
        public void lost(Connection connection) {
            pool.evictConnection(connection);
            closeQuietly(connection);
        }
    };

    private Pg(PgUri uri, PgSettings settings) {
        this.uri = uri;
        properties = properties(uri);
        retry = new Retry(settings.patience(), closed);
        stalls = new Stalls(uri.silence());
        backends = new Backends(this::openSession, uri.silence());
        pool = new HikariDataSource(pool(uri, properties, settings));
    }

    /**
     * Connects once to see that it can be done, and waits for a server that starts or recovers; a URI is {@code
     * postgresql://...} or {@code jdbc:postgresql://...}.
     */
    public static Pg connect(String uri, PgSettings settings) {
        return connect(uri, settings, FirstContact.PATIENCE);
    }

    static Pg connect(String uri, PgSettings settings, Duration patience) {
        PgUri parsed = PgUri.parse(uri);
        new FirstContact(parsed, properties(parsed)).make(patience);
        return new Pg(parsed, settings);
    }

    private static Properties properties(PgUri uri) {
        Properties properties = new Properties();
        uri.properties().forEach((name, value) -> properties.setProperty((String) name, (String) value));
        PGProperty.APPLICATION_NAME.set(properties, "changeover");
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        // Named statements clash behind a pooler in transaction mode, which we want to recognise; we repeat none often.
        PGProperty.PREPARE_THRESHOLD.set(properties, 0);
        if (PGProperty.CONNECT_TIMEOUT.getOrNull(properties) == null) {
            PGProperty.CONNECT_TIMEOUT.set(properties, 10);
        }
        if (PGProperty.LOGIN_TIMEOUT.getOrNull(properties) == null) {
            PGProperty.LOGIN_TIMEOUT.set(properties, 30);
        }
        properties.remove(PGProperty.SOCKET_TIMEOUT.getName()); // it would end long builds too: see PgUri.silence
        return properties;
    }

    private static HikariConfig pool(PgUri uri, Properties properties, PgSettings settings) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("postgres");
        config.setJdbcUrl(uri.url());
        config.setDataSourceProperties(properties);
        config.setMaximumPoolSize(settings.connections());
        config.setMinimumIdle(0);
        config.setConnectionTimeout(Math.clamp(settings.patience().toMillis(), 1_000, 10_000));
        config.setInitializationFailTimeout(-1); // connect() has already seen whether it can be reached
        config.setAutoCommit(false);
        config.setConnectionInitSql(SESSION);
        config.setIsolateInternalQueries(
                true); // else each new connection would stand in a transaction, and hold a snapshot
        return config;
    }

    /** One connection outside the pool. */
    static Connection open(PgUri uri, Properties properties) throws SQLException {
        try {
            Connection connection = new Driver().connect(uri.url(), properties);
            if (connection == null) {
                throw new SQLException("the driver does not take " + uri.url(), "08001");
            }
            return connection;
        } catch (SQLException e) {
            if (Thread.currentThread().isInterrupted()) { // the driver calls it a bug; the retry makes it what it is
                SQLException interrupted = new SQLException("interrupted while connecting", "08001");
                interrupted.addSuppressed(e); // not as the cause, whose SQLSTATE would count
                throw interrupted;
            }
            throw e;
        }
    }

    private static void closeQuietly(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.atDebug().setCause(e).log("connection was over already");
        }
    }

    /** Host, port and database; no user, no password. */
    public String shown() {
        return uri.shown();
    }

    /** What is done in a transaction; see {@link #transaction}. */
    public interface Work<T extends @Nullable Object> {
        T in(Tx tx);
    }

    /**
     * Runs {@code work} in a transaction and commits, and tries again after passing failures. As a COMMIT may have gone
     * through although its answer was lost, the work looks before it acts.
     */
    public <T extends @Nullable Object> T transaction(String during, Work<T> work) throws InterruptedException {
        return retry.until(() -> {
            try (Tx tx = begin(during)) {
                T result = work.in(tx);
                tx.commit();
                return result;
            }
        });
    }

    /** What is done in a transaction that gives nothing back; see {@link #change}. */
    public interface Change {
        void in(Tx tx);
    }

    /** {@link #transaction} for work without a result. */
    public void change(String during, Change work) throws InterruptedException {
        transaction(during, tx -> {
            work.in(tx);
            return during;
        });
    }

    /** A transaction for a caller that itself knows what to do when it fails. */
    public Tx begin(String during) {
        try {
            return new Tx(during, pool.getConnection(), pooled, backends, stalls);
        } catch (SQLException e) {
            throw SqlFailure.of(during, e);
        }
    }

    /** Runs statements that cannot be in a transaction, such as CREATE INDEX CONCURRENTLY, each by itself. */
    public void outsideTransaction(String during, List<String> statements) {
        try (Connection connection = openSession();
                Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            for (String sql : statements) {
                boolean unused = backends.patiently(connection, statement, () -> statement.execute(sql));
            }
        } catch (SQLException e) {
            throw SqlFailure.of(during, e);
        }
    }

    private Connection openSession() throws SQLException {
        Connection connection = open(uri, properties);
        try (Statement statement = connection.createStatement()) {
            return stalls.within(connection, () -> {
                statement.execute(SESSION);
                return connection;
            });
        } catch (SQLException e) {
            closeQuietly(connection);
            throw e;
        }
    }

    /** A connection of its own that lives until closed, for what belongs to a session: a lock. */
    public Session session(String during) {
        try {
            Connection connection = openSession();
            connection.setAutoCommit(false);
            return new Session(connection, backends, stalls);
        } catch (SQLException e) {
            throw SqlFailure.of(during, e);
        }
    }

    /** What is tried; it may be called again, also after a COMMIT that went through though its answer was lost. */
    public interface Attempt<T extends @Nullable Object> {
        T run() throws InterruptedException;
    }

    /** Runs {@code attempt} again and again while it fails for a passing reason, with growing pauses. */
    public <T extends @Nullable Object> T until(Attempt<T> attempt) throws InterruptedException {
        return retry.until(attempt);
    }

    public PgFacts facts() throws InterruptedException {
        return retry.until(() -> new PgProbe(this).facts());
    }

    /** Ends the DDL that is at work now, on whatever thread; there it fails. */
    public void cancel() {
        backends.cancel();
    }

    /** Ends every wait between tries, then every connection. */
    @Override
    public void close() {
        closed.countDown();
        pool.close();
        backends.close();
        stalls.close();
    }

    /** One server session. Confined to one thread. */
    public static final class Session implements AutoCloseable, Tx.Home {
        private final Connection connection;
        private final Backends backends;
        private final Stalls stalls;

        private Session(Connection connection, Backends backends, Stalls stalls) {
            this.connection = connection;
            this.backends = backends;
            this.stalls = stalls;
        }

        /** The transaction must be closed before the next is begun; closing it keeps the session. */
        public Tx begin(String during) {
            try {
                return new Tx(during, connection, this, backends, stalls);
            } catch (SQLException e) {
                throw SqlFailure.of(during, e);
            }
        }

        @Override
        public void back(Connection kept) {}

        @Override
        public void lost(Connection broken) {
            close();
        }

        /** The server's process that serves this session, as the driver was told at the start. */
        int announcedPid() throws SQLException {
            return connection.unwrap(PGConnection.class).getBackendPID();
        }

        @Override
        public void close() {
            closeQuietly(connection);
        }
    }
}
