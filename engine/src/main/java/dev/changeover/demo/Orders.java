package dev.changeover.demo;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/** What was bought. Its oddities: counts as doubles and texts, a history whose keys are dates. */
final class Orders {
    private static final List<String> STATUSES =
            List.of("paid", "packed", "shipped", "delivered", "delivered", "returned");

    private final Chance chance;
    private final List<ObjectId> users;
    private final List<Products.OnSale> products;
    private int number;

    /** Order numbers count on from {@code number}. */
    Orders(Chance chance, int number, List<ObjectId> users, List<Products.OnSale> products) {
        this.chance = chance;
        this.number = number;
        this.users = users;
        this.products = products;
    }

    Document next() {
        Instant placed = chance.moment();
        List<Document> items = new ArrayList<>();
        BigDecimal total = BigDecimal.ZERO.setScale(2);
        int pieces = 0;
        for (int i = chance.number(4); i >= 0; i--) {
            Products.OnSale product = chance.oneOf(products);
            int quantity = 1 + chance.number(3);
            pieces += quantity;
            total = total.add(product.price().multiply(BigDecimal.valueOf(quantity)));
            items.add(new Document("product", product.id())
                    .append("title", product.title())
                    .append("quantity", quantity(quantity))
                    .append("price", new Decimal128(product.price())));
        }
        Document order = new Document("_id", chance.id(placed))
                .append("number", ++number)
                .append("user", chance.oneOf(users))
                .append("status", chance.oneOf(STATUSES))
                .append("items", items)
                .append("pieces", pieces)
                .append("total", total(total))
                .append("placedAt", placed);
        if (chance.rarely(800)) {
            order.append("history", history(placed));
        }
        if (chance.rarely(100)) {
            order.append("coupon", chance.rarely(200) ? null : "WELCOME" + chance.number(50));
        }
        return order;
    }

    private Object quantity(int quantity) {
        if (chance.rarely(4)) {
            return Integer.toString(quantity);
        }
        return chance.rarely(30) ? (Object) (double) quantity : quantity;
    }

    /** An old release of the shop wrote totals as text. */
    private Object total(BigDecimal total) {
        return chance.rarely(20) ? total.toPlainString() : new Decimal128(total);
    }

    private Document history(Instant placed) {
        Document history = new Document();
        Instant day = placed;
        for (int i = 1 + chance.number(3); i > 0; i--) {
            day = day.plus(Duration.ofHours(1L + chance.number(70)));
            history.append(day.toString().substring(0, 10), chance.oneOf(STATUSES));
        }
        return history;
    }
}
