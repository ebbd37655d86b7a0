package dev.changeover.demo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.SqlText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.bson.Document;

/** The application's repository of carts: how many pieces are in each. */
interface Carts {
    String NAME = "carts";
    int COUNT = 48;

    void set(String cart, long pieces) throws SQLException;

    long get(String cart) throws SQLException;

    /** The name of cart {@code number}. */
    static String name(int number) {
        return "cart-" + number;
    }

    /** All of them, empty. */
    static List<Document> documents() {
        List<Document> all = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            all.add(new Document("_id", name(i)).append("pieces", 0L).append("note", "kept as it is"));
        }
        return all;
    }

    /** Those of MongoDB. */
    record InMongo(MongoClient client) implements Carts {
        private MongoCollection<Document> carts() {
            return client.getDatabase(Shop.NAME).getCollection(NAME);
        }

        @Override
        public void set(String cart, long pieces) {
            long found = carts().updateOne(Filters.eq("_id", cart), Updates.set("pieces", pieces))
                    .getMatchedCount();
            requireOne(found, cart);
        }

        @Override
        public long get(String cart) {
            return Objects.requireNonNull(carts().find(Filters.eq("_id", cart)).first())
                    .getLong("pieces");
        }
    }

    /** Those of PostgreSQL, in the table that the plan made of the collection. */
    final class InPostgres implements Carts {
        private final DataSource source;
        private final String update;
        private final String select;

        InPostgres(DataSource source, CollectionPlan plan) {
            this.source = source;
            String table = SqlText.quoted(plan.table());
            String column = plan.fields().stream()
                    .filter(field ->
                            field instanceof FieldPlan.Column && field.field().equals("pieces"))
                    .map(field -> ((FieldPlan.Column) field).column())
                    .findFirst()
                    .orElseThrow();
            update = "UPDATE " + table + " SET \"" + column + "\" = ? WHERE mongo_id = ?";
            select = "SELECT \"" + column + "\" FROM " + table + " WHERE mongo_id = ?";
        }

        @Override
        public void set(String cart, long pieces) throws SQLException {
            try (Connection connection = source.getConnection();
                    PreparedStatement statement = connection.prepareStatement(update)) {
                connection.setAutoCommit(false);
                statement.setLong(1, pieces);
                statement.setString(2, cart);
                requireOne(statement.executeUpdate(), cart);
                connection.commit();
            }
        }

        @Override
        public long get(String cart) throws SQLException {
            try (Connection connection = source.getConnection();
                    PreparedStatement statement = connection.prepareStatement(select)) {
                statement.setString(1, cart);
                try (ResultSet result = statement.executeQuery()) {
                    if (!result.next()) {
                        throw new IllegalStateException("there is no " + cart);
                    }
                    return result.getLong(1);
                }
            }
        }
    }

    private static void requireOne(long found, String cart) {
        if (found != 1) {
            throw new IllegalStateException(found + " carts are " + cart);
        }
    }
}
