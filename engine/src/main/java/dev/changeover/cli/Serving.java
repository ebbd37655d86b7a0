package dev.changeover.cli;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.http.Endpoint;
import dev.changeover.http.Http;
import dev.changeover.http.PhaseEndpoints;
import dev.changeover.metrics.Metrics;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.run.Progress;
import dev.changeover.state.State;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options by which a run serves what it knows over HTTP; mixed into the command that runs. */
final class Serving {
    private static final String HERE = "127.0.0.1";

    /** Connections of its own, so that neither waits for the other; who asks in vain is told so soon. */
    private static final PgSettings POOL = new PgSettings(4, Duration.ofSeconds(2));

    @Option(
            names = "--http",
            arity = "0..1",
            paramLabel = "[ADDRESS:]PORT",
            fallbackValue = HERE + ":8465",
            description = {
                "Serve the phase to applications, and metrics: docs/http.md.",
                "Without a value at ${FALLBACK-VALUE}; an address that others reach needs a token."
            })
    private @Nullable String http;

    @Option(
            names = "--http-token",
            paramLabel = "TOKEN",
            defaultValue = "${env:CHANGEOVER_HTTP_TOKEN}",
            description = "Answer only who sends it: Authorization: Bearer TOKEN (else CHANGEOVER_HTTP_TOKEN).")
    private @Nullable String token;

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            description = "Serve metrics for Prometheus at http://127.0.0.1:PORT/metrics, to this machine only.")
    private @Nullable Integer metricsPort;

    /** What is served until closed. */
    static final class Served implements AutoCloseable {
        private final Deque<Runnable> ends = new ArrayDeque<>();

        private void with(Runnable end) {
            ends.push(end);
        }

        @Override
        public void close() {
            ends.forEach(Runnable::run);
        }
    }

    Served serve(Connections connections, Supplier<Progress> progress) throws InterruptedException {
        Served served = new Served();
        if (http == null && metricsPort == null) {
            return served;
        }
        try {
            Metrics metrics = new Metrics(progress);
            served.with(metrics::close);
            if (metricsPort != null) {
                served.with(metrics.serve(metricsPort)::close);
            }
            if (http != null) {
                Http.Listen listen = listen(http);
                List<Endpoint> endpoints =
                        new ArrayList<>(phase(served, connections).all());
                endpoints.add(metrics.endpoint());
                served.with(Http.serve(listen, endpoints)::close);
            }
            return served;
        } catch (FailedException | InterruptedException e) {
            served.close();
            throw e;
        }
    }

    private static PhaseEndpoints phase(Served served, Connections connections) throws InterruptedException {
        Pg pg = Pg.connect(connections.postgres(), POOL);
        served.with(pg::close);
        PhaseEndpoints endpoints = new PhaseEndpoints(State.open(pg).leases());
        served.with(endpoints::close);
        return endpoints;
    }

    /** {@code 8465}, {@code 10.0.0.7:8465} or {@code [::1]:8465}. */
    private Http.Listen listen(String wanted) {
        int colon = wanted.lastIndexOf(':');
        String host = colon < 0 ? HERE : wanted.substring(0, colon);
        try {
            int port = Integer.parseInt(wanted.substring(colon + 1));
            Optional<String> secret = Optional.ofNullable(token).filter(text -> !text.isBlank());
            return new Http.Listen(host, port, secret, "--http");
        } catch (NumberFormatException e) {
            throw new FailedException(
                    new Failure.WrongUse(
                            "serve HTTP", "--http is " + wanted, "Give PORT or ADDRESS:PORT: --http 127.0.0.1:8465"),
                    e);
        }
    }
}
