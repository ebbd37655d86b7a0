package dev.changeover.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The shop in PostgreSQL, asked by plain SQL as an application would. Confined to one thread. */
final class ShopTarget implements AutoCloseable {
    private final Connection connection;

    ShopTarget(String uri) {
        this.connection = opened(url(uri));
    }

    /** As JDBC wants it. */
    static String url(String uri) {
        return uri.replaceFirst("^postgresql://([^@]+)@(.*)$", "jdbc:postgresql://$2?user=$1");
    }

    private static Connection opened(String url) {
        try {
            return DriverManager.getConnection(url);
        } catch (SQLException e) {
            throw new IllegalStateException("connect to the demo's PostgreSQL", e);
        }
    }

    /** What a query gave, as text; SQL NULL is null no more but the word. */
    record Answer(List<String> columns, List<List<String>> rows) {}

    Answer ask(String sql, Object... values) {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            try (ResultSet result = statement.executeQuery()) {
                return read(result);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("ask the demo's PostgreSQL: " + sql, e);
        }
    }

    private static Answer read(ResultSet result) throws SQLException {
        List<String> columns = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
            columns.add(result.getMetaData().getColumnName(i));
        }
        List<List<String>> rows = new ArrayList<>();
        while (result.next()) {
            List<String> row = new ArrayList<>();
            for (int i = 1; i <= columns.size(); i++) {
                String text = result.getString(i);
                row.add(text == null ? "NULL" : text);
            }
            rows.add(row);
        }
        return new Answer(columns, rows);
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException("leave the demo's PostgreSQL", e);
        }
    }
}
