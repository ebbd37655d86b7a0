package dev.changeover.servers;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

class ServersServerTest {
    @Test
    void mongoIsAReplicaSetThatTakesTransactions() {
        String uri = TestServers.freshMongoDatabase();
        String database = new ConnectionString(uri).getDatabase();
        try (MongoClient client = MongoClients.create(uri);
                ClientSession session = client.startSession()) {
            var things = client.getDatabase(database).getCollection("things");
            session.withTransaction(() -> things.insertOne(session, new Document("_id", 1)));
            assertThat(things.countDocuments()).isEqualTo(1);
        }
    }

    @Test
    void postgresIsUtf8AndEmpty() throws SQLException {
        try (Connection connection = DriverManager.getConnection(TestServers.freshPostgresJdbc());
                ResultSet row = connection
                        .createStatement()
                        .executeQuery(
                                "SELECT current_setting('server_encoding'), current_setting('server_version_num')::int,"
                                        + " (SELECT count(*) FROM pg_stat_user_tables)")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isEqualTo("UTF8");
            assertThat(row.getInt(2)).isGreaterThanOrEqualTo(180_000);
            assertThat(row.getInt(3)).isZero();
        }
    }

    @Test
    void theOldestPostgresRunsBesideTheNewest() throws SQLException {
        try (Connection connection = DriverManager.getConnection(TestServers.jdbc(TestServers.freshOldestPostgres()))) {
            assertThat(connection.getMetaData().getDatabaseMajorVersion()).isEqualTo(14);
        }
    }

    @Test
    void everyTestGetsItsOwnDatabases() {
        assertThat(TestServers.freshMongoDatabase()).isNotEqualTo(TestServers.freshMongoDatabase());
        assertThat(TestServers.freshPostgres()).isNotEqualTo(TestServers.freshPostgres());
    }

    @Test
    void threeMembersElectAPrimaryAndClosingLeavesNothingBehind() throws InterruptedException {
        Path folder;
        MongoReplicaSet set;
        try (Room room = Room.make("three")) {
            folder = room.path();
            Path mongod = new MongodBinary(Servers.cache(), line -> {}).find();
            set = MongoReplicaSet.start(mongod, folder, new ServerSettings(3, 0.25, false));
            try (set;
                    MongoClient client = MongoClients.create(set.uri("shop"))) {
                client.getDatabase("shop").getCollection("things").insertOne(new Document("_id", 1));
                assertThat(set.pids()).hasSize(3);
            }
        }
        assertThat(set.pids())
                .noneMatch(pid ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
        assertThat(Files.exists(folder)).isFalse();
    }

    @Test
    void aSignalToTheJvmStopsBothAndRemovesTheirData() throws IOException, InterruptedException {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        ServersUntilKilled.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader out = jvm.inputReader()) {
            String[] words = String.valueOf(out.readLine()).split(" ");
            List<ProcessHandle> servers = List.of(handle(words[1]), handle(words[2]));
            Path folder = Path.of(words[words.length - 1].replace("'", ""));
            assertThat(folder).exists();

            jvm.destroy();

            assertThat(jvm.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(servers).noneMatch(ProcessHandle::isAlive);
            assertThat(folder).doesNotExist();
        } finally {
            jvm.destroyForcibly();
        }
    }

    /** The end of a JVM is given 30 seconds by those who run tests, a checkpoint of many databases takes longer. */
    @Test
    void endingWaitsNeitherForACheckpointNorForAProcessThatDoesNotHear()
            throws IOException, InterruptedException, SQLException {
        Servers servers = Servers.start(ServerSettings.SMALL, line -> {});
        servers.createPostgresDatabase("busy");
        try (Connection connection = DriverManager.getConnection(TestServers.jdbc(servers.postgresUri("busy")))) {
            int backend = connection.unwrap(PGConnection.class).getBackendPID();
            ProcessHandle deaf = handle("" + backend);
            assertThat(Shell.ends(List.of("kill", "-STOP", "" + backend), Duration.ofSeconds(5)))
                    .isTrue();
            long begun = System.nanoTime();
            servers.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(20));
            assertThat(deaf.isAlive()).isFalse();
        }
    }

    private static ProcessHandle handle(String pid) {
        return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
    }
}
