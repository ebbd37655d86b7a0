package dev.changeover.bench;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Sorts;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.bson.Document;

/** The script that a team writes first: pages of 500 by skip and limit, upserts of six columns. */
record HandWritten() implements Peer {
    private static final int PAGE = 500;
    private static final int FEW = 100_000;
    private static final int MANY = 600_000;
    private static final double GOAL_OF_FEW = 10;
    private static final double GOAL_OF_MANY = 30;

    @Override
    public String word() {
        return "etl";
    }

    @Override
    public String about() {
        return "hand-written ETL";
    }

    @Override
    public String fidelity() {
        return "find().sort(_id).skip(n).limit(500), 500 INSERT … ON CONFLICT in a JDBC batch, a commit a page; six columns of"
                + " the documents' ten fields, nothing nested.";
    }

    @Override
    public int documentsMost() {
        return MANY;
    }

    @Override
    public List<Stretch> load(Databases databases) throws SQLException {
        databases.execute("CREATE TABLE peer.users (id text PRIMARY KEY, email text, name text, age integer,"
                + " active boolean, created_at timestamptz)");
        List<Stretch> stretches = new ArrayList<>();
        long begun = System.nanoTime();
        try (MongoClient client = MongoClients.create(databases.mongo());
                Connection connection = DriverManager.getConnection(databases.jdbc());
                PreparedStatement upsert = connection.prepareStatement(
                        "INSERT INTO peer.users (id, email, name, age, active, created_at) VALUES (?, ?, ?, ?, ?, ?)"
                                + " ON CONFLICT (id) DO UPDATE SET email = EXCLUDED.email, name = EXCLUDED.name,"
                                + " age = EXCLUDED.age, active = EXCLUDED.active, created_at = EXCLUDED.created_at")) {
            connection.setAutoCommit(false);
            MongoCollection<Document> users =
                    client.getDatabase(databases.name()).getCollection(Databases.COLLECTION);
            for (int skip = 0; ; skip += PAGE) {
                List<Document> page = users.find()
                        .sort(Sorts.ascending("_id"))
                        .skip(skip)
                        .limit(PAGE)
                        .into(new ArrayList<>());
                if (skip == FEW || page.isEmpty()) {
                    stretches.add(stretch(skip, Duration.ofNanos(System.nanoTime() - begun)));
                }
                if (page.isEmpty()) {
                    return stretches;
                }
                for (Document user : page) {
                    add(upsert, user);
                }
                int[] unused = upsert.executeBatch();
                connection.commit();
            }
        }
    }

    private Stretch stretch(int documents, Duration took) {
        OptionalDouble goal = OptionalDouble.empty();
        if (documents == FEW) {
            goal = OptionalDouble.of(GOAL_OF_FEW);
        } else if (documents == MANY) {
            goal = OptionalDouble.of(GOAL_OF_MANY);
        }
        return new Stretch("%s, the first %,d".formatted(about(), documents), documents, took, goal);
    }

    private static void add(PreparedStatement upsert, Document user) throws SQLException {
        upsert.setString(1, user.getObjectId("_id").toHexString());
        upsert.setString(2, user.getString("email"));
        upsert.setString(3, user.getString("name"));
        upsert.setInt(4, user.getInteger("age"));
        upsert.setBoolean(5, user.getBoolean("active"));
        upsert.setTimestamp(6, Timestamp.from(user.getDate("createdAt").toInstant()));
        upsert.addBatch();
    }
}
