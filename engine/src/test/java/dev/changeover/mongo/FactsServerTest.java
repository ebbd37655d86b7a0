package dev.changeover.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.changeover.servers.Mongod;
import dev.changeover.servers.TestServers;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.Test;

class FactsServerTest {
    @Test
    void aReplicaSetWithoutUsersCanDoEverything() {
        try (Mongo mongo = Mongo.connect(TestServers.freshMongoDatabase())) {
            ServerFacts facts = mongo.facts();
            assertThat(facts.major()).isGreaterThanOrEqualTo(4);
            assertThat(facts.replicaSet()).isTrue();
            assertThat(facts.sharded()).isFalse();
            assertThat(facts.snapshotReads()).isTrue();
            assertThat(facts.abilities().changeStream().works()).isTrue();
            assertThat(facts.abilities().note().works()).isTrue();
            assertThat(facts.abilities().oplogRead().works()).isTrue();
            assertThat(facts.oplog())
                    .hasValueSatisfying(oplog -> assertThat(oplog.window()).isGreaterThanOrEqualTo(oplog.held()));
            assertThat(facts.rights().checked()).isFalse();
            assertThat(facts.members().dataBearing()).isEqualTo(1);
            assertThat(mongo.cores()).hasValue(Runtime.getRuntime().availableProcessors());
        }
    }

    @Test
    void aStandaloneSaysWhatItCannotDo() {
        try (Mongod alone = Mongod.start();
                Mongo mongo = Mongo.connect(alone.uri("shop"))) {
            ServerFacts facts = mongo.facts();
            assertThat(facts.replicaSet()).isFalse();
            assertThat(facts.snapshotReads()).isFalse();
            assertThat(facts.abilities().changeStream().works()).isFalse();
            assertThat(facts.abilities().note().works()).isFalse();
            assertThat(facts.oplog()).isEmpty();
        }
    }

    @Test
    void aUserWithFewRightsIsFoundOut() {
        try (Mongod server = Mongod.startWithUsers("pw")) {
            try (MongoClient root = MongoClients.create(server.uri("root", "pw", "shop"))) {
                root.getDatabase("shop").getCollection("c").insertOne(new Document("_id", 1));
                root.getDatabase("admin")
                        .runCommand(new Document("createUser", "reader")
                                .append("pwd", "pw")
                                .append("roles", List.of(new Document("role", "read").append("db", "shop"))));
            }
            try (Mongo mongo = Mongo.connect(server.uri("reader", "pw", "shop"))) {
                ServerFacts facts = mongo.facts();
                assertThat(facts.rights().checked()).isTrue();
                assertThat(facts.rights().user()).isEqualTo("reader@admin");
                assertThat(facts.rights().roles()).containsExactly("read@shop");
                assertThat(facts.rights().mayHeartbeat()).isFalse();
                assertThat(mongo.cores()).isEmpty();
                assertThat(facts.rights().mayBlockWrites()).isFalse();
                assertThat(facts.abilities().note().unauthorized()).isTrue();
                assertThat(facts.abilities().oplogRead().unauthorized()).isTrue();
                assertThat(facts.abilities().changeStream().works()).isTrue();
                assertThat(facts.snapshotReads()).isTrue();
                assertThat(facts.oplog()).isEmpty();
                assertThat(mongo.oplogBegins()).isEmpty();
            }
        }
    }
}
