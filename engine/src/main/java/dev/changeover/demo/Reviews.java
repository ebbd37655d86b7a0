package dev.changeover.demo;

import java.time.Instant;
import java.util.List;
import org.bson.Document;
import org.bson.types.ObjectId;

/** What buyers wrote. Its oddities: ids of four types in one collection, ratings as texts, NUL characters. */
final class Reviews {
    private final Chance chance;
    private final List<ObjectId> users;
    private final List<Products.OnSale> products;
    private int written;

    /** Those that are numbered count on from {@code written}. */
    Reviews(Chance chance, int written, List<ObjectId> users, List<Products.OnSale> products) {
        this.chance = chance;
        this.written = written;
        this.users = users;
        this.products = products;
    }

    Document next() {
        Instant when = chance.moment();
        written++;
        Document review = new Document("_id", id(when))
                .append("product", chance.oneOf(products).id())
                .append("user", chance.rarely(30) ? null : chance.oneOf(users))
                .append("rating", rating())
                .append("text", text())
                .append("at", when);
        if (chance.rarely(300)) {
            review.append("helpful", new Document("yes", chance.number(40)).append("no", chance.number(10)));
        }
        return review;
    }

    /** The shop's own, those of the shop it bought, and those of the first release. */
    private Object id(Instant when) {
        if (chance.rarely(100)) {
            return "import-" + written;
        }
        if (chance.rarely(50)) {
            return written;
        }
        return chance.rarely(5) ? new Document("site", "partner").append("n", written) : chance.id(when);
    }

    private Object rating() {
        int stars = 1 + chance.number(5);
        if (chance.rarely(25)) {
            return Integer.toString(stars);
        }
        return chance.rarely(100) ? (Object) (stars - 0.5) : stars;
    }

    private String text() {
        String text = chance.oneOf(Words.OPINIONS);
        return chance.rarely(3) ? text + "\u0000" : text;
    }
}
