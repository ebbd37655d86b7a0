package dev.changeover.reverse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.model.IndexOptions;
import dev.changeover.FailedException;
import dev.changeover.Station;
import dev.changeover.bson.BsonType;
import dev.changeover.mongo.FencedWriter;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Tx;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.bson.BsonDocument;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The way back when processes die, are overtaken or late, and what MongoDB does not take (I14, I15). */
class ReverseFaultsServerTest {
    private Reversing reversing;
    private CollectionPlan users;

    @BeforeEach
    void begin() throws InterruptedException {
        reversing = new Reversing();
        users = new CollectionPlan(
                reversing.namespace("users"),
                new TableName("public", "users"),
                BsonType.STRING,
                List.of(
                        FieldPlan.Column.of("name", "name", ColumnType.TEXT, BsonType.STRING),
                        FieldPlan.Column.of("n", "n", ColumnType.NUMERIC, BsonType.DECIMAL128),
                        FieldPlan.Column.of("at", "at", ColumnType.TIMESTAMPTZ, BsonType.DATE)),
                List.of(),
                Notes.NONE);
        reversing.filled(users, List.of(user("a"), user("b"), user("c")));
    }

    @AfterEach
    void end() {
        reversing.close();
    }

    private static byte[] user(String id) {
        String json = "{_id: '" + id + "', name: 'name of " + id + "'}";
        return Reversing.bytes(new RawBsonDocument(BsonDocument.parse(json), new BsonDocumentCodec()));
    }

    private String name(String id) {
        Document found = reversing
                .database
                .getCollection("users")
                .find(new Document("_id", id))
                .first();
        return found == null ? "gone" : String.valueOf(found.getString("name"));
    }

    private void rename(String id, String name) throws InterruptedException {
        reversing.sql("UPDATE public.users SET name = '" + name + "' WHERE mongo_id = '" + id + "'");
    }

    private static final class Stopped extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Dies when it gets there. */
    private static Station.Listener dies(Station there) {
        return station -> {
            if (station == there) {
                throw new Stopped();
            }
        };
    }

