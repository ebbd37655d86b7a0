package example;

import org.bson.Document;
import org.springframework.data.mongodb.core.MongoTemplate;
import org.springframework.data.mongodb.core.query.Criteria;
import org.springframework.data.mongodb.core.query.Query;
import org.springframework.data.mongodb.core.query.Update;
import org.springframework.stereotype.Repository;

/** As it was before the migration. */
@Repository
class MongoAccounts implements Accounts {
    private final MongoTemplate mongo;

    MongoAccounts(MongoTemplate mongo) {
        this.mongo = mongo;
    }

    @Override
    public void deposit(String id, long amount) {
        mongo.updateFirst(by(id), new Update().inc("balance", amount), "accounts");
    }

    @Override
    public long balance(String id) {
        Document account = mongo.findOne(by(id), Document.class, "accounts");
        return account == null ? 0 : account.get("balance", Number.class).longValue();
    }

    private static Query by(String id) {
        return Query.query(Criteria.where("_id").is(id));
    }
}
