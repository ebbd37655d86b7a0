package dev.changeover.router;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.ReplaceOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;
import org.bson.Document;

/** An application's repository: amounts by name. */
interface Ledger {
    void save(String name, int amount) throws SQLException;

    Optional<Integer> find(String name) throws SQLException;

    record OnMongo(MongoCollection<Document> entries) implements Ledger {
        @Override
        public void save(String name, int amount) {
            entries.replaceOne(
                    Filters.eq(name),
                    new Document("_id", name).append("amount", amount),
                    new ReplaceOptions().upsert(true));
        }

        @Override
        public Optional<Integer> find(String name) {
            return Optional.ofNullable(entries.find(Filters.eq(name)).first()).map(entry -> entry.getInteger("amount"));
        }
    }

    record OnPostgres(DataSource source) implements Ledger {
        @Override
        public void save(String name, int amount) throws SQLException {
            try (Connection connection = source.getConnection()) {
                connection.setAutoCommit(false);
                String sql =
                        "INSERT INTO ledger VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET amount = excluded.amount";
                try (PreparedStatement statement = connection.prepareStatement(sql)) {
                    statement.setString(1, name);
                    statement.setInt(2, amount);
                    statement.executeUpdate();
                }
                connection.commit();
            }
        }

        @Override
        public Optional<Integer> find(String name) throws SQLException {
            try (Connection connection = source.getConnection();
                    PreparedStatement statement =
                            connection.prepareStatement("SELECT amount FROM ledger WHERE name = ?")) {
                statement.setString(1, name);
                try (ResultSet row = statement.executeQuery()) {
                    return row.next() ? Optional.of(row.getInt(1)) : Optional.empty();
                }
            }
        }
    }
}
