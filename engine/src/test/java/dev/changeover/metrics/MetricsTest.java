package dev.changeover.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.http.Http;
import dev.changeover.run.Progress;
import dev.changeover.run.Step;
import dev.changeover.state.Following;
import dev.changeover.state.Spool;
import dev.changeover.state.Watch;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private static Progress progress(Optional<Following> following) {
        return new Progress(
                Step.FOLLOW,
                Duration.ofSeconds(1),
                List.of(),
                Progress.Rate.NONE,
                Watch.Limits.NONE,
                Progress.Builds.NONE,
                following,
                Progress.Returned.NONE);
    }

    private static Following following(long events, boolean exact) {
        return new Following(
                Optional.of(new Spool.Cut(new ClusterTime(1_790_000_000L, 3), 17, exact)),
                new ClusterTime(1_790_000_004L, 1),
                Duration.ZERO,
                new Following.Behind(12, false),
                Following.Pace.NONE,
                new Following.Counts(events, 40, 45),
                Optional.of(Duration.ofHours(2)),
                Optional.empty());
    }

    private static HttpResponse<String> send(int port, String method, String path)
            throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .method(method, HttpRequest.BodyPublishers.noBody())
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    private static double value(String text, String name) {
        return text.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not in\n" + text));
    }

    @Test
    void eachScrapeTellsTheFiguresOfItsMoment() throws IOException, InterruptedException {
        AtomicReference<Progress> now = new AtomicReference<>(progress(Optional.of(following(100, true))));
        try (Metrics figures = new Metrics(now::get);
                Http metrics = figures.serve(0)) {
            HttpResponse<String> first = send(metrics.port(), "GET", "/metrics");
            assertThat(first.headers().firstValue("Content-Type").orElseThrow())
                    .startsWith("text/plain; version=0.0.4");
            String text = first.body();
            assertThat(value(text, "changeover_lag_seconds")).isEqualTo(4);
            assertThat(value(text, "changeover_events_behind")).isEqualTo(12);
            assertThat(value(text, "changeover_events_total")).isEqualTo(100);
            assertThat(value(text, "changeover_documents_total")).isEqualTo(40);
            assertThat(value(text, "changeover_rows_total")).isEqualTo(45);
            assertThat(value(text, "changeover_cuts_total")).isEqualTo(17);
            assertThat(value(text, "changeover_cut_time_seconds")).isEqualTo(1_790_000_000L);
            assertThat(value(text, "changeover_exact")).isEqualTo(1);
            assertThat(value(text, "changeover_oplog_window_seconds")).isEqualTo(7200);
            assertThat(value(text, "changeover_copied_documents")).isZero();
            assertThat(text).contains("jvm_memory_used_bytes{").contains("# TYPE changeover_events_total counter");
            now.set(progress(Optional.of(following(250, false))));
            text = send(metrics.port(), "GET", "/metrics").body();
            assertThat(value(text, "changeover_events_total")).isEqualTo(250);
            assertThat(value(text, "changeover_exact")).isZero();
        }
    }

    @Test
    void whatIsNotKnownYetIsNotANumber() throws IOException, InterruptedException {
        try (Metrics figures = new Metrics(() -> progress(Optional.empty()));
                Http metrics = figures.serve(0)) {
            String text = send(metrics.port(), "GET", "/metrics").body();
            assertThat(value(text, "changeover_lag_seconds")).isNaN();
            assertThat(value(text, "changeover_exact")).isNaN();
            assertThat(value(text, "changeover_events_total")).isZero();
        }
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws IOException, InterruptedException {
        try (Metrics figures = new Metrics(() -> progress(Optional.empty()));
                Http metrics = figures.serve(0)) {
            assertThat(send(metrics.port(), "GET", "/").statusCode()).isEqualTo(404);
            assertThat(send(metrics.port(), "POST", "/metrics").statusCode()).isEqualTo(405);
        }
    }

    @Test
    void aPortThatIsTakenIsWrongUseWithTheRemedy() {
        try (Metrics figures = new Metrics(() -> progress(Optional.empty()));
                Http first = figures.serve(0)) {
            for (int port : List.of(first.port(), 70_000, -1)) {
                FailedException e = catchThrowableOfType(
                        FailedException.class, () -> figures.serve(port).close());
                assertThat(e.failure()).isInstanceOfSatisfying(Failure.WrongUse.class, wrong -> {
                    assertThat(wrong.during()).contains(String.valueOf(port));
                    assertThat(wrong.remedy()).contains("--metrics-port");
                });
            }
        }
    }

    @Test
    void theSamePortIsFreeAgainAfterTheEnd() {
        try (Metrics figures = new Metrics(() -> progress(Optional.empty()))) {
            Http first = figures.serve(0);
            first.close();
            figures.serve(first.port()).close();
        }
    }
}