    @Test
    void aWorkerThatWasOvertakenCommitsNothing() throws InterruptedException {
        rename("a", "old");
        boolean[] overtaken = {false};
        Station.Listener pause = station -> {
            if (station == Station.REVERSE_WRITTEN && !overtaken[0]) {
                overtaken[0] = true;
                try { // meanwhile another takes over, for whom this document is not among the changed ones
                    Reverse.begin(
                                    reversing.taken(),
                                    Reversing.planOf(users),
                                    ReverseSettings.USUAL,
                                    Station.Listener.NONE)
                            .close();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        try (Reverse zombie = reversing.begin(users, pause)) {
            assertThatThrownBy(zombie::pass).isInstanceOf(FailedException.class).hasMessageContaining("taken over");
        }
        assertThat(name("a")).isEqualTo("name of a");
        assertThat(reversing.queued()).isEqualTo(1);
        reversing.drain(users);
        assertThat(name("a")).isEqualTo("old");
    }

    @Test
    void aWorkerThatWakesUpAfterTheNextOneWroteChangesNothing() throws InterruptedException {
        rename("a", "old");
        boolean[] overtaken = {false};
        Station.Listener pause = station -> {
            if (station == Station.REVERSE_READ && !overtaken[0]) {
                overtaken[0] = true;
                try {
                    reversing.taken();
                    rename("a", "new");
                    reversing.drain(users);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        try (Reverse zombie = reversing.begin(users, pause)) {
            assertThatThrownBy(zombie::pass).isInstanceOf(FailedException.class);
        }
        assertThat(name("a")).isEqualTo("new");
        assertThat(reversing.queued()).isZero();
    }

    @Test
    void onlyTheLatestEpochPassesTheFence() throws InterruptedException {
        UUID fence = UUID.randomUUID();
        try (FencedWriter older = reversing.mongo.writer(fence, 5);
                FencedWriter newer = reversing.mongo.writer(fence, 6)) {
            assertThatThrownBy(() -> older.transaction("be late", transaction -> true))
                    .isInstanceOf(FailedException.class)
                    .hasMessageContaining("taken over");
            int first = newer.transaction("go on", transaction -> 1);
            int second = newer.transaction("go on", transaction -> 2);
            assertThat(first + second).isEqualTo(3);
        }
        assertThatThrownBy(() -> reversing.mongo.writer(fence, 5)).isInstanceOf(FailedException.class);
    }

    @Test
    void whateverStepAWorkerDiesAtTheNextOneGoesOn() throws InterruptedException {
        List<Station> steps = List.of(Station.REVERSE_READ, Station.REVERSE_WRITTEN, Station.REVERSE_COMMITTED);
        for (Station step : steps) {
            rename("b", step.name());
            reversing.sql("DELETE FROM public.users WHERE mongo_id = 'c'");
            try (Reverse dying = reversing.begin(users, dies(step))) {
                assertThatThrownBy(dying::pass).isInstanceOf(Stopped.class);
            }
            assertThat(reversing.queued())
                    .as("kept until MongoDB has it: " + step)
                    .isPositive();
            assertThat(name("b").equals(step.name())).isEqualTo(step == Station.REVERSE_COMMITTED);
            reversing.taken();
            reversing.drain(users);
            assertThat(name("b")).isEqualTo(step.name());
            assertThat(name("c")).isEqualTo("gone");
            assertThat(reversing.queued()).isZero();
        }
    }

    @Test
    void aTransactionThatCommitsLateIsNotSkipped() throws InterruptedException {
        try (Tx late = reversing.pg.begin("be late")) {
            late.execute("UPDATE public.users SET name = 'late' WHERE mongo_id = 'a'");
            rename("b", "early");
            reversing.drain(users);
            assertThat(name("b")).isEqualTo("early");
            assertThat(name("a")).isEqualTo("name of a");
            late.commit();
        }
        reversing.drain(users);
        assertThat(name("a")).isEqualTo("late");
    }

    @Test
    void whatIsQueuedWhileAPassGoesOnStays() throws InterruptedException {
        rename("a", "first");
        Station.Listener meanwhile = station -> {
            if (station == Station.REVERSE_WRITTEN) {
                try {
                    rename("b", "meanwhile");
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        };
        try (Reverse reverse = reversing.begin(users, meanwhile)) {
            assertThat(reverse.pass().entries()).isEqualTo(1);
        }
        assertThat(reversing.queued()).isEqualTo(1);
        reversing.drain(users);
        assertThat(name("b")).isEqualTo("meanwhile");
    }

    @Test
    void truncateEmptiesTheCollectionButForRowsThatCameSince() throws InterruptedException {
        reversing.sql("TRUNCATE public.users");
        reversing.sql("INSERT INTO public.users (name) VALUES ('since')");
        reversing.drain(users);
        List<String> names = new ArrayList<>();
        reversing.database.getCollection("users").find().forEach(d -> names.add(d.getString("name")));
        assertThat(names).containsExactly("since");
        reversing.requireEqual(users, "after TRUNCATE");
    }

    @Test
    void everyWayOfWritingIsQueuedButTheFollowersOwn() throws InterruptedException {
        reversing.pg.change("as a follower", tx -> {
            dev.changeover.state.ReverseQueue.quiet(tx);
            tx.execute("UPDATE public.users SET name = 'x'; DELETE FROM public.users WHERE mongo_id = 'c'");
        });
        assertThat(reversing.queued()).isZero();
        reversing.sql("SET LOCAL session_replication_role = 'replica'; UPDATE public.users SET name = 'replicated'");
        assertThat(reversing.queued()).isEqualTo(2);
        reversing.drain(users);
        assertThat(name("a")).isEqualTo("replicated");
        Reverse.remove(reversing.ends(), Reversing.planOf(users));
        rename("a", "unseen");
        assertThat(reversing.queued()).isZero();
    }

    @Test
    void uniqueValuesMayChangeHands() throws InterruptedException {
        reversing.database.getCollection("users").createIndex(new Document("name", 1), new IndexOptions().unique(true));
        reversing.sql("UPDATE public.users SET name = CASE mongo_id WHEN 'a' THEN 'name of b' WHEN 'b' THEN 'name of c'"
                + " ELSE 'name of a' END");
        reversing.drain(users);
        assertThat(reversing.reasons()).isEmpty();
        assertThat(List.of(name("a"), name("b"), name("c"))).containsExactly("name of b", "name of c", "name of a");
    }

    @Test
    void whatMongoDbDoesNotTakeIsHeldAndTheOthersGoOn() throws InterruptedException {
        reversing.database.getCollection("users").createIndex(new Document("name", 1), new IndexOptions().unique(true));
        reversing.sql("UPDATE public.users SET name = 'twice' WHERE mongo_id IN ('a', 'b')");
        reversing.sql("UPDATE public.users SET n = 1234567890123456789012345678901234567890.5 WHERE mongo_id = 'c'");
        reversing.sql("INSERT INTO public.users (name, mongo_id) VALUES ('wrong id', 'd')");
        reversing.sql("INSERT INTO public.users (name, at) VALUES ('for ever', 'infinity')");
        reversing.sql("INSERT INTO public.users (name, at) VALUES ('fine', '2024-01-01 00:00:00.000123+00')");
        reversing.drain(users);
        assertThat(reversing.queued()).isZero();
        assertThat(reversing.reasons()).hasSize(4);
        assertThat(String.join("\n", reversing.reasons()))
                .contains(
                        "E11000 duplicate key",
                        "id is not the one that mongo_id gives",
                        "no document has these values: at");
        assertThat(List.of(name("a"), name("b"))).containsOnlyOnce("twice");
        reversing.requireEqual(users, "held");
        rename("a", "alone");
        rename("b", "alone too");
        reversing.sql(
                "UPDATE public.users SET n = 5 WHERE mongo_id = 'c'; UPDATE public.users SET at = NULL WHERE at = 'infinity';"
                        + " DELETE FROM public.users WHERE mongo_id = 'd'");
        reversing.drain(users);
        assertThat(reversing.reasons()).isEmpty();
        reversing.requireEqual(users, "none held");
    }

    @Test
    void whatIsHeldIsTriedAgainWhenOthersHaveMoved() throws InterruptedException {
        reversing.database.getCollection("users").createIndex(new Document("name", 1), new IndexOptions().unique(true));
        try (Reverse one = Reverse.begin(
                reversing.ends(), Reversing.planOf(users), new ReverseSettings(1), Station.Listener.NONE)) {
            reversing.sql("UPDATE public.users SET name = CASE mongo_id WHEN 'a' THEN 'name of b' ELSE 'other' END"
                    + " WHERE mongo_id <> 'c'");
            one.drain();
        }
        assertThat(reversing.reasons()).isEmpty();
        assertThat(List.of(name("a"), name("b"))).containsExactly("name of b", "other");
    }
}
