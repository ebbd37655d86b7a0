package dev.changeover.demo;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.zaxxer.hikari.HikariDataSource;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.router.MongoTimes;
import dev.changeover.router.Route;
import dev.changeover.router.Router;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The application as three instances that go by the phase, each with connections and a router of its own. Their threads
 * change carts and read what they wrote, without a break, until closed.
 */
final class Instances implements AutoCloseable {
    private static final int INSTANCES = 3;
    private static final int THREADS_EACH = 2;
    private static final int CONNECTIONS_EACH = 6;
    private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(4);

    private final ClientLedger ledger = new ClientLedger();
    private final CountDownLatch over = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    /** {@code mongoUri} is the application's own, which may not write behind a fence. */
    Instances(String mongoUri, String postgresUri, CollectionPlan plan) throws SQLException {
        for (int i = 1; i <= INSTANCES; i++) {
            MongoClient client = MongoClients.create(MongoClientSettings.builder()
                    .applyConnectionString(new ConnectionString(mongoUri))
                    .applicationName("app-" + i)
                    .addCommandListener(new MongoTimes())
                    .build());
            open.add(client);
            HikariDataSource source = new HikariDataSource();
            source.setJdbcUrl(ShopTarget.url(postgresUri));
            source.setMaximumPoolSize(CONNECTIONS_EACH);
            open.add(source);
            Router router = Router.builder(source).name("app-" + i).start();
            open.add(router);
            Route<Carts> carts =
                    router.route(new Carts.InMongo(client), new Carts.InPostgres(router.dataSource(source), plan));
            for (int thread = 0; thread < THREADS_EACH; thread++) {
                int number = threads.size();
                threads.add(Thread.ofPlatform().name("demo-app-" + i).daemon().unstarted(() -> work(carts, number)));
            }
        }
    }

    Instances start() {
        threads.forEach(Thread::start);
        return this;
    }

    ClientLedger ledger() {
        return ledger;
    }

    private void work(Route<Carts> carts, int thread) {
        int each = Carts.COUNT / (INSTANCES * THREADS_EACH);
        try {
            long due = System.nanoTime();
            for (long round = 1; !over.await(due - System.nanoTime(), TimeUnit.NANOSECONDS); round++) {
                request(carts, Carts.name(thread * each + (int) (round % each)), round);
                due = Math.max(due + PACE_NANOS, System.nanoTime());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void request(Route<Carts> carts, String cart, long pieces) {
        try {
            long begun = System.nanoTime();
            carts.run(repository -> repository.set(cart, pieces));
            ledger.wrote(cart, pieces, System.nanoTime() - begun);
            begun = System.nanoTime();
            long found = carts.read(repository -> repository.get(cart));
            ledger.read(cart, found, System.nanoTime() - begun);
        } catch (RuntimeException | SQLException e) {
            ledger.failed(e);
        }
    }

    /** All requests have ended when this returns. */
    @Override
    public void close() throws InterruptedException {
        over.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        for (AutoCloseable one : open.reversed()) {
            close(one);
        }
    }

    private static void close(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            throw new IllegalStateException("close the demo's application", e);
        }
    }
}
