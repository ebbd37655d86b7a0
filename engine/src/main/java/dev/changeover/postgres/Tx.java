package dev.changeover.postgres;

import dev.changeover.mapping.RowBuffer;
import dev.changeover.mapping.Tuple;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One transaction on one connection; rolled back unless committed. Confined to one thread. */
public final class Tx implements AutoCloseable {
    private final String during;
    private final Connection connection;
    private final Home home;
    private final Backends backends;
    private final Stalls stalls;
    private final String backend;
    private boolean ended;

    Tx(String during, Connection connection, Home home, Backends backends, Stalls stalls) throws SQLException {
        this.during = during;
        this.connection = connection;
        this.home = home;
        this.backends = backends;
        this.stalls = stalls;
        backend = Backends.name(connection);
    }

    /** Where the connection came from and goes to. */
    interface Home {
        void back(Connection connection) throws SQLException;

        /** It can no longer be trusted. */
        void lost(Connection connection);
    }

    /** Reads one row of a result. */
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    Connection connection() {
        return connection;
    }

    /** What this transaction does, for messages. */
    public String during() {
        return during;
    }

    /** Runs one statement with bound values and returns the number of rows it touched. */
    public int update(String sql, @Nullable Object... values) {
        return update(sql, (statement, step) -> soon(step), values);
    }

    /** {@link #update} of what may touch many rows, however long that takes. */
    public int work(String sql, @Nullable Object... values) {
        return update(sql, (statement, step) -> backends.patiently(connection, statement, step), values);
    }

    private int update(String sql, Waiting<Integer> waiting, @Nullable Object... values) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            return waiting.until(statement, statement::executeUpdate);
        } catch (SQLException e) {
            throw SqlFailure.of(during, e);
        }
    }

    /** The same statement once for each element of {@code all}, in one round trip. */
    public void updateAll(String sql, List<@Nullable Object[]> all) {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (@Nullable Object[] values : all) {
                bind(statement, values);
                statement.addBatch();
            }
            soon(statement::executeBatch);
        } catch (SQLException e) {
            throw SqlFailure.of(during, e);
        }
    }

    /** What a query finds that is answered soon; see {@link #search}. */
    public <T> List<T> rows(String sql, RowReader<T> reader, @Nullable Object... values) {
        try {
            return query(sql, reader, (statement, step) -> soon(step), values);
        } catch (SQLException e) {
            throw SqlFailure.of(during, e);
        }
    }

    /** A query's first column, as text. */
    public List<String> texts(String sql, @Nullable Object... values) {
        return rows(sql, row -> row.getString(1), values);
    }

    /** What a query finds that may read whole tables first, however long that takes. */
    public <T> List<T> search(String sql, RowReader<T> reader) {
        try {
            return query(sql, reader, (statement, step) -> backends.patiently(connection, statement, step));
        } catch (SQLException e) {
            throw SqlFailure.of(during, e);
        }
    }

    /** {@link #search} for its first column, as text. */
    public List<String> searchTexts(String sql) {
        return search(sql, row -> row.getString(1));
    }

    /** How a step is waited for. */
    private interface Waiting<T> {
        T until(Statement statement, Stalls.Step<T> step) throws SQLException;
    }

    private <T> List<T> query(String sql, RowReader<T> reader, Waiting<List<T>> waiting, @Nullable Object... values)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            return waiting.until(statement, () -> {
                List<T> rows = new ArrayList<>();
                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        rows.add(reader.read(result));
                    }
                }
                return rows;
            });
        }
    }

    /** Does what PostgreSQL answers soon, or not at all: then the connection is ended, and the failure is a passing one. */
    <T> T soon(Stalls.Step<T> step) throws SQLException {
        return stalls.within(connection, step);
    }

    public <T> Optional<T> row(String sql, RowReader<T> reader, @Nullable Object... values) {
        return rows(sql, reader, values).stream().findFirst();
    }

    /** The rows of a table, counted. */
    public long count(TableName table) {
        return count(table, "true");
    }

    /** Those of them for which {@code condition}, an expression of SQL, is true. */
    public long count(TableName table, String condition) {
        return search("SELECT count(*) FROM " + SqlText.quoted(table) + " WHERE " + condition, row -> row.getLong(1))
                .getFirst();
    }

    /** All rows of {@code select} as the very bytes that f writes, held in memory: bound the query. */
    public List<Tuple> tuples(String select) {
        return tuples(select, 64 << 10);
    }

    /** The same, where about {@code bytes} are expected. */
    List<Tuple> tuples(String select, int bytes) {
        return TupleQuery.read(this, select, bytes);
    }

    /** Runs a text of statements without values, as DDL is; {@link Pg#cancel} ends it. */
    public void execute(String sql) {
        try (Statement statement = connection.createStatement()) {
            statement.setEscapeProcessing(false);
            boolean unused = backends.patiently(connection, statement, () -> statement.execute(sql));
        } catch (SQLException e) {
            throw SqlFailure.of(during, e);
        }
    }

    /** Waits three seconds at most for each lock from here on: others who want the table wait behind us. */
    public void waitBrieflyForLocks() {
        execute("SET LOCAL lock_timeout = '3s'");
    }

    /** Sends a buffer's rows as a COPY of their own and clears it; returns how many PostgreSQL says it took. */
    public long send(RowBuffer rows, List<String> columns) {
        return send(rows, rows.table(), columns);
    }

    /** {@link #send(RowBuffer, List)} into another table of the same columns. */
    public long send(RowBuffer rows, TableName into, List<String> columns) {
        try (Rows copy = copy(into, columns)) {
            copy.write(rows);
            long taken = copy.end();
            rows.clear();
            return taken;
        }
    }

    /** Begins a COPY into a table; it must end before anything else is done in this transaction. */
    public Rows copy(TableName table, List<String> columns) {
        return Rows.begin(this, table, columns);
    }

    /**
     * Makes it all lasting.
     *
     * @throws CommitInDoubtException when the connection was lost on the way
     */
    public void commit() {
        ended = true;
        try {
            soon(() -> {
                connection.commit();
                return ended;
            });
        } catch (SQLException e) {
            lost();
            if (SqlFailure.connectionLost(e)) {
                throw new CommitInDoubtException(during, e);
            }
            throw SqlFailure.of(during, e);
        }
    }

    @Override
    public void close() {
        try {
            if (!ended) {
                ended = true;
                soon(() -> {
                    connection.rollback();
                    return ended;
                });
            }
            home.back(connection);
        } catch (SQLException e) {
            lost(); // PostgreSQL rolls back when it notices, or is told, that the connection is over
        }
    }

    private void lost() {
        backends.end(backend);
        home.lost(connection);
    }

    private static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            Object value = values[i] instanceof Optional<?> optional ? optional.orElse(null) : values[i];
            if (value == null) {
                statement.setNull(i + 1, Types.NULL);
            } else {
                statement.setObject(i + 1, value);
            }
        }
    }
}
