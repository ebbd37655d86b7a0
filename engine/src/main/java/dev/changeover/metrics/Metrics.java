package dev.changeover.metrics;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.run.Progress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves a run's figures as Prometheus text at http://127.0.0.1:PORT/metrics, to this machine only, until closed. The
 * package's door.
 */
public final class Metrics implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

    private final HttpServer server;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            task -> Thread.ofPlatform().name("metrics").daemon().unstarted(task));
    private final Meters meters;

    private Metrics(HttpServer server, Meters meters) {
        this.server = server;
        this.meters = meters;
    }

    /** {@code progress} is asked at each scrape; port 0 takes any free one. */
    public static Metrics serve(int port, Supplier<Progress> progress) {
        Metrics metrics = new Metrics(listen(port), new Meters(progress));
        metrics.server.setExecutor(metrics.thread);
        metrics.server.createContext("/", metrics::answer);
        metrics.server.start();
        LOG.atInfo().addKeyValue("port", metrics.port()).log("metrics are served");
        return metrics;
    }

    private static HttpServer listen(int port) {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), port), 0);
        } catch (IOException | IllegalArgumentException e) {
            throw new FailedException(
                    new Failure.WrongUse(
                            "serve metrics on port " + port + " of 127.0.0.1",
                            String.valueOf(e.getMessage()),
                            "Give another port, from 1 to 65535, with --metrics-port."),
                    e);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestURI().getPath().equals("/metrics")) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            if (!exchange.getRequestMethod().equals("GET")) {
                exchange.getResponseHeaders().set("Allow", "GET");
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            byte[] text = meters.text().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        thread.shutdownNow();
        meters.close();
    }
}
