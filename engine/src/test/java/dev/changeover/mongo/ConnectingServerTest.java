package dev.changeover.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import dev.changeover.CollectionKind;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Namespace;
import dev.changeover.servers.Mongod;
import dev.changeover.source.CollectionFacts;
import java.util.List;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a person is told when MongoDB cannot be reached, does not let them in, or does not let them do it. */
class ConnectingServerTest {
    private static Mongod server;

    @BeforeAll
    static void start() {
        server = Mongod.startWithUsers("s3cret");
        try (MongoClient root = MongoClients.create(server.uri("root", "s3cret", "shop"))) {
            root.getDatabase("shop").getCollection("orders").insertOne(new Document("_id", 1));
            root.getDatabase("other").getCollection("things").insertOne(new Document("_id", 1));
            user(root, "reader", new Document("role", "read").append("db", "shop"));
            user(root, "writer", new Document("role", "readWrite").append("db", "shop"));
            user(root, "backup", new Document("role", "backup").append("db", "admin"));
            user(root, "nobody", new Document("role", "read").append("db", "elsewhere"));
        }
    }

    private static void user(MongoClient root, String name, Document role) {
        root.getDatabase("admin")
                .runCommand(new Document("createUser", name).append("pwd", "pw").append("roles", List.of(role)));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static Failure failure(Runnable step) {
        return assertThrows(FailedException.class, step::run).failure();
    }

    @Test
    void aWrongPasswordIsRefusedAtOnceAndNotShown() {
        Failure failure = failure(() -> Mongo.connect(server.uri("root", "wr0ng", "shop")));
        assertThat(failure)
                .isInstanceOfSatisfying(
                        Failure.Refused.class,
                        refused -> assertThat(refused.remedy()).contains("authSource"));
        assertThat(failure.toString()).doesNotContain("wr0ng");
    }

    @Test
    void aClosedPortIsUnreachableAndNamed() {
        Failure failure = failure(() -> Mongo.connect("mongodb://127.0.0.1:1/shop?serverSelectionTimeoutMS=500"));
        assertThat(failure)
                .isInstanceOfSatisfying(
                        Failure.Unreachable.class,
                        gone -> assertThat(gone.reason()).contains("127.0.0.1:1", "refused"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"shop", "postgres://x/y", "mongodb://", "mongodb://u:p@ss/word@h/db", "mongodb://h:99999/x"})
    void aUriThatIsNoneIsWrongUseWithTheFormToGive(String uri) {
        Failure failure = failure(() -> Mongo.connect(uri));
        assertThat(failure).isInstanceOf(Failure.WrongUse.class);
        assertThat(failure.reason()).doesNotContain("ss/word");
    }

    @Test
    void withoutLoggingInThePersonIsToldWhatToGrant() {
        try (Mongo mongo = Mongo.connect(server.uri("shop"))) {
            Failure failure = failure(mongo::collections);
            assertThat(failure)
                    .isInstanceOfSatisfying(
                            Failure.Refused.class,
                            refused -> assertThat(refused.remedy()).contains("read", "shop"));
        }
    }

    @Test
    void aUserWhoMayNotReadIsToldWhichRoleIsMissing() {
        try (Mongo mongo = Mongo.connect(server.uri("nobody", "pw", "shop"))) {
            Failure failure = failure(mongo::collections);
            assertThat(failure)
                    .isInstanceOfSatisfying(
                            Failure.Refused.class,
                            refused -> assertThat(refused.remedy()).contains("role read on database shop"));
        }
    }

    @Test
    void aReaderMayNotWriteANoteAndIsToldSo() {
        try (Mongo mongo = Mongo.connect(server.uri("reader", "pw", "shop"))) {
            Failure failure = failure(() -> mongo.note("t0"));
            assertThat(failure)
                    .isInstanceOfSatisfying(
                            Failure.Refused.class,
                            refused -> assertThat(refused.remedy())
                                    .contains("appendOplogNote", "backup", "shop.changeover.heartbeat"));
        }
    }

    @Test
    void aWriterNotesInOurOwnCollectionAndWatchesOneDatabase() {
        try (Mongo mongo = Mongo.connect(server.uri("writer", "pw", "shop"))) {
            assertThat(mongo.note("first")).isLessThan(mongo.note("second"));
            assertThat(mongo.firstToken(mongo.note("t0")).json()).contains("_data");
            assertThat(mongo.collections())
                    .filteredOn(c -> c.namespace().equals(new Namespace("shop", "changeover.heartbeat")))
                    .singleElement()
                    .extracting(CollectionFacts::kind)
                    .isEqualTo(CollectionKind.SYSTEM);
        }
    }

    @Test
    void theRoleBackupIsEnoughForANote() {
        try (Mongo mongo = Mongo.connect(server.uri("backup", "pw", "shop"))) {
            assertThat(mongo.note("first")).isLessThan(mongo.note("second"));
        }
    }

    @Test
    void aSetThatWasNeverInitiatedIsNamedAsSuch() {
        try (Mongod raw = Mongod.start("--replSet", "rs")) {
            Failure failure =
                    failure(() -> Mongo.connect(raw.uri("shop") + "?replicaSet=rs&serverSelectionTimeoutMS=2000"));
            assertThat(failure.reason()).contains("not initiated");
            Failure direct = failure(() -> Mongo.connect(raw.uri("shop") + "?serverSelectionTimeoutMS=2000"));
            assertThat(direct.reason()).contains("not initiated");
        }
    }

    @Test
    void aUriThatLeadsToASecondaryAloneIsRefused() {
        try (Mongod member = Mongod.startReplicaSet()) {
            member.admin(new Document("replSetStepDown", 60).append("force", true));
            Failure failure = failure(() -> Mongo.connect(member.uri("shop")));
            assertThat(failure)
                    .isInstanceOfSatisfying(
                            Failure.Refused.class,
                            refused -> assertThat(refused.remedy()).contains("replicaSet=rs"));
        }
    }

    @Test
    void aStandaloneHasNoNotesAndIsToldHowToBecomeAReplicaSet() {
        try (Mongod alone = Mongod.start();
                Mongo mongo = Mongo.connect(alone.uri("shop"))) {
            Failure failure = failure(() -> mongo.note("t0"));
            assertThat(failure)
                    .isInstanceOfSatisfying(
                            Failure.Refused.class,
                            refused -> assertThat(refused.remedy()).contains("rs.initiate()"));
        }
    }
}
