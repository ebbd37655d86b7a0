package dev.changeover.router;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.zaxxer.hikari.HikariDataSource;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.servers.MongoWithUsers;
import dev.changeover.servers.TestServers;
import dev.changeover.state.Phases;
import dev.changeover.state.State;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.BsonTimestamp;
import org.bson.Document;

/**
 * A MongoDB, a PostgreSQL with the schema changeover, and a ledger in both; beside them what Changeover does: a follower,
 * the fence, cutover and way back, with the real tables and functions.
 */
final class World implements AutoCloseable {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    final MongoClient client;
    final MongoDatabase mongo;
    final HikariDataSource source = new HikariDataSource();
    final Pg pg;
    final Phases phases;
    private final String mongoUri;
    private final MongoClient bypassing;
    private final Follower follower = new Follower();

    World() throws InterruptedException, SQLException {
        String database = "world" + DATABASES.incrementAndGet();
        mongoUri = MongoWithUsers.application(database);
        client = MongoClients.create(watched(mongoUri));
        mongo = client.getDatabase(database);
        bypassing = MongoClients.create(MongoWithUsers.changeover(database));
        mongo.createCollection("ledger");
        String postgres = TestServers.freshPostgres();
        pg = Pg.connect(postgres, new PgSettings(4, Duration.ofSeconds(5)));
        phases = State.open(pg).phases();
        source.setJdbcUrl(TestServers.jdbc(postgres));
        source.setMaximumPoolSize(12);
        source.setConnectionTimeout(10_000);
        execute("CREATE TABLE ledger (name text PRIMARY KEY, amount integer NOT NULL)");
        execute("CREATE TRIGGER fence BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON ledger"
                + " FOR EACH STATEMENT EXECUTE FUNCTION changeover.fence()");
        follower.go();
    }

    /** As an application connects that uses the router. */
    static MongoClientSettings watched(String uri) {
        return MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(uri))
                .addCommandListener(new MongoTimes())
                .build();
    }

    String mongoUri() {
        return mongoUri;
    }

    /** With times that suit tests. */
    static Router.Builder quick(Router.Builder builder) {
        return builder.settings(RouterSettings.DEFAULT
                .withLease(Duration.ofSeconds(2))
                .withPatience(Duration.ofSeconds(20))
                .withCutPatience(Duration.ofSeconds(2)));
    }

    Router router() throws SQLException {
        return quick(Router.builder(source)).start();
    }

    Route<Ledger> route(Router router) {
        return router.route(onMongo(), new Ledger.OnPostgres(router.dataSource(source)));
    }

    Ledger onMongo() {
        return new Ledger.OnMongo(mongo.getCollection("ledger"));
    }

    /** Without a router. */
    Ledger onPostgres() {
        return new Ledger.OnPostgres(source);
    }

    void execute(String sql) throws SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** All steps up to that phase, or the one back; the follower and the fence go along. */
    void move(dev.changeover.Phase to) throws InterruptedException, SQLException {
        Phases.Now now = phases.now();
        if (now.phase() == to) {
            return;
        }
        if (to == dev.changeover.Phase.POSTGRES && now.phase() == dev.changeover.Phase.PG_READS) {
            fence();
            follower.stop();
            follower.pass();
            step(now, to);
        } else if (now.phase() == dev.changeover.Phase.POSTGRES) {
            wayBack(() -> {});
        } else {
            step(now, to.ordinal() > now.phase().ordinal() ? now.phase().next().orElseThrow() : to);
        }
        move(to);
    }

    private void step(Phases.Now now, dev.changeover.Phase to) throws InterruptedException {
        phases.end(phases.begin(now, to, "test", List.of()));
    }

    /** From postgres to pg-reads, as a cutover in the other direction; {@code meanwhile} runs while no write may begin. */
    void wayBack(Meanwhile meanwhile) throws InterruptedException, SQLException {
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("SELECT changeover.hold_phase('1 minute')");
            meanwhile.run();
            restore(connection);
            statement.execute("UPDATE changeover.phase SET phase = 'pg-reads', epoch = epoch + 1");
            statement.execute(
                    "SELECT pg_notify('changeover_phase', (SELECT epoch || ' ' || phase FROM changeover.phase))");
            connection.commit();
        }
        unfence();
        follower.go();
    }

    @FunctionalInterface
    interface Meanwhile {
        void run() throws InterruptedException, SQLException;
    }

    private void restore(Connection connection) throws SQLException {
        Ledger aside = new Ledger.OnMongo(aside().getCollection("ledger"));
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT name, amount FROM ledger")) {
            while (row.next()) {
                aside.save(row.getString(1), row.getInt(2));
            }
        }
    }

    private MongoDatabase aside() {
        return bypassing.getDatabase(mongo.getName());
    }

    /** From now on no write of the application's to MongoDB succeeds; reads go on. */
    void fence() {
        block(true);
    }

    void unfence() {
        block(false);
    }

    /** As a fence does with those that are open. */
    void abortTransactions() {
        MongoWithUsers.endSessionsOfApplications();
    }

    private void block(boolean block) {
        bypassing.getDatabase("admin").runCommand(new Document("setUserWriteBlockMode", 1).append("global", block));
    }

    Follower follower() {
        return follower;
    }

    /** Brings what MongoDB has over to PostgreSQL, cut after cut, until stopped. */
    final class Follower {
        private volatile boolean goes;
        private Thread thread = new Thread(() -> {});

        void go() {
            if (!goes) {
                goes = true;
                thread = new Thread(this::run, "test-follower");
                thread.setDaemon(true);
                thread.start();
            }
        }

        void stop() throws InterruptedException {
            goes = false;
            thread.join();
        }

        private void run() {
            while (goes) {
                try {
                    pass();
                    Thread.sleep(Duration.ofMillis(5));
                } catch (SQLException | InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }

        /** One cut: what is read after T was written at T or later, which is as good here. */
        void pass() throws SQLException {
            Document pong = aside().runCommand(new Document("ping", 1));
            BsonTimestamp at = pong.get("operationTime", BsonTimestamp.class);
            try (Connection connection = source.getConnection();
                    Statement statement = connection.createStatement();
                    PreparedStatement upsert = connection.prepareStatement("INSERT INTO ledger VALUES (?, ?)"
                            + " ON CONFLICT (name) DO UPDATE SET amount = excluded.amount")) {
                connection.setAutoCommit(false);
                statement.execute("SET LOCAL session_replication_role = replica");
                for (Document entry : aside().getCollection("ledger").find()) {
                    upsert.setString(1, entry.getString("_id"));
                    upsert.setInt(2, entry.getInteger("amount"));
                    upsert.executeUpdate();
                }
                statement.execute("UPDATE changeover.cut SET at = " + (at.getTime() * 4294967296L + at.getInc())
                        + ", number = number + 1");
                connection.commit();
            }
        }
    }

    @Override
    public void close() throws InterruptedException {
        follower.stop();
        source.close();
        pg.close();
        client.close();
        unfence();
        for (String collection : aside().listCollectionNames()) {
            if (!collection.startsWith("system.")) {
                aside().getCollection(collection).drop();
            }
        }
        bypassing.close();
    }
}
