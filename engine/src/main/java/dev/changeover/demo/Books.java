package dev.changeover.demo;

import com.mongodb.client.MongoDatabase;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.SqlText;
import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;
import org.bson.Document;

/**
 * The pieces in stock and the pieces ordered. An order takes from the stock what it has, in one transaction, so that
 * their sum is the same at every instant of MongoDB, and in every state that PostgreSQL may show.
 */
final class Books {
    private final ShopTarget target;
    private final List<String> question;
    private final String look;

    Books(ShopTarget target, CollectionPlan products, CollectionPlan orders, CollectionPlan reviews) {
        this.target = target;
        question = List.of(
                "SELECT (SELECT sum(" + SqlText.quoted(SameQuestion.column(products, "stock")) + ") FROM "
                        + SqlText.quoted(products.table()) + ")",
                "     + (SELECT sum(" + SqlText.quoted(SameQuestion.column(orders, "pieces")) + ") FROM "
                        + SqlText.quoted(orders.table()) + ")");
        look = "SELECT (" + String.join("\n", question) + "), (SELECT number FROM changeover.cut), EXISTS (SELECT FROM "
                + SqlText.quoted(reviews.table()) + " WHERE mongo_id = ?)";
    }

    /** One state of PostgreSQL: the sum in it, the cut it is of, and whether it has the marker. */
    record Look(long pieces, long cut, boolean arrived) {}

    /** As it is asked, and why. */
    Scene.Page question() {
        return new Scene.Page("Pieces in stock and pieces ordered: no order may change their sum", question);
    }

    /** In one statement, hence of one state. */
    Look look(String marker) {
        List<String> row = target.ask(look, marker).rows().getFirst();
        return new Look(
                new BigDecimal(row.get(0)).longValueExact(),
                Long.parseLong(row.get(1)),
                row.get(2).equals("t"));
    }

    /** The sum in MongoDB, while nobody writes. */
    static long pieces(MongoDatabase shop) {
        return sum(shop, "products", "$stock") + sum(shop, "orders", "$pieces");
    }

    private static long sum(MongoDatabase shop, String collection, String field) {
        Document group = new Document("_id", null).append("n", new Document("$sum", new Document("$toLong", field)));
        Document found = Objects.requireNonNull(shop.getCollection(collection)
                .aggregate(List.of(new Document("$group", group)))
                .first());
        return found.getLong("n");
    }
}
