package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.ClusterTime;
import dev.changeover.run.Progress;
import dev.changeover.run.Step;
import dev.changeover.state.Following;
import dev.changeover.state.Spool;
import dev.changeover.state.Watch;
import java.io.StringWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FollowViewTest {
    private static final Instant NOON = Instant.parse("2026-11-25T12:00:00Z");

    private static Output output(Map<String, String> environment) {
        return Output.to(new StringWriter(), new StringWriter(), environment);
    }

    private static Following following(boolean exact, Optional<Duration> oplog, Optional<String> error) {
        return following(exact, Duration.ofSeconds(4), oplog, error);
    }

    private static Following following(
            boolean exact, Duration silence, Optional<Duration> oplog, Optional<String> error) {
        return new Following(
                Optional.of(new Spool.Cut(new ClusterTime(NOON.getEpochSecond(), 7), 4711, exact)),
                new ClusterTime(NOON.getEpochSecond() + 3, 1),
                silence,
                new Following.Behind(1_200, false),
                new Following.Pace(2_500, 800, 900),
                new Following.Counts(10_000, 2_000, 2_300),
                oplog,
                error.map(text -> new Following.Trouble(text, NOON)));
    }

    private static Progress progress(Step step, Following following) {
        return progress(step, 9, following);
    }

    private static Progress progress(Step step, long seconds, Following following) {
        return new Progress(
                step,
                Duration.ofSeconds(seconds),
                List.of(),
                Progress.Rate.NONE,
                Watch.Limits.NONE,
                Progress.Builds.NONE,
                Optional.of(following),
                Progress.Returned.NONE);
    }

    @Test
    void theCutTheLagThePaceAndTheWindowAreTold() {
        assertThat(new FollowView(output(Map.of()))
                        .lines(following(true, Optional.of(Duration.ofMinutes(90)), Optional.empty())))
                .containsExactly(
                        "  cut 4,711 at 2026-11-25T12:00:00Z, cluster time (" + NOON.getEpochSecond() + ", 7), exact",
                        "  lag 3 s, 1,200 events; 2,500 events/s, 800 documents/s, 900 rows/s",
                        "  10,000 events, 2,000 documents read anew (6,800 keys collapsed), 2,300 rows written since the"
                                + " process began",
                        "  oplog window left: 1 h 30 min");
    }

    @Test
    void whatIsNotExactOrNotKnownIsSaidSoAndPasswordsAreNot() {
        assertThat(String.join(
                        "\n",
                        new FollowView(output(Map.of()))
                                .lines(following(
                                        false, Optional.empty(), Optional.of("reach mongodb://a:s3cret@h: gone")))))
                .contains("eventually exact")
                .contains("oplog window left: unknown")
                .contains("last error at 2026-11-25T12:00:00Z: reach mongodb://a:***@h: gone");
    }

    @Test
    void aSourceThatIsNotHeardIsLag() {
        Following now = following(true, Duration.ofSeconds(90), Optional.empty(), Optional.empty());
        assertThat(now.lag()).contains(Duration.ofSeconds(93));
        assertThat(FollowView.plain(now))
                .contains("lag 1 min 33 s, 1,200 events (the source was last heard 1 min 30 s ago)");
    }

    @Test
    void jsonHasTheSame() {
        String json = RunJson.of(progress(
                Step.FOLLOW, following(false, Optional.of(Duration.ofMinutes(1)), Optional.of("server is gone"))));
        assertThat(json)
                .contains("\"step\":\"follow\"")
                .contains("\"cut_time\":\"2026-11-25T12:00:00Z\"")
                .contains("\"cut_ordinal\":7")
                .contains("\"exact\":false")
                .contains("\"exactness\":\"eventually exact\"")
                .contains("\"lag_seconds\":3")
                .contains("\"events_behind\":1200")
                .contains("\"events_per_second\":2500")
                .contains("\"rows_per_second\":900")
                .contains("\"keys_collapsed\":6800")
                .contains("\"oplog_window_seconds\":60")
                .contains("\"last_error\":\"server is gone\"");
    }

    @Test
    void aTerminalsLinesFitItAndAreDrawnInsteadOfTheBarsWhileCutsAreTaken() {
        Output narrow = output(Map.of("CHANGEOVER_TERMINAL", "out", "COLUMNS", "60"));
        Following now = following(true, Optional.empty(), Optional.of("x".repeat(200)));
        assertThat(new RunView(narrow).lines(progress(Step.FOLLOW, now)))
                .startsWith("following")
                .hasSize(6)
                .allMatch(line -> line.replaceAll("\u001b\\[[0-9;]*m", "").length() < 60);
        assertThat(new RunView(narrow).lines(progress(Step.INDEXES, now))).containsExactly("building indexes");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whereLinesStayOneIsWrittenEveryTenSecondsWhileItFollows(boolean json) throws InterruptedException {
        StringWriter out = new StringWriter();
        Following now = following(true, Optional.empty(), Optional.empty());
        RunDisplay display =
                RunDisplay.start(() -> progress(Step.FOLLOW, now), Output.to(out, new StringWriter(), Map.of()), json);
        display.close();
        out.getBuffer().setLength(0);
        display.draw(progress(Step.INDEXES, 90, now));
        for (int second = 100; second < 131; second++) {
            display.draw(progress(Step.FOLLOW, second, now));
        }
        assertThat(out.toString()
                        .lines()
                        .filter(line -> line.startsWith("following: cut") || line.contains("\"step\":\"follow\"")))
                .hasSize(4);
    }

    @Test
    void elsewhereALineSaysIt() {
        assertThat(new RunView(output(Map.of()))
                        .plain(progress(Step.FOLLOW, following(true, Optional.empty(), Optional.empty()))))
                .isEqualTo("following: cut 12:00:00Z exact, lag 3 s, 1,200 events, 2,500 events/s, 800 documents/s, 900"
                        + " rows/s, 6,800 keys collapsed");
    }
}
