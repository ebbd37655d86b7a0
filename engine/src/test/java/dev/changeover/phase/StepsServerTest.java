package dev.changeover.phase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.changeover.FailedException;
import dev.changeover.Phase;
import dev.changeover.Station;
import dev.changeover.postgres.Look;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.servers.TestServers;
import dev.changeover.state.Phases;
import dev.changeover.state.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The phase moves for all instances or for none, whatever fails on the way. */
class StepsServerTest {
    /** Nothing is copied here. */
    private static final Set<String> FORCED = Set.of("copied", "followed", "lag", "verified");

    @TempDir
    Path folder;

    private final Told outside = new Told();
    private final List<String> told = outside.lines;
    private Pg pg;
    private State state;

    @BeforeEach
    void begin() throws InterruptedException {
        pg = Pg.connect(TestServers.freshPostgres(), new PgSettings(6, Duration.ofSeconds(3)));
        state = State.open(pg);
    }

    @AfterEach
    void end() {
        pg.close();
    }

    private Steps steps(Duration patience, Optional<String> hook, Station.Listener stations) {
        return new Steps(
                state,
                new Steps.Settings(
                        "tester",
                        hook.map(command -> new Hook(command, Duration.ofSeconds(20))),
                        patience,
                        FORCED,
                        Duration.ofSeconds(5),
                        true),
                outside,
                stations);
    }

    private Steps steps() {
        return steps(Duration.ofSeconds(20), Optional.empty(), Station.Listener.NONE);
    }

    /** As an application does; returns the epoch that it is told. */
    private long renew(String instance, long acknowledged, String lease) throws InterruptedException {
        return Look.number(
                pg,
                "SELECT epoch FROM changeover.renew_lease('" + instance + "', " + acknowledged + ", '" + lease + "')");
    }

    private Phases.Now now() throws InterruptedException {
        return state.phases().now();
    }

    @Test
    void everyStepAndTheWayBackIsOnRecord() throws InterruptedException {
        assertThat(steps().move(Phase.BOTH).epoch()).isEqualTo(1);
        assertThat(steps().move(Phase.PG_READS).phase()).isEqualTo(Phase.PG_READS);
        assertThat(Look.number(pg, "SELECT count(*) FROM changeover.current_phase() WHERE db_target = 'both'"))
                .isOne();
        assertThat(steps().move(Phase.BOTH).epoch()).isEqualTo(3);
        assertThat(steps().move(Phase.BOTH).epoch()).as("it is there already").isEqualTo(3);
        assertThat(state.phases().steps(10))
                .extracting(Phases.Step::to)
                .containsExactly(Phase.BOTH, Phase.PG_READS, Phase.BOTH);
        assertThat(state.phases().steps(10)).noneMatch(Phases.Step::isOpen);
        assertThat(state.phases().steps(10).getLast().overridden()).containsExactly("copied", "followed", "lag");
        assertThat(state.phases().steps(1).getFirst().overridden())
                .as("nothing is asked for on the way back")
                .isEmpty();
    }

    @Test
    void aStepThatIsNotAllowedChangesNothing() throws InterruptedException {
        assertThatThrownBy(() -> steps().move(Phase.PG_READS)).hasMessageContaining("one step at a time");
        assertThatThrownBy(() -> steps().move(Phase.POSTGRES)).hasMessageContaining("one step at a time");
        Steps unforced = new Steps(
                state,
                new Steps.Settings(
                        "tester", Optional.empty(), Duration.ofSeconds(1), Set.of("lag"), Duration.ofSeconds(5), true),
                outside,
                Station.Listener.NONE);
        assertThatThrownBy(() -> unforced.move(Phase.BOTH))
                .hasMessageContaining("the copy is not complete")
                .hasMessageContaining("nobody follows MongoDB")
                .hasMessageNotContaining("behind");
        assertThat(now().epoch()).isZero();
    }

