package example;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.changeover.router.MongoTimes;
import dev.changeover.router.Route;
import dev.changeover.router.Router;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Deposits 1 into an account again and again, and says where the phase is. Arguments: a MongoDB URI with a database, a JDBC
 * URL, an account's _id. Move the phase meanwhile: no deposit fails, none is lost.
 */
public final class Main {
    private Main() {}

    public static void main(String[] args) throws Exception {
        ConnectionString uri = new ConnectionString(args[0]);
        PGSimpleDataSource postgres = new PGSimpleDataSource(); // a real application has a pool
        postgres.setUrl(args[1]);
        String id = args[2];
        MongoClientSettings settings = MongoClientSettings.builder()
                .applyConnectionString(uri)
                .addCommandListener(new MongoTimes())
                .build();
        try (MongoClient mongo = MongoClients.create(settings);
                Router router = Router.builder(postgres).start()) {
            Route<Accounts> accounts = router.route(
                    new MongoAccounts(mongo.getDatabase(uri.getDatabase()).getCollection("accounts")),
                    new PostgresAccounts(router.dataSource(postgres)));
            for (int i = 0; i < 600; i++) {
                accounts.run(a -> a.deposit(id, 1));
                long balance = accounts.read(a -> a.balance(id));
                System.out.println(router.phase().words() + ": " + balance);
                Thread.sleep(100);
            }
            System.out.println(router.figures());
        }
    }
}
