package dev.changeover.demo;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bson.Document;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;

/** Things on sale. Their oddities: prices as Decimal128 with their zeros, stock as text, keys that are data. */
final class Products {
    /** One thing, as the orders see it. */
    record OnSale(ObjectId id, String title, BigDecimal price) {}

    private final Chance chance;
    private final List<OnSale> onSale = new ArrayList<>();

    Products(Chance chance) {
        this.chance = chance;
    }

    List<OnSale> onSale() {
        return onSale;
    }

    Document next() {
        Instant added = chance.moment();
        String title = chance.oneOf(Words.MAKES) + " " + chance.oneOf(Words.THINGS) + " No. " + (onSale.size() + 1);
        OnSale product = new OnSale(chance.id(added), title, price());
        onSale.add(product);
        Document document = new Document("_id", product.id())
                .append("sku", "SKU-%06d".formatted(onSale.size()))
                .append("title", title)
                .append("description", title + ", made by hand. " + chance.oneOf(Words.OPINIONS))
                .append("category", chance.oneOf(Words.CATEGORIES))
                .append("price", new Decimal128(product.price()))
                .append("stock", stock())
                .append("dimensions", dimensions())
                .append("attributes", attributes())
                .append("addedAt", added);
        if (chance.rarely(50)) {
            document.append("discontinuedAt", null);
        }
        return document;
    }

    /** With its cents: 12.00 stays 12.00. A wholesale price may be 1E+3. */
    private BigDecimal price() {
        if (chance.rarely(2)) {
            return new BigDecimal("1E+3");
        }
        return BigDecimal.valueOf(100L + chance.number(30_000), 2);
    }

    private Object stock() {
        int stock = chance.number(500);
        if (chance.rarely(30)) {
            return Integer.toString(stock);
        }
        return chance.rarely(20) ? (Object) (double) stock : stock;
    }

    private Document dimensions() {
        return new Document("width", 5 + chance.number(200))
                .append("height", 5 + chance.number(200))
                .append("weight", chance.rarely(5) ? Double.NaN : Math.round(chance.fraction() * 10_000) / 1000.0);
    }

    private Document attributes() {
        Document attributes = new Document("colour", chance.oneOf(Words.COLOURS));
        for (int i = chance.number(3); i > 0; i--) {
            attributes.append("size " + chance.number(60), chance.number(100) + " cm");
        }
        return attributes;
    }
}
