package example;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import javax.sql.DataSource;

/** On the table that Changeover fills. The source is the router's: it checks the epoch in each transaction. */
final class PostgresAccounts implements Accounts {
    private final DataSource source;

    PostgresAccounts(DataSource source) {
        this.source = source;
    }

    @Override
    public void deposit(String id, long amount) throws SQLException {
        try (Connection connection = source.getConnection()) {
            connection.setAutoCommit(false);
            String sql = "UPDATE accounts SET balance = balance + ? WHERE mongo_id = ?";
            try (PreparedStatement statement = connection.prepareStatement(sql)) {
                statement.setLong(1, amount);
                statement.setString(2, id);
                statement.executeUpdate();
            }
            connection.commit();
        }
    }

    @Override
    public long balance(String id) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement("SELECT balance FROM accounts WHERE mongo_id = ?")) {
            statement.setString(1, id);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }
}
