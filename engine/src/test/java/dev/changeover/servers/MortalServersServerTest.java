package dev.changeover.servers;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** What the tests of faults rely on. */
class MortalServersServerTest {
    @Test
    void aKilledPrimaryIsReplacedAndComesBackAndNothingIsLost() throws InterruptedException {
        try (MortalReplicaSet set = MortalReplicaSet.start();
                ReplicaSetProxies proxies = ReplicaSetProxies.before(set.uri("shop"));
                MongoClient client = MongoClients.create(proxies.uri("w=majority"))) {
            MongoCollection<Document> things = client.getDatabase("shop").getCollection("things");
            for (int i = 0; i < 4; i++) {
                things.insertOne(new Document("_id", i));
                set.killPrimary();
                things.insertOne(new Document("_id", "after " + i));
                set.revive();
                proxies.cut();
            }
            set.awaitWhole();
            assertThat(things.countDocuments()).isEqualTo(8);
        }
    }

    @Test
    void aKilledPostgresComesBackAtItsPortAndNothingIsLost() throws SQLException {
        try (MortalPostgres postgres = MortalPostgres.start()) {
            postgres.createDatabase("shop");
            String jdbc = TestServers.jdbc(postgres.uri("shop"));
            for (int i = 0; i < 4; i++) {
                try (Connection connection = DriverManager.getConnection(jdbc);
                        Connection idle = DriverManager.getConnection(jdbc)) {
                    assertThat(idle.isValid(5)).isTrue();
                    connection.createStatement().execute("CREATE TABLE t" + i + " ()");
                    if (i % 2 == 0) {
                        postgres.kill();
                    }
                    postgres.restart();
                }
            }
            try (Connection connection = DriverManager.getConnection(jdbc);
                    ResultSet row =
                            connection.createStatement().executeQuery("SELECT count(*) FROM pg_stat_user_tables")) {
                assertThat(row.next()).isTrue();
                assertThat(row.getInt(1)).isEqualTo(4);
            }
        }
    }
}
