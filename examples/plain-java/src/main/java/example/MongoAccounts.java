package example;

import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import org.bson.Document;

/** As it was before the migration: nothing in it knows of the router. */
final class MongoAccounts implements Accounts {
    private final MongoCollection<Document> accounts;

    MongoAccounts(MongoCollection<Document> accounts) {
        this.accounts = accounts;
    }

    @Override
    public void deposit(String id, long amount) {
        accounts.updateOne(Filters.eq(id), Updates.inc("balance", amount));
    }

    @Override
    public long balance(String id) {
        Document account = accounts.find(Filters.eq(id)).first();
        return account == null ? 0 : account.get("balance", Number.class).longValue();
    }
}
