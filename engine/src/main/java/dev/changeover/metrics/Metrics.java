package dev.changeover.metrics;

import dev.changeover.http.Endpoint;
import dev.changeover.http.Http;
import dev.changeover.run.Progress;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A run's figures as Prometheus text, at /metrics of whoever serves them, until closed. The package's door. Thread-safe. */
public final class Metrics implements AutoCloseable {
    private final ReentrantLock one = new ReentrantLock();
    private final Meters meters;

    /** {@code progress} is asked at each scrape. */
    public Metrics(Supplier<Progress> progress) {
        meters = new Meters(progress);
    }

    public Endpoint endpoint() {
        return new Endpoint(
                "GET", "/metrics", asked -> asked.answer(200, "text/plain; version=0.0.4; charset=utf-8", text()));
    }

    /** At http://127.0.0.1:PORT/metrics, to this machine only. */
    public Http serve(int port) {
        return Http.serve(Http.Listen.here(port, "--metrics-port"), List.of(endpoint()));
    }

    private String text() {
        one.lock();
        try {
            return meters.text();
        } finally {
            one.unlock();
        }
    }

    @Override
    public void close() {
        meters.close();
    }
}
