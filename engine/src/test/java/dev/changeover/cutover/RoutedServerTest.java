package dev.changeover.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import com.zaxxer.hikari.HikariDataSource;
import dev.changeover.Phase;
import dev.changeover.Station;
import dev.changeover.router.MongoTimes;
import dev.changeover.router.Route;
import dev.changeover.router.Router;
import dev.changeover.servers.MongoWithUsers;
import dev.changeover.servers.TestServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** An application behind the router does not notice that the database in charge changes, there and back. */
class RoutedServerTest {
    private static final int ACCOUNTS = 8;
    private static final int INSTANCES = 2;

    /** What the application does with an account. */
    private interface Accounts {
        void deposit(String id) throws SQLException;

        long balance(String id) throws SQLException;
    }

    private record OnMongo(MongoCollection<Document> accounts) implements Accounts {
        @Override
        public void deposit(String id) {
            accounts.updateOne(Filters.eq(id), Updates.inc("balance", 1L));
        }

        @Override
        public long balance(String id) {
            return Objects.requireNonNull(accounts.find(Filters.eq(id)).first()).getLong("balance");
        }
    }

    private record OnPostgres(DataSource source) implements Accounts {
        @Override
        public void deposit(String id) throws SQLException {
            try (Connection connection = source.getConnection();
                    PreparedStatement statement = connection.prepareStatement(
                            "UPDATE public.accounts SET balance = balance + 1 WHERE mongo_id = ?")) {
                connection.setAutoCommit(false);
                statement.setString(1, id);
                statement.executeUpdate();
                connection.commit();
            }
        }

        @Override
        public long balance(String id) throws SQLException {
            try (Connection connection = source.getConnection();
                    PreparedStatement statement =
                            connection.prepareStatement("SELECT balance FROM public.accounts WHERE mongo_id = ?")) {
                statement.setString(1, id);
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return row.getLong(1);
                }
            }
        }
    }

    /** A process of the application: its drivers, its router, and a thread for each of its accounts. */
    private static final class Instance implements AutoCloseable {
        private final HikariDataSource source = new HikariDataSource();
        private final MongoClient client;
        private final Router router;
        private final Route<Accounts> accounts;
        private final AtomicBoolean stop = new AtomicBoolean();
        private final List<Thread> threads;
        private final Traffic traffic;

        Instance(Migrating bank, int number, Traffic traffic) throws SQLException {
            this.traffic = traffic;
            source.setJdbcUrl(TestServers.jdbc(bank.postgres));
            client = MongoClients.create(MongoClientSettings.builder()
                    .applyConnectionString(new ConnectionString(MongoWithUsers.application(bank.database)))
                    .addCommandListener(new MongoTimes())
                    .build());
            router = Router.builder(source).name("instance " + number).start();
            accounts = router.route(
                    new OnMongo(client.getDatabase(bank.database).getCollection("accounts")),
                    new OnPostgres(router.dataSource(source)));
            threads = IntStream.range(0, ACCOUNTS)
                    .filter(account -> account % INSTANCES == number)
                    .mapToObj(account -> new Thread(() -> work("" + account)))
                    .toList();
            threads.forEach(Thread::start);
        }

        /** Only this thread writes the account, so what it reads is what it has written, or something is wrong. */
        private void work(String id) {
            try {
                for (long balance = 101; !stop.get(); balance++) {
                    accounts.run(a -> a.deposit(id));
                    long read = accounts.read(a -> a.balance(id));
                    if (read != balance) {
                        throw new AssertionError(id + " should be " + balance + " and is " + read);
                    }
                    traffic.balances.put(id, balance);
                    traffic.calls.incrementAndGet();
                }
            } catch (Throwable e) {
                traffic.failures.put(id, e);
            }
        }

        @Override
        public void close() throws InterruptedException {
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            router.close();
            client.close();
            source.close();
        }
    }

    /** What all instances have done. */
    private static final class Traffic {
        private final Map<String, Long> balances = new ConcurrentHashMap<>();
        private final Map<String, Throwable> failures = new ConcurrentHashMap<>();
        private final AtomicInteger calls = new AtomicInteger();

        void goOn(int more) {
            int goal = calls.get() + more;
            Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> calls.get() >= goal || !failures.isEmpty());
            assertThat(failures).isEmpty();
        }
    }

    @Test
    void noCallFailsAndNoDepositIsLostOrDoubledWhileTheDatabaseInChargeChanges()
            throws InterruptedException, SQLException {
        try (Migrating bank = new Migrating(ACCOUNTS).run(Station.Listener.NONE)) {
            Traffic traffic = new Traffic();
            try (Instance one = new Instance(bank, 0, traffic);
                    Instance other = new Instance(bank, 1, traffic)) {
                traffic.goOn(100);
                bank.toPgReads();
                for (int i = 0; i < 2; i++) {
                    traffic.goOn(100);
                    assertThat(bank.move(Phase.POSTGRES).phase()).isEqualTo(Phase.POSTGRES);
                    traffic.goOn(100);
                    assertThat(bank.move(Phase.PG_READS).phase()).isEqualTo(Phase.PG_READS);
                }
                traffic.goOn(100);
                assertThat(one.router.figures().fenced()
                                + other.router.figures().fenced())
                        .isPositive();
            }
            assertThat(traffic.failures).isEmpty();
            bank.awaitEqual();
            traffic.balances.forEach((id, balance) ->
                    assertThat(bank.inMongo().get(Integer.parseInt(id))).isEqualTo(balance + " from MongoDB"));
        }
    }
}
