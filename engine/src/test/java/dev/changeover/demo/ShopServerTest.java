package dev.changeover.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import dev.changeover.bson.BsonCursor;
import dev.changeover.servers.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.junit.jupiter.api.Test;

class ShopServerTest {
    @Test
    void theSameSeedGivesTheSameShop() {
        assertThat(firstUsers(7)).isEqualTo(firstUsers(7)).isNotEqualTo(firstUsers(8));
    }

    private static List<Document> firstUsers(long seed) {
        Users users = new Users(new Chance(seed));
        List<Document> first = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            first.add(users.next());
        }
        return first;
    }

    @Test
    void theShopHasTheOdditiesOfRealData() {
        String uri = TestServers.freshMongoDatabase();
        String database = Shop.NAME;
        Shop.open(uri, new DemoSettings(DemoSettings.Size.SMALL, 1, false, Duration.ZERO, Duration.ZERO));
        try (MongoClient client = MongoClients.create(uri)) {
            var users = client.getDatabase(database).getCollection("users");
            var products = client.getDatabase(database).getCollection("products");
            var reviews = client.getDatabase(database).getCollection("reviews");
            assertThat(users.countDocuments()).isEqualTo(2_000);
            assertThat(users.countDocuments(Filters.type("age", "string"))).isPositive();
            assertThat(users.countDocuments(Filters.regex("note", "\\x00"))).isPositive();
            assertThat(users.countDocuments(Filters.exists("phone", false))).isPositive();
            assertThat(users.countDocuments(Filters.type("phone", "null"))).isPositive();
            assertThat(products.countDocuments(Filters.type("price", "decimal")))
                    .isEqualTo(200);
            for (String type : List.of("objectId", "string", "int", "object")) {
                assertThat(reviews.countDocuments(Filters.type("_id", type)))
                        .as(type)
                        .isPositive();
            }
            assertThat(ratings(client.getDatabase(database).getCollection("reviews", RawBsonDocument.class)))
                    .isEqualTo(2);
        }
    }

    private static int ratings(MongoCollection<RawBsonDocument> reviews) {
        byte[] twice = Objects.requireNonNull(
                        reviews.find(Filters.eq("_id", "import-0")).first())
                .getByteBuffer()
                .array();
        int ratings = 0;
        BsonCursor cursor = new BsonCursor(twice);
        while (cursor.next()) {
            ratings += cursor.name().equals("rating") ? 1 : 0;
        }
        return ratings;
    }
}