    @Test
    void everyInstanceIsWaitedForWhileItsLeaseLasts() throws InterruptedException {
        renew("dead", 0, "300 ms");
        renew("slow", 0, "1 minute");
        Thread answering = Thread.ofPlatform().start(() -> {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> told.stream().anyMatch(line -> line.equals("waits for slow")));
            try {
                renew("slow", renew("slow", 0, "1 minute"), "1 minute");
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Thread.sleep(Duration.ofMillis(400));
        assertThat(steps().move(Phase.BOTH).epoch()).isOne();
        answering.join();
        assertThat(told).contains("waits for slow");
        assertThat(state.phases().instances())
                .filteredOn(Phases.Instance::isThere)
                .singleElement()
                .satisfies(one -> assertThat(one.epoch()).isOne());
    }

    @Test
    void anInstanceThatDoesNotAnswerSendsAllBack() throws InterruptedException {
        renew("stuck", 0, "1 minute");
        Steps impatient = steps(Duration.ofMillis(500), Optional.empty(), Station.Listener.NONE);
        assertThatThrownBy(() -> impatient.move(Phase.BOTH))
                .isInstanceOf(FailedException.class)
                .hasMessageContaining("not acknowledged within 0 s by stuck")
                .hasMessageContaining("the phase is mongo again");
        assertThat(now().phase()).isEqualTo(Phase.MONGO);
        assertThat(now().epoch())
                .as("who took the phase over hears of the way back")
                .isEqualTo(2);
        assertThat(state.phases().steps(2)).extracting(Phases.Step::undone).containsExactly(false, true);
        assertThatThrownBy(() -> steps().move(Phase.BOTH)).hasMessageContaining("not yet at epoch 2: stuck");
        long unused = Look.number(pg, "SELECT 1 FROM (SELECT changeover.end_lease('stuck')) ended");
        assertThat(steps().move(Phase.BOTH).phase()).isEqualTo(Phase.BOTH);
    }

    /** An instance cannot say that it goes by what has not been. */
    @Test
    void anEpochThatHasNotBeenCannotBeAcknowledged() {
        assertThatThrownBy(() -> renew("early", 1, "1 minute")).hasMessageContaining("epoch 1 has not been yet");
        assertThatThrownBy(() -> renew("long", 0, "1 hour")).hasMessageContaining("not between 0 and 10 minutes");
    }

    @Test
    void aHookThatFailsSendsAllBackAndIsToldSo() throws IOException, InterruptedException {
        Path seen = folder.resolve("seen");
        String hook = "echo told $DB_TARGET; echo \"$DB_TARGET $CHANGEOVER_PHASE $CHANGEOVER_EPOCH\" >> '" + seen
                + "'; test $CHANGEOVER_PHASE != pg-reads";
        Steps steps = steps(Duration.ofSeconds(5), Optional.of(hook), Station.Listener.NONE);
        assertThat(steps.move(Phase.BOTH).phase()).isEqualTo(Phase.BOTH);
        assertThat(told).contains("hook: told both");
        assertThatThrownBy(() -> steps.move(Phase.PG_READS))
                .hasMessageContaining("the hook ended with exit code 1; the phase is both again");
        assertThat(Files.readAllLines(seen)).containsExactly("both both 1", "both pg-reads 2", "both both 3");
        assertThat(now().phase()).isEqualTo(Phase.BOTH);
    }

    @Test
    void aHookThatDoesNotEndIsEnded() throws InterruptedException {
        Hook endless = new Hook("sleep 60", Duration.ofMillis(300));
        long begun = System.nanoTime();
        assertThat(endless.run(Phase.BOTH, 1, told::add))
                .hasValueSatisfying(failed -> assertThat(failed).contains("did not end within"));
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void aStepThatWasKilledIsCompletedOrGivenUp() throws InterruptedException {
        Steps killed = steps(Duration.ofSeconds(5), Optional.empty(), station -> {
            if (station == Station.PHASE_BEGUN) {
                throw new IllegalStateException("killed");
            }
        });
        assertThatThrownBy(() -> killed.move(Phase.BOTH)).hasMessage("killed");
        assertThat(state.phases().steps(1)).singleElement().matches(Phases.Step::isOpen);
        assertThat(steps().move(Phase.BOTH).epoch()).as("the same step").isOne();
        assertThat(state.phases().steps(1)).singleElement().matches(step -> !step.isOpen());

        assertThatThrownBy(() -> killed.move(Phase.PG_READS)).hasMessage("killed");
        assertThat(steps().move(Phase.BOTH)).satisfies(now -> {
            assertThat(now.phase()).isEqualTo(Phase.BOTH);
            assertThat(now.epoch()).isEqualTo(3);
        });
        assertThat(state.phases().steps(10)).noneMatch(Phases.Step::isOpen);
    }

    @Test
    void onlyOneMovesThePhase() throws InterruptedException {
        try (Pg.Session alone = state.phases().own()) {
            assertThatThrownBy(() -> steps().move(Phase.BOTH)).hasMessageContaining("another process is at it");
        }
        Phases.Now before = now();
        assertThat(steps().move(Phase.BOTH).epoch()).isOne();
        assertThatThrownBy(() -> state.phases().begin(before, Phase.BOTH, "late", List.of()))
                .hasMessageContaining("it was moved meanwhile: it is both");
    }
}
