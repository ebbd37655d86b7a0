package dev.changeover.demo;

import com.mongodb.client.ClientSession;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.WriteModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.bson.Document;
import org.bson.types.ObjectId;

/** One client of the shop: orders, reviews, renames and cancels, as its seed wants it. Confined to one thread. */
final class Clerk {
    /** So many numbers are a clerk's own. */
    private static final int NUMBERS = 10_000_000;

    private final Chance chance;
    private final MongoClient client;
    private final Shop.Opened shop;
    private final Orders orders;
    private final Reviews reviews;
    private final Done count;
    private final Deque<Document> placed = new ArrayDeque<>();

    /** {@code number} tells clerks of one shop apart, from 1. */
    Clerk(MongoClient client, Shop.Opened shop, long seed, int number, Done count) {
        this.client = client;
        this.shop = shop;
        this.count = count;
        chance = new Chance(seed * 31 + number);
        orders = new Orders(chance, number * NUMBERS, shop.users(), shop.products());
        reviews = new Reviews(chance, number * NUMBERS, shop.users(), shop.products());
    }

    /** One thing that a customer does. */
    void next() {
        int choice = chance.number(100);
        if (choice < 40) {
            order();
        } else if (choice < 50) {
            cancel();
        } else if (choice < 75) {
            in("reviews").insertOne(reviews.next());
            count.add(Done.Kind.WRITE, 1);
        } else {
            var renamed = in("users")
                    .updateOne(
                            Filters.eq("_id", chance.oneOf(shop.users())),
                            Updates.set("name.last", chance.oneOf(Words.LAST_NAMES)));
            count.add(Done.Kind.WRITE, renamed.getModifiedCount());
        }
    }

    /** Taken from the stock, all of it or, where there is not enough of one thing, nothing at all. */
    private void order() {
        Document order = orders.next();
        List<WriteModel<Document>> taken = stock(order, -1);
        boolean enough = together(session -> {
            in("orders").insertOne(session, order);
            return in("products").bulkWrite(session, taken).getMatchedCount() == taken.size();
        });
        if (enough) {
            placed.add(order);
            count.add(Done.Kind.WRITE, 1L + taken.size());
            count.add(Done.Kind.ORDER, 1);
        }
    }

    /** The oldest order of this clerk; what it took goes back. */
    private void cancel() {
        Document order = placed.poll();
        if (order == null) {
            return;
        }
        List<WriteModel<Document>> back = stock(order, 1);
        boolean done = together(session -> {
            in("products").bulkWrite(session, back);
            return in("orders")
                            .deleteOne(session, Filters.eq("_id", order.get("_id")))
                            .getDeletedCount()
                    == 1;
        });
        if (!done) {
            throw new IllegalStateException("an order of the shop is gone: " + order.get("number"));
        }
        count.add(Done.Kind.WRITE, 1L + back.size());
        count.add(Done.Kind.CANCELLED, 1);
    }

    private static List<WriteModel<Document>> stock(Document order, int sign) {
        List<WriteModel<Document>> updates = new ArrayList<>();
        for (Document item : order.getList("items", Document.class)) {
            ObjectId product = item.getObjectId("product");
            int quantity = number(Objects.requireNonNull(item.get("quantity")));
            var wanted = Filters.eq("_id", product);
            updates.add(new UpdateOneModel<>(
                    sign > 0 ? wanted : Filters.and(wanted, Filters.gte("stock", quantity)),
                    Updates.inc("stock", sign * quantity)));
        }
        return updates;
    }

    private static int number(Object quantity) {
        return quantity instanceof Number number ? number.intValue() : Integer.parseInt(quantity.toString());
    }

    private interface Work {
        boolean in(ClientSession session);
    }

    /** In one transaction, again after a write conflict; taken back where {@code work} says no. */
    private boolean together(Work work) {
        try (ClientSession session = client.startSession()) {
            long[] tries = {0};
            boolean done = session.withTransaction(() -> {
                tries[0]++;
                boolean good = work.in(session);
                if (!good) {
                    session.abortTransaction();
                }
                return good;
            });
            count.add(Done.Kind.CONFLICT, tries[0] - 1);
            return done;
        }
    }

    private MongoCollection<Document> in(String collection) {
        return client.getDatabase(Shop.NAME).getCollection(collection);
    }
}
