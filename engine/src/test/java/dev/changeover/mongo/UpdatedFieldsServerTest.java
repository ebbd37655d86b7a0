package dev.changeover.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Updates;
import dev.changeover.Namespace;
import dev.changeover.servers.Mongod;
import dev.changeover.servers.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bson.Document;
import org.junit.jupiter.api.Test;

/** Which fields of documents were updated, counted from the change stream. */
class UpdatedFieldsServerTest {
    private static final Duration BUDGET = Duration.ofSeconds(30);

    private final String uri = TestServers.freshMongoDatabase();
    private final String database = Objects.requireNonNull(new ConnectionString(uri).getDatabase());

    private List<UpdatedFields> look() {
        try (Mongo mongo = Mongo.connect(uri)) {
            return mongo.updatedFields(BUDGET).orElseThrow().stream()
                    .filter(of -> of.namespace().database().equals(database))
                    .toList();
        }
    }

    @Test
    void everyPathOfAnUpdateCountsOnceWithPlacesInArraysAsOne() {
        try (MongoClient client = MongoClients.create(uri)) {
            MongoCollection<Document> posts = client.getDatabase(database).getCollection("posts");
            posts.insertOne(new Document("_id", 1)
                    .append("stats", new Document("views", 0).append("old", 1))
                    .append("parts", List.of(new Document("n", 1), new Document("n", 2)))
                    .append("tags", List.of("a", "b", "c")));
            for (int i = 0; i < 5; i++) {
                posts.updateOne(new Document("_id", 1), Updates.inc("stats.views", 1));
            }
            posts.updateOne(
                    new Document("_id", 1), Updates.combine(Updates.inc("parts.0.n", 1), Updates.inc("parts.1.n", 1)));
            posts.updateOne(new Document("_id", 1), Updates.unset("stats.old"));
            posts.updateOne(
                    new Document("_id", 1),
                    List.of(new Document("$set", new Document("tags", new Document("$slice", List.of("$tags", 1))))));
            posts.replaceOne(new Document("_id", 1), new Document("whole", true));
            posts.deleteOne(new Document("_id", 1));
        }
        assertThat(look())
                .containsExactly(new UpdatedFields(
                        new Namespace(database, "posts"),
                        8,
                        Map.of("stats.views", 5L, "parts.*.n", 1L, "stats.old", 1L, "tags", 1L)));
    }

    @Test
    void namesMadeFromDataDoNotFillTheMemory() {
        try (MongoClient client = MongoClients.create(uri)) {
            MongoCollection<Document> days = client.getDatabase(database).getCollection("days");
            days.insertOne(new Document("_id", 1).append("perKey", new Document()));
            for (int i = 0; i < 2_100; i++) {
                days.updateOne(new Document("_id", 1), Updates.set("perKey.k" + i + "x", i));
            }
        }
        assertThat(look()).singleElement().satisfies(of -> {
            assertThat(of.byPath().size()).isEqualTo(2_001);
            assertThat(of.byPath()).containsEntry("perKey", 100L);
            assertThat(of.updates()).isEqualTo(2_100);
        });
    }

    @Test
    void aServerWithoutAChangeStreamTellsNone() {
        try (Mongod alone = Mongod.start();
                Mongo mongo = Mongo.connect(alone.uri("shop"))) {
            assertThat(mongo.updatedFields(BUDGET)).isEmpty();
        }
    }
}
