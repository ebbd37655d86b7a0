package dev.changeover.follow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Station;
import dev.changeover.copy.CopySettings;
import dev.changeover.planfile.PlanFile;
import dev.changeover.run.Run;
import dev.changeover.run.RunSettings;
import dev.changeover.run.Step;
import dev.changeover.run.Until;
import dev.changeover.servers.Mongod;
import dev.changeover.state.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a server may refuse to a follower: history, reads at an instant. On a server that can be told to refuse. */
class FollowRefusalsServerTest {
    private static final FollowSettings USUAL = FollowSettings.fitting(256L << 20);

    private static Mongod mongod;

    private Following following;

    @BeforeAll
    static void startServer() {
        mongod = Mongod.startReplicaSet(
                "--setParameter", "enableTestCommands=1", "--setParameter", "minSnapshotHistoryWindowInSeconds=2");
    }

    @AfterAll
    static void stopServer() {
        mongod.close();
    }

    @BeforeEach
    void fill() throws InterruptedException {
        following = new Following(mongod.uri("refusals"));
        List<Document> some = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            some.add(new Document("_id", i).append("n", 0));
        }
        following.source.getCollection("counters").insertMany(some);
        following.copied();
    }

    @AfterEach
    void close() throws InterruptedException {
        refuse(new Document("mode", "off"));
        following.close();
    }

    private void refuse(Document how) {
        Document command = new Document("configureFailPoint", "failCommand");
        command.putAll(how);
        following.client.getDatabase("admin").runCommand(command);
    }

    private void increment() {
        following
                .source
                .getCollection("counters")
                .updateMany(new Document(), new Document("$inc", new Document("n", 1)));
    }

    /** What nobody can read again must not be passed over. */
    @Test
    void aPositionThatTheOplogNoLongerHasIsRefusedAndNoHoleLeft() throws InterruptedException {
        increment();
        refuse(new Document("mode", "alwaysOn")
                .append("data", new Document("errorCode", 286).append("failCommands", List.of("aggregate"))));
        following.start(USUAL, Station.Listener.NONE);
        assertThatThrownBy(following::catchUp).isInstanceOfSatisfying(FailedException.class, e -> {
            assertThat(e.failure()).isInstanceOf(Failure.Refused.class);
            assertThat(((Failure.Refused) e.failure()).remedy()).contains("oplog", "--resync");
        });
    }

    /** It would be for nothing: what changes meanwhile is lost. */
    @Test
    void aCopyWhoseStreamCannotBeReadOnIsStopped() throws InterruptedException {
        refuse(new Document("mode", "alwaysOn")
                .append("data", new Document("errorCode", 286).append("failCommands", List.of("getMore"))));
        RunSettings slow = new RunSettings(
                new CopySettings(2, 2_000, Duration.ofSeconds(20), 256L << 20),
                false,
                true,
                Optional.of(new Watch.Limits(OptionalDouble.of(10), OptionalDouble.empty())),
                "test");
        Run run = new Run(following.mongo, following.pg, slow, Station.Listener.NONE);
        assertThatThrownBy(() -> run.until(Until.COPIED, "test", PlanFile.write(following.plan())))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("change stream");
        assertThat(run.progress().step()).isEqualTo(Step.COPY);
    }

    /** The instant is gone before its documents are read: another, newer one is taken. */
    @Test
    void anInstantThatIsTooOldIsGivenUpForANewerOne() throws InterruptedException {
        AtomicInteger begun = new AtomicInteger();
        following.start(USUAL, station -> {
            if (station == Station.CUT_BEGUN && begun.incrementAndGet() <= 2) {
                rest(Duration.ofSeconds(5));
            }
        });
        increment();
        assertThat(following.catchUp().exact()).isTrue();
        assertThat(begun.get()).isGreaterThan(2);
        following.requireEqual("after two that were too old");
    }

    /** As after an election: the member that is asked has not heard of the instant. */
    @Test
    void aMemberWhoseClockIsBehindIsAskedAgain() throws InterruptedException {
        following.start(USUAL, Station.Listener.NONE);
        increment();
        refuse(new Document("mode", new Document("times", 3))
                .append("data", new Document("errorCode", 72).append("failCommands", List.of("find"))));
        assertThat(following.catchUp().exact()).isTrue();
        following.requireEqual("after the clock was right");
    }

    @Test
    void aServerWithoutReadsAtAnInstantIsFollowedAndSaidToBeInexact() throws InterruptedException {
        following.connectAnew();
        refuse(new Document("mode", new Document("times", 1))
                .append("data", new Document("errorCode", 123).append("failCommands", List.of("find"))));
        assertThat(following.mongo.readsAnInstant(
                        following.plan().collections().getFirst().namespace()))
                .isFalse();
        following.start(USUAL, Station.Listener.NONE);
        increment();
        assertThat(following.catchUp().exact()).isFalse();
        following.requireEqual("read later");
    }

    private static void rest(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
