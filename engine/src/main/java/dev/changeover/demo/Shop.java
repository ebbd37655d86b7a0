package dev.changeover.demo;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.DocumentCodec;
import org.bson.types.ObjectId;

/** A small shop as a MongoDB database, with the oddities of real data. The same seed gives the same shop. */
final class Shop {
    static final String NAME = "shop";

    private static final int BATCH = 1_000;

    private Shop() {}

    /** Who buys, and what. */
    record Opened(List<ObjectId> users, List<Products.OnSale> products) {
        Opened {
            users = List.copyOf(users);
            products = List.copyOf(products);
        }
    }

    /** Fills the database {@link #NAME}. */
    static Opened open(String uri, DemoSettings settings) {
        Chance chance = new Chance(settings.seed());
        Users users = new Users(chance);
        Products products = new Products(chance);
        try (MongoClient client = MongoClients.create(uri)) {
            MongoDatabase shop = client.getDatabase(NAME);
            DemoSettings.Size size = settings.size();
            indexes(shop);
            fill(shop, "users", size.users, users::next);
            fill(shop, "products", size.products, products::next);
            users.ids().sort(Comparator.naturalOrder());
            fill(shop, "orders", size.orders, new Orders(chance, 100_000, users.ids(), products.onSale())::next);
            fill(shop, "reviews", size.reviews, new Reviews(chance, 0, users.ids(), products.onSale())::next);
            shop.getCollection(Carts.NAME).insertMany(Carts.documents());
            twiceNamed(shop);
            shop.createView("open_orders", "orders", List.of(new Document("$match", new Document("status", "paid"))));
            return new Opened(users.ids(), products.onSale());
        }
    }

    private static void indexes(MongoDatabase shop) {
        MongoCollection<Document> users = shop.getCollection("users");
        users.createIndex(Indexes.ascending("email"), new IndexOptions().unique(true));
        users.createIndex(
                Indexes.ascending("bannedUntil"),
                new IndexOptions().partialFilterExpression(Filters.exists("bannedUntil")));
        MongoCollection<Document> products = shop.getCollection("products");
        products.createIndex(Indexes.ascending("sku"), new IndexOptions().unique(true));
        products.createIndex(Indexes.compoundIndex(Indexes.text("title"), Indexes.text("description")));
        MongoCollection<Document> orders = shop.getCollection("orders");
        orders.createIndex(Indexes.compoundIndex(Indexes.ascending("user"), Indexes.descending("placedAt")));
        orders.createIndex(Indexes.ascending("number"), new IndexOptions().unique(true));
        orders.createIndex(Indexes.ascending("coupon"), new IndexOptions().sparse(true));
        MongoCollection<Document> reviews = shop.getCollection("reviews");
        reviews.createIndex(Indexes.compoundIndex(Indexes.ascending("product"), Indexes.descending("rating")));
        reviews.createIndex(Indexes.ascending("at"), new IndexOptions().expireAfter(3650L, TimeUnit.DAYS));
    }

    private static void fill(MongoDatabase shop, String name, int documents, Supplier<Document> next) {
        MongoCollection<Document> collection = shop.getCollection(name);
        List<Document> batch = new ArrayList<>(BATCH);
        for (int i = 0; i < documents; i++) {
            batch.add(next.get());
            if (batch.size() == BATCH || i == documents - 1) {
                collection.insertMany(batch);
                batch.clear();
            }
        }
    }

    /** A document with two fields of one name: BSON allows it, the server stores it, most tools lose one. */
    private static void twiceNamed(MongoDatabase shop) {
        RawBsonDocument written = new RawBsonDocument(
                new Document("_id", "import-0").append("rating", 4).append("ratinh", 5), new DocumentCodec());
        byte[] bytes = written.getByteBuffer().array().clone();
        for (int i = 0; i < bytes.length - 6; i++) {
            if (new String(bytes, i, 6, java.nio.charset.StandardCharsets.US_ASCII).equals("ratinh")) {
                bytes[i + 5] = 'g';
            }
        }
        shop.getCollection("reviews", RawBsonDocument.class).insertOne(new RawBsonDocument(bytes));
    }
}
